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


class LiveStream(Response):
    """Bytes as they come, and a comment when nothing came for a while. Their generator is closed at the end."""

    def __init__(
        self, pieces: AsyncGenerator[bytes, None], headers: Mapping[str, str] | None = None, status_code: int = 200
    ) -> None:
        told = {"X-Accel-Buffering": "no", **(headers or {})}
        super().__init__(status_code=status_code, headers=told, media_type="text/event-stream")
        del self.headers["content-length"]
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces until the last one, or until nobody listens."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        into, out = anyio.create_memory_object_stream[bytes](_HELD)
        async with anyio.create_task_group() as group:
            group.start_soon(_pump, self._pieces, into)
            group.start_soon(_cancel_when_gone, receive, group.cancel_scope)
            with suppress(OSError):  # nobody listens any more: the same as having said so
                await self._write(out, send)
            group.cancel_scope.cancel()

    async def _write(self, out: MemoryObjectReceiveStream[bytes], send: Send) -> None:
        while True:
            piece = b": alive\n\n"
            with anyio.move_on_after(HEARTBEAT_SECONDS):
                try:
                    piece = await out.receive()
                except anyio.EndOfStream:
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    return
            await send({"type": "http.response.body", "body": piece, "more_body": True})


class EventStream(LiveStream):
    """Events as they come."""

    def __init__(
        self, events: AsyncGenerator[Event, None], headers: Mapping[str, str] | None = None, status_code: int = 200
    ) -> None:
        super().__init__(_encoded(events), headers, status_code)


class LateAnswer(Response):
    """One JSON document that takes long to make, made without holding a thread; raises what `make` raises.

    Unless `on_error` makes an answer of it.
    """

    def __init__(
        self,
        make: Callable[[], Awaitable[dict[str, Any]]],
        headers: Mapping[str, str] | None = None,
        on_error: Callable[[Exception], Response] | None = None,
    ) -> None:
        super().__init__(media_type="application/json")
        self._make, self._told, self._on_error = make, dict(headers or {}), on_error

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
            if self._on_error is None:
                raise error
            await self._on_error(error)(scope, receive, send)
        if document is not None:  # else nobody listens any more
            body = json.dumps(document, ensure_ascii=False).encode()
            await Response(body, headers=self._told, media_type="application/json")(scope, receive, send)


def as_bytes(event: Event) -> bytes:
    """Return an event as it goes over the line; JSON has no line ends of its own."""
    return f"event: {event.name}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n".encode()


async def _encoded(events: AsyncGenerator[Event, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        async for event in events:
            yield as_bytes(event)


async def _pump(pieces: AsyncGenerator[bytes, None], into: MemoryObjectSendStream[bytes]) -> None:
    async with into, aclosing(pieces):
        async for piece in pieces:
            await into.send(piece)


async def _cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
