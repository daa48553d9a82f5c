"""HTTP of endpoints that answer in pieces: who reads, limits, a request that was sent before, how the answer goes."""

import hashlib
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Request, Response

from modelyard.endpoints.event_stream import EventStream, LateAnswer
from modelyard.endpoints.idempotency import REPLAYED, Asking, claim, keep, release
from modelyard.endpoints.keys import limits_of_actor
from modelyard.endpoints.quotas import Standing, limit_headers, take
from modelyard.endpoints.readers import READER_HEADER, Reader, reader_of
from modelyard.endpoints.streaming import AnswerCancelled, StreamedCall, begin_call, replayed_events
from modelyard.endpoints.turns import Asked, Event
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import FieldError, Invalid, ModelyardError
from modelyard.kernel.yard import Yard

EVENTS = "text/event-stream"
ReaderToken = Annotated[
    str | None,
    Header(
        alias=READER_HEADER,
        max_length=200,
        description="Proves that the reader is the same as before; it came with the first answer.",
    ),
]


AS_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answers; of a collection, with `Accept: text/event-stream`, the events `meta`, `delta`, "
        "`citation`, then `done` or `error`.",
        "content": {EVENTS: {"schema": {"type": "string"}}},
    }
}
"""What OpenAPI says of a route that answers either way."""


class NotStreamed(ModelyardError):
    """Events are asked of an endpoint that answers at once."""

    status = 406
    default_hint = "Leave out `Accept: text/event-stream`: the answer is one JSON document."


@dataclass(frozen=True)
class Asker:
    """Who asks over HTTP: `key` is the idempotency key, `token` the reader's, `visitor` names one who has no token yet.

    `admit` takes one question from whatever limits there are; None: from those of the endpoint's key that was used.
    """

    yard: Yard
    actor: Actor
    key: str | None = None
    token: str | None = None
    visitor: str = ""
    admit: Callable[[Reader], Sequence[Standing]] | None = None


@dataclass(frozen=True)
class Begun:
    """An answer that has begun, or one that was given before (`kept`)."""

    call: StreamedCall | None
    kept: dict[str, Any] | None
    headers: Mapping[str, str]

    def events(self) -> AsyncGenerator[Event, None]:
        """Return the events of the answer, to be read once."""
        return self.call.events() if self.call else _replayed(self.kept or {})

    async def document(self) -> dict[str, Any]:
        """Return the whole answer; raise what it ended with. Whoever cancels this ends the answer."""
        if self.call is None:
            return self.kept or {}
        async with aclosing(self.call.events()) as events:
            async for _ in events:
                pass
        if self.call.error is not None or self.call.document is None:
            raise self.call.error or AnswerCancelled("The answer was not made.")
        return self.call.document


def begin(
    asker: Asker,
    endpoint_id: str,
    inputs: Sequence[dict[str, Any]],
    *,
    session_id: str | None = None,
    keeps_session: bool = True,
) -> Begun:
    """Check one question and begin its answer, within the limits of whoever asks; blocking.

    A request that was answered before with the same idempotency key gets that answer again; raises StillRunning while
    it is being answered.
    """
    asking = _asking(asker, endpoint_id, inputs, session_id)
    kept = claim(asking) if asking else None
    if kept is not None:
        return Begun(None, json.loads(kept.body), REPLAYED)
    try:
        reader = reader_of(asker.yard, asker.actor, endpoint_id, asker.token)
        standings = asker.admit(reader) if asker.admit else _taken(asker, endpoint_id)
        asked = Asked(endpoint_id, inputs, reader.id, session_id, keeps_session)
        on_end = _keeper(asking) if asking else None
        call = begin_call(asker.yard, asker.actor, asked, reader, standings=standings, on_end=on_end)
    except BaseException:
        if asking:
            release(asking)
        raise
    return Begun(call, None, limit_headers(standings))


def answer(
    asker: Asker, endpoint_id: str, inputs: Sequence[dict[str, Any]], *, session_id: str | None, as_events: bool
) -> Response:
    """Answer one question, as events or as one document; blocking until the answer begins."""
    begun = begin(asker, endpoint_id, inputs, session_id=session_id)
    if as_events:
        return EventStream(begun.events(), begun.headers)
    return LateAnswer(begun.document, begun.headers)


def wants_events(request: Request) -> bool:
    """Say whether the answer is wanted as it comes."""
    return EVENTS in request.headers.get("Accept", "")


def wants_only_events(request: Request) -> bool:
    """Say whether nothing but events will do."""
    return request.headers.get("Accept", "").strip() == EVENTS


def require_one_answer(*, version: int | None, explain: bool) -> None:
    """Raise Invalid for what only models have."""
    if version is not None or explain:
        name = "version" if version is not None else "explain"
        message = "A collection has no versions to choose from and gives no reasons: it cites."
        raise Invalid(message, hint=f"Call it without `{name}`.", fields=[FieldError((name,), message)])


def require_no_conversation(*, session: str | None, is_only_events: bool) -> None:
    """Raise for what only endpoints have that answer in pieces."""
    if is_only_events:
        raise NotStreamed("What this endpoint serves answers at once and not in pieces.")
    if session is not None:
        message = "What this endpoint serves has no conversations."
        raise Invalid(message, hint="Call it without `session`.", fields=[FieldError(("session",), message)])


def _taken(asker: Asker, endpoint_id: str) -> list[Standing]:
    """Take one call and one question from the limits of the key, if it has any."""
    if asker.actor.bound_to is None:
        return []
    with asker.yard.context(asker.actor) as ctx:
        return take(ctx, [(limit, 1) for limit in limits_of_actor(ctx, endpoint_id)])


def _asking(asker: Asker, endpoint_id: str, inputs: Sequence[dict[str, Any]], session_id: str | None) -> Asking | None:
    if asker.key is None:
        return None
    document = json.dumps([list(inputs), session_id], sort_keys=True, ensure_ascii=False, default=str)
    fingerprint = hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()
    # Two readers behind one key may choose the same idempotency key: they must not get each other's answer.
    who = f"{asker.token or ''}\n{asker.visitor}"
    of = f"answer {hashlib.sha256(who.encode('utf-8', 'replace')).hexdigest()}"
    return Asking(asker.yard, asker.actor, endpoint_id, of, asker.key, fingerprint)


def _keeper(asking: Asking) -> Callable[[dict[str, Any] | None], None]:
    def on_end(document: dict[str, Any] | None) -> None:
        if document is None:
            release(asking)
        else:
            keep(asking, 200, json.dumps(document, ensure_ascii=False))

    return on_end


async def _replayed(document: dict[str, Any]) -> AsyncGenerator[Event, None]:
    for event in replayed_events(document):
        yield event
