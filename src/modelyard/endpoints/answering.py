"""HTTP of endpoints that answer in pieces: who reads, limits, a request that was sent before, how the answer goes."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Request, Response

from modelyard.endpoints.event_stream import CollectedAnswer, EventStream
from modelyard.endpoints.idempotency import REPLAYED, Asking, claim, keep, release
from modelyard.endpoints.keys import limits_of_actor
from modelyard.endpoints.quotas import Standing, limit_headers, take
from modelyard.endpoints.readers import READER_HEADER, reader_of
from modelyard.endpoints.streaming import StreamedCall, begin_call, replayed_events
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


class NotStreamed(ModelyardError):
    """Events are asked of an endpoint that answers at once."""

    status = 406
    default_hint = "Leave out `Accept: text/event-stream`: the answer is one JSON document."


@dataclass(frozen=True)
class Asker:
    """Who asks over HTTP: `key` is the idempotency key, `token` the reader's."""

    yard: Yard
    actor: Actor
    key: str | None = None
    token: str | None = None


def wants_events(request: Request) -> bool:
    """Say whether the answer is wanted as it comes."""
    return EVENTS in request.headers.get("Accept", "")


def answer(
    asker: Asker,
    endpoint_id: str,
    inputs: Sequence[dict[str, Any]],
    *,
    session_id: str | None,
    as_events: bool,
    standings: Sequence[Standing] | None = None,
    shape: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
) -> Response:
    """Answer one question, as events or as one document; blocking until the answer begins.

    Within the limits of the caller's key, unless whoever calls took from other limits (`standings`). A request that
    was answered before with the same idempotency key gets that answer again. `shape` changes the document for others.
    """
    asking = _asking(asker, endpoint_id, inputs, session_id)
    kept = claim(asking) if asking else None
    if kept is not None:
        return _again(json.loads(kept.body), as_events=as_events)
    try:
        reader = reader_of(asker.yard, asker.actor, endpoint_id, asker.token)
        taken = _taken(asker, endpoint_id) if standings is None else standings
        asked = Asked(endpoint_id, inputs, reader.id, session_id)
        call = begin_call(
            asker.yard, asker.actor, asked, reader, standings=taken, on_end=_keeper(asking) if asking else None
        )
    except BaseException:
        if asking:
            release(asking)
        raise
    return told(call, as_events=as_events, headers=limit_headers(taken))


def told(call: StreamedCall, *, as_events: bool, headers: Mapping[str, str]) -> Response:
    """Return the response that tells a call."""
    return EventStream(call.events(), headers) if as_events else CollectedAnswer(call, headers)


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
    import hashlib

    document = json.dumps([list(inputs), session_id], sort_keys=True, ensure_ascii=False, default=str)
    fingerprint = hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()
    # Two readers behind one key may choose the same idempotency key: they must not get each other's answer.
    of = f"answer {hashlib.sha256((asker.token or '').encode('utf-8', 'replace')).hexdigest()}"
    return Asking(asker.yard, asker.actor, endpoint_id, of, asker.key, fingerprint)


def _keeper(asking: Asking) -> Callable[[dict[str, Any] | None], None]:
    def on_end(document: dict[str, Any] | None) -> None:
        if document is None:
            release(asking)
        else:
            keep(asking, 200, json.dumps(document, ensure_ascii=False))

    return on_end


def _again(document: dict[str, Any], *, as_events: bool) -> Response:
    if not as_events:
        return Response(
            json.dumps(document, ensure_ascii=False).encode(), headers=REPLAYED, media_type="application/json"
        )
    return EventStream(_replayed(document), REPLAYED)


async def _replayed(document: dict[str, Any]) -> AsyncGenerator[Event, None]:
    for event in replayed_events(document):
        yield event
