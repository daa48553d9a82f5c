"""Event loops in threads of their own, for callers that wait: connections to providers stay open between requests."""

import asyncio
import os
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
_here = threading.local()


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Do the work on a background loop of this process and return its result; whoever is interrupted cancels it.

    Work that itself waits in this way, which holds up its own loop, gets another loop: it would wait for ever else.
    """
    loop = _loop(os.getpid(), getattr(_here, "depth", 0))
    future = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


@cache
def _loop(_process: int, depth: int) -> asyncio.AbstractEventLoop:
    # A forked process inherits the object and not its thread: each has its own.
    loop = asyncio.new_event_loop()

    def run() -> None:
        _here.depth = depth + 1
        loop.run_forever()

    threading.Thread(target=run, name=f"llm-background-{depth}", daemon=True).start()
    return loop
