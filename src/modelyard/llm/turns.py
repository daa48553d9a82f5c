"""Turns at a provider: so many requests of this process at a time, whichever thread or event loop they come from."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress

from modelyard.llm.errors import LlmBusy

_MORE = "Try again in a moment, or allow more at once with MODELYARD_LLM_CONCURRENCY."
_lock = threading.Lock()
_turns: dict[str, "Turns"] = {}


class Turns:
    """Up to `n` holders at a time, first come, first served."""

    def __init__(self, n: int) -> None:
        self.n = n
        self._n_held = 0
        self._waiting: deque[Future[None]] = deque()
        self._lock = threading.Lock()

    @asynccontextmanager
    async def hold(self, patience_seconds: float) -> AsyncIterator[None]:
        """Hold a turn; raise LlmBusy when none is free in time."""
        with self._line(patience_seconds) as mine:
            async with asyncio.timeout(patience_seconds):
                await asyncio.shield(asyncio.wrap_future(mine))
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def hold_here(self, patience_seconds: float) -> Iterator[None]:
        """Hold a turn in a thread that may wait; raise LlmBusy when none is free in time."""
        with self._line(patience_seconds) as mine:
            mine.result(patience_seconds)
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def _line(self, patience_seconds: float) -> Iterator["Future[None]"]:
        """Stand in line; what is yielded is done when it is our turn, and whoever gives up leaves the line."""
        mine: Future[None] = Future()
        with self._lock:
            if self._n_held < self.n and not self._waiting:
                self._n_held += 1
                mine.set_result(None)
            else:
                self._waiting.append(mine)
        try:
            yield mine
        except BaseException as error:
            # A turn that came at the very moment of giving up goes to the next one.
            if not mine.cancel():
                self._give()
            with self._lock, suppress(ValueError):
                self._waiting.remove(mine)
            if isinstance(error, TimeoutError):
                message = f"{self.n} requests are at this provider already, and none ended in {patience_seconds:g} s."
                raise LlmBusy(message, hint=_MORE) from None
            raise

    def _give(self) -> None:
        with self._lock:
            while self._waiting:
                following = self._waiting.popleft()
                if following.set_running_or_notify_cancel():
                    following.set_result(None)
                    return
            self._n_held -= 1


def turns_at(provider: str, n: int) -> Turns:
    """Return the turns of one provider in this process; `n` holds from its first use on."""
    with _lock:
        return _turns.setdefault(provider, Turns(n))
