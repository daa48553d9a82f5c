"""Answers over HTTP while they come: server-sent events with a heartbeat, or one JSON document at the end.

Whoever goes away ends the work: the generator of events is closed, and with it the request to the LLM.
"""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import Response
from starlette.types import Receive, Scope, Send

from modelyard.endpoints.turns import Event

HEARTBEAT_SECONDS = 15.0
"""Proxies close lines on which nothing is said for half a minute or a minute."""
_HELD = 64
"""Events that a slow reader may be behind before the LLM has to wait."""


class EventStream(Response):
    """Events as they come. The generator is closed when the reader goes away."""

    media_type = "text/event-stream"

    def __init__(
        self, events: AsyncGenerator[Event, None], headers: Mapping[str, str] | None = None, status_code: int = 200
    ) -> None:
        super().__init__(
            status_code=status_code, headers={"X-Accel-Buffering": "no", **(headers or {})}, media_type=self.media_type
        )
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


class LateAnswer(Response):
    """One JSON document that takes long to make, made without holding a thread; raises what `make` raises."""

    def __init__(self, make: Callable[[], Awaitable[dict[str, Any]]], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(media_type="application/json")
        self._make, self._told = make, dict(headers or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the document and send it; whoever goes away ends its making."""
        document: dict[str, Any] | None = None
        error: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(_cancel_when_gone, receive, group.cancel_scope)
            try:
                document = await self._make()
            except Exception as caught:  # raised again outside of the group, which would wrap it
                error = caught
            group.cancel_scope.cancel()
        if error is not None:
            raise error
        if document is not None:  # else nobody listens any more
            body = json.dumps(document, ensure_ascii=False).encode()
            await Response(body, headers=self._told, media_type="application/json")(scope, receive, send)


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
