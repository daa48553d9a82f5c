"""One question answered without keeping it: as events while the answer comes, or as one document."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import structlog

from modelyard.chat.answering.turn import ChatTurn
from modelyard.endpoints.turns import Event
from modelyard.kernel.errors import ModelyardError

log = structlog.get_logger()


class Fault(ModelyardError):
    """Something that nobody foresaw."""

    default_hint = "The service's log has the details."


async def answered(turn: ChatTurn) -> dict[str, Any]:
    """Return the whole answer as a document; raise the errors of LLMs."""
    began = time.perf_counter()
    async with aclosing(turn.events()) as events:
        async for _ in events:
            pass
    return _document(turn, time.perf_counter() - began)


async def told(turn: ChatTurn) -> AsyncGenerator[Event, None]:
    """Yield `meta`, `delta` and `citation` as they come, then `done` or `error`, as the yard tells them."""
    began = time.perf_counter()
    try:
        async with aclosing(turn.events()) as events:
            async for event in events:
                yield event
        document = _document(turn, time.perf_counter() - began)
        known = {name: value for name, value in document.items() if name != "outputs"}
        yield Event("done", {**document["outputs"][0], **known})
    except ModelyardError as error:
        yield _refused(error)
    except Exception as error:  # the line is open: whoever waits is told, and the log has the rest
        log.error("fault", exc_info=error)
        yield _refused(Fault("Something went wrong in the service."))


def _document(turn: ChatTurn, seconds: float) -> dict[str, Any]:
    outcome = turn.outcome()
    return {
        "outputs": outcome.outputs,
        "latency_seconds": seconds,
        "warnings": outcome.warnings,
        "session": None,
        "reader_token": None,
        "usage": {
            "n_input_tokens": outcome.n_input_tokens,
            "n_output_tokens": outcome.n_output_tokens,
            "cost_usd": outcome.cost_usd,
        },
    }


def _refused(error: ModelyardError) -> Event:
    return Event("error", {"error": error.code, "detail": error.message, "hint": error.hint})
