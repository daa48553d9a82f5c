"""A call that is answered in pieces: begun in a thread, told from the event loop, kept in the history whatever happens.

Nothing here holds a database session or a thread while an answer comes; 64 answers at once are 64 coroutines.
"""

import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal

import anyio
import anyio.to_thread
import structlog

from modelyard.endpoints.calling import storable
from modelyard.endpoints.ownership import visible_endpoints
from modelyard.endpoints.quotas import Standing, give_back
from modelyard.endpoints.readers import Reader
from modelyard.endpoints.servable import Answers, answers_in_pieces
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.endpoints.turns import Asked, Event, Outcome, Turn
from modelyard.endpoints.verbs import Streamed, record_call, served
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard

log = structlog.get_logger()

_KNOWN_ENDPOINTS = 4_096
_known: OrderedDict[str, bool] = OrderedDict()
"""Whether what an endpoint serves streams: an endpoint never changes from a model to a collection."""


class AnswerCancelled(ModelyardError):
    """Whoever asked went away before the answer was whole."""

    status = 499


class Fault(ModelyardError):
    """Something that nobody foresaw."""

    default_hint = "The server's log has the details. Nothing was changed."


def streams(yard: Yard, actor: Actor, endpoint_id: str) -> bool:
    """Say whether the endpoint answers in pieces; False for one that the actor does not see."""
    if endpoint_id in _known:
        return _known[endpoint_id]
    with yard.context(actor, writes=False) as ctx:
        mine = visible_endpoints(ctx).where(Endpoint.id == endpoint_id)
        kind = ctx.session.scalar(mine.with_only_columns(Endpoint.servable_kind))
    if kind is None:
        return False
    _known[endpoint_id] = answers_in_pieces(kind)
    if len(_known) > _KNOWN_ENDPOINTS:
        _known.popitem(last=False)
    return _known[endpoint_id]


def does_stream(kind: str) -> bool:
    """Say whether a kind of the Servable family answers in pieces."""
    found = family("servable").get(kind)
    return found is not None and bool(found.streams)


@dataclass
class StreamedCall:
    """One call while it is answered. `events` is read once; afterwards `document` is the answer, or `error` is set."""

    yard: Yard
    actor: Actor
    asked: Asked
    reader: Reader
    turn: Turn
    began: float
    """Of `time.perf_counter`."""
    standings: Sequence[Standing] = ()
    on_end: Callable[[dict[str, Any] | None], None] | None = None
    """Called in a thread with the document, or None when there is none."""
    document: dict[str, Any] | None = None
    error: Exception | None = None
    _first_event_seconds: float | None = None

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield `meta`, `delta` and `citation` as they come, then `done` or `error`; never raises but when closed."""
        is_over = False
        try:
            try:
                async with aclosing(self.turn.events()) as events:
                    async for event in events:
                        if self._first_event_seconds is None:
                            self._first_event_seconds = self._seconds()
                        yield self._identified(event) if event.name == "meta" else event
                is_over = True
                last = await anyio.to_thread.run_sync(self._keep)
            except Exception as error:
                is_over = True
                last = await anyio.to_thread.run_sync(self._refuse, error)
            yield last
        finally:
            if not is_over:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self._cancel)

    def _identified(self, event: Event) -> Event:
        return Event("meta", {"session": self.turn.session_id, "reader_token": self.reader.token, **event.data})

    def _keep(self) -> Event:
        outcome = self.turn.outcome()
        call = self._record(outcome, None)
        self.document = {
            "call_id": call.id,
            "version": call.version,
            "outputs": call.outputs,
            "latency_seconds": call.latency_seconds,
            "warnings": call.warnings,
            "session": self.turn.session_id,
            "reader_token": self.reader.token,
            "first_event_seconds": call.first_event_seconds,
            "usage": usage_of(outcome),
        }
        self._end(self.document)
        return done_event(self.document)

    def _refuse(self, error: Exception) -> Event:
        self.error = error
        told = error if isinstance(error, ModelyardError) else Fault("Something went wrong on the server.")
        if told is not error:
            log.error("fault", endpoint=self.asked.endpoint_id, exc_info=error)
        self._give_up(told, "error")
        return Event("error", {"error": told.code, "detail": told.message, "hint": told.hint})

    def _cancel(self) -> None:
        self.error = AnswerCancelled("The reader went away before the answer was whole.")
        self._give_up(self.error, "cancelled")

    def _give_up(self, error: ModelyardError, cause: Literal["cancelled", "error"]) -> None:
        """Keep the call as it broke off, give back what only answers cost; what fails here must not hide the error."""
        try:
            self._record(self.turn.outcome(cause=cause), error)
            if rows := [standing for standing in self.standings if standing.limit.unit == "rows"]:
                with self.yard.context(self.actor) as ctx:
                    give_back(ctx, rows)
        except ModelyardError as failure:
            log.error("call not kept", endpoint=self.asked.endpoint_id, why=failure.message)
        self._end(None)

    def _end(self, document: dict[str, Any] | None) -> None:
        if self.on_end is not None:
            self.on_end(document)

    def _record(self, outcome: Outcome, error: ModelyardError | None) -> Call:
        with self.yard.context(self.actor) as ctx:
            return record_call(
                ctx,
                self.asked.endpoint_id,
                storable(list(self.asked.inputs)),
                answers=Answers(storable(outcome.outputs), outcome.warnings),
                latency_seconds=self._seconds(),
                error=error,
                streamed=Streamed(
                    session_id=self.turn.session_id if self.asked.keeps_session else None,
                    first_event_seconds=self._first_event_seconds,
                    n_input_tokens=outcome.n_input_tokens,
                    n_output_tokens=outcome.n_output_tokens,
                    cost_usd=outcome.cost_usd,
                ),
            )

    def _seconds(self) -> float:
        return time.perf_counter() - self.began


def begin_call(
    yard: Yard,
    actor: Actor,
    asked: Asked,
    reader: Reader,
    *,
    standings: Sequence[Standing] = (),
    on_end: Callable[[dict[str, Any] | None], None] | None = None,
) -> StreamedCall:
    """Check a question and return its call, to be told by `events`; blocking.

    Raises what can be refused before anything is sent; what is refused as Invalid is kept in the history.
    """
    began = time.perf_counter()
    try:
        with yard.context(actor) as ctx:
            found = served(ctx, asked.endpoint_id)
            turn = found.servable.begin(yard, ctx, asked)
    except Invalid as error:
        _keep_refused(yard, actor, asked, error, time.perf_counter() - began)
        raise
    return StreamedCall(yard, actor, asked, reader, turn, began, standings, on_end)


async def stream_call(
    yard: Yard, actor: Actor, asked: Asked, reader: Reader, *, standings: Sequence[Standing] = ()
) -> AsyncGenerator[Event, None]:
    """Yield the events of one call, from its check to `done` or `error`; raise what is refused beforehand."""
    call = await anyio.to_thread.run_sync(lambda: begin_call(yard, actor, asked, reader, standings=standings))
    async with aclosing(call.events()) as events:
        async for event in events:
            yield event


def usage_of(outcome: Outcome) -> dict[str, Any]:
    """Return what an answer took, as the last event tells it."""
    return {
        "n_input_tokens": outcome.n_input_tokens,
        "n_output_tokens": outcome.n_output_tokens,
        "cost_usd": outcome.cost_usd,
    }


def done_event(document: dict[str, Any]) -> Event:
    """Return the last event of an answer: its one output, and what is known of the call."""
    known = {name: value for name, value in document.items() if name not in ("outputs", "version")}
    return Event("done", {**document["outputs"][0], **known})


def replayed_events(document: dict[str, Any]) -> list[Event]:
    """Return the events of an answer that was given before: all of its text in one piece."""
    output: dict[str, Any] = document["outputs"][0]
    named = {name: document.get(name) for name in ("session", "reader_token")}
    told = {name: value for name, value in output.items() if name not in ("answer", "citations", "nearest")}
    return [
        Event("meta", {**named, **told}),
        *(Event("citation", citation) for citation in output.get("citations", ())),
        Event("delta", {"text": output.get("answer", "")}),
        done_event(document),
    ]


def _keep_refused(yard: Yard, actor: Actor, asked: Asked, error: ModelyardError, seconds: float) -> None:
    inputs = [{name: _shortened(storable(value)) for name, value in row.items()} for row in asked.inputs]
    with yard.context(actor) as ctx:
        record_call(ctx, asked.endpoint_id, inputs, answers=None, latency_seconds=seconds, error=error)


def _shortened(value: Any, most: int = 4_000) -> Any:
    """Return a value without the rest of a text that was refused for its length."""
    return f"{value[:most]}…" if isinstance(value, str) and len(value) > most else value
