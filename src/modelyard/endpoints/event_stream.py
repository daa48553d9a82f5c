"""Answers over HTTP while they come: server-sent events with a heartbeat, or one JSON document at the end.

Whoever goes away ends the work: the generator of events is closed, and with it the request to the LLM.
"""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import Response
from starlette.types import Receive, Scope, Send

from modelyard.endpoints.streaming import StreamedCall
from modelyard.endpoints.turns import Event

HEARTBEAT_SECONDS = 15.0
"""Proxies close lines on which nothing is said for half a minute or a minute."""
_HELD = 64
"""Events that a slow reader may be behind before the LLM has to wait."""


class EventStream(Response):
    """Events as they come. The generator is closed when the reader goes away."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[Event, None], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no", **(headers or {})}, media_type=self.media_type)
        del self.headers["content-length"]
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until the last one, or until nobody listens."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        into, out = anyio.create_memory_object_stream[Event](_HELD)
        async with anyio.create_task_group() as group:
            group.start_soon(_pump, self._events, into)
            group.start_soon(_cancel_when_gone, receive, group.cancel_scope)
            with suppress(OSError):  # nobody listens any more: the same as having said so
                await self._write(out, send)
            group.cancel_scope.cancel()

    async def _write(self, out: MemoryObjectReceiveStream[Event], send: Send) -> None:
        while True:
            piece = b": alive\n\n"
            with anyio.move_on_after(HEARTBEAT_SECONDS):
                try:
                    piece = as_bytes(await out.receive())
                except anyio.EndOfStream:
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    return
            await send({"type": "http.response.body", "body": piece, "more_body": True})


class CollectedAnswer(Response):
    """The whole answer as JSON, made without holding a thread; raises what the answer ended with."""

    def __init__(self, call: StreamedCall, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers=dict(headers or {}), media_type="application/json")
        self._call, self._told = call, dict(headers or {})

    def body_of(self, call: StreamedCall) -> bytes:
        """Return the body of the answer."""
        return json.dumps(call.document, ensure_ascii=False).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the answer and send it."""
        async with anyio.create_task_group() as group:
            group.start_soon(_cancel_when_gone, receive, group.cancel_scope)
            async with aclosing(self._call.events()) as events:
                async for _ in events:
                    pass
            group.cancel_scope.cancel()
        if self._call.error is not None:
            raise self._call.error
        await Response(self.body_of(self._call), headers=self._told, media_type="application/json")(
            scope, receive, send
        )


def as_bytes(event: Event) -> bytes:
    """Return an event as it goes over the line; JSON has no line ends of its own."""
    return f"event: {event.name}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n".encode()


async def _pump(events: AsyncGenerator[Event, None], into: MemoryObjectSendStream[Event]) -> None:
    async with into, aclosing(events):
        async for event in events:
            await into.send(event)


async def _cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
