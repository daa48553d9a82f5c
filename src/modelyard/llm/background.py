"""An event loop in a thread of its own, for callers that wait: connections to providers stay open between requests."""

import asyncio
import os
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Do the work on this process's background loop and return its result; whoever is interrupted cancels it."""
    future = asyncio.run_coroutine_threadsafe(work, _loop(os.getpid()))
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


@cache
def _loop(_process: int) -> asyncio.AbstractEventLoop:
    # A forked process inherits the object and not its thread: each has its own.
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="llm-background", daemon=True).start()
    return loop
