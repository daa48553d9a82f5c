"""A reader who closes the page in the midst of an event is no fault of the server."""

from collections.abc import AsyncIterator

import anyio
import pytest
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.types import ASGIApp, Message

from modelyard.doors.api.errors import Faults


def app_of_events(n_before_fault: int = 100) -> FastAPI:
    app = FastAPI()

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        for n in range(n_before_fault):
            yield ServerSentEvent(data=n)
        raise RuntimeError("the rest is missing")

    return app


async def read_and_go(app: ASGIApp, *, goes: bool = True) -> None:
    """Ask for the events over a slow line, and close it while the second is on the way."""
    is_gone = anyio.Event()

    async def receive() -> Message:
        await is_gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body" and goes:
            await anyio.sleep(0.05)
            is_gone.set()
            await anyio.sleep(0.05)

    asgi = {"version": "3.0", "spec_version": "2.3"}
    scope = {"type": "http", "asgi": asgi, "http_version": "1.1", "method": "GET", "path": "/events"}
    address = {"raw_path": b"/events", "query_string": b"", "root_path": "", "scheme": "http", "headers": []}
    await app(scope | address | {"server": ("server", 80), "client": ("reader", 1)}, receive, send)


def test_a_reader_who_goes_leaves_no_fault() -> None:
    anyio.run(read_and_go, Faults(app_of_events()))


def test_a_fault_in_the_midst_of_events_is_still_one() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        anyio.run(lambda: read_and_go(Faults(app_of_events(3)), goes=False))
    assert caught.group_contains(RuntimeError)
