"""The body of an upload on its way to scratch."""

from collections.abc import AsyncIterator

import anyio.to_thread
from fastapi import Request

from modelyard.data.uploads import Staging
from modelyard.kernel.artifacts import CHUNK_BYTES


def stated_length(request: Request) -> int | None:
    """Return how long the request says its body is, None when it does not say it in a way to be believed."""
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 19 else None


async def receive(chunks: AsyncIterator[bytes], staging: Staging) -> None:
    """Write a body to scratch, about a megabyte at a time, without keeping the event loop waiting."""
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        if len(waiting) >= CHUNK_BYTES:
            await anyio.to_thread.run_sync(staging.write, bytes(waiting))
            waiting.clear()
    await anyio.to_thread.run_sync(staging.write, bytes(waiting))
