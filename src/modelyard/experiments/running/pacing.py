"""The pace at which one LLM is asked: so many at a time, so many a minute, and one pause for all while it is away."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from modelyard.experiments.document import Pace
from modelyard.experiments.errors import NotAsked
from modelyard.kernel.errors import ModelyardError
from modelyard.llm.errors import LlmBusy, LlmRefusedKey, LlmTookTooLong

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
AWAY_AFTER = 3
"""So many requests failed in a row, with none answered between: it is not the request, the provider is away."""
MOST_TRIES = 4
"""Of one request that fails while others are answered."""
IN_VAIN = 20
"""So many answers in a row came to nothing: the LLM is not asked any more in this run."""


class Gate:
    """Lets requests to one LLM through.

    When the provider is busy or away, everybody waits for the same moment, and one request tries before the others
    follow: what was asked at once must not fail at once again and again.
    """

    def __init__(self, name: str, pace: Pace) -> None:
        self.name = name
        self.closed: ModelyardError | None = None
        """Why it is not asked any more in this run."""
        self._ending: NotAsked | None = None
        self.why = ""
        """Of the present pause."""
        self._patience = pace.patience_seconds
        self._turns = asyncio.Semaphore(pace.concurrency)
        self._interval = 60 / pace.requests_per_minute if pace.requests_per_minute else 0.0
        self._clock = asyncio.get_running_loop().time
        self._next_at = self._open_at = 0.0
        self._away_since: float | None = None
        self._n_failed = self._n_in_vain = self._wave = 0
        self._is_tried = False
        self._moved = asyncio.Event()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Hold a turn when it is time for one and yield the wave it belongs to; raise NotAsked once it is closed."""
        async with self._turns:
            await self._wait_until_open()
            wave = self._wave
            try:
                yield wave
            finally:
                if wave == self._wave and self._is_tried:
                    self._is_tried = False
                    self._move()

    @property
    def seconds_left(self) -> float:
        """Return how long the present pause lasts; 0: there is none."""
        return max(0.0, self._open_at - self._clock()) if self._away_since is not None else 0.0

    def answered(self) -> None:
        """Note that the provider began to answer."""
        self._n_failed = self._n_in_vain = 0
        if self._away_since is not None:
            self._away_since, self._is_tried = None, False
            self._move()

    def wait_after(self, error: ModelyardError, n_tries: int, wave: int) -> float | None:
        """Return how long this request waits before it stands in line again; None: it has failed for good."""
        if isinstance(error, LlmRefusedKey):
            self.close(error)
        if isinstance(error, LlmRefusedKey | LlmTookTooLong):
            return None
        is_busy = isinstance(error, LlmBusy)
        if wave == self._wave:
            self._n_failed += 1
            if is_busy or self._away_since is not None or self._n_failed >= AWAY_AFTER:
                self._pause(error)
        if self._away_since is not None or is_busy:
            return 0.0 if not self._is_patience_over() else None
        return _spread(FIRST_WAIT_SECONDS * 2 ** (n_tries - 1)) if n_tries < MOST_TRIES and self._patience else None

    def gave_up(self, error: ModelyardError) -> None:
        """Note that an answer came to nothing because of the provider; after many in a row nobody else is let in."""
        self._n_in_vain += 1
        if self._n_in_vain >= IN_VAIN:
            self.close(error)

    def close(self, error: ModelyardError) -> None:
        """Let nobody in any more in this run; those who wait leave."""
        self.closed = self.closed or error
        self._move()

    def end(self, reason: str) -> None:
        """Let those go who wait for the end of a pause; what can be asked now is asked."""
        self._ending = NotAsked(reason)
        self._move()

    def _pause(self, error: ModelyardError) -> None:
        now = self._clock()
        self._away_since = now if self._away_since is None else self._away_since
        asked = (error.retry_after_seconds or 0.0) if isinstance(error, LlmBusy) else 0.0
        wait = max(asked, _spread(min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (self._n_failed - 1))))
        left = self._away_since + self._patience - now
        if left > 0:  # the last try is made when the patience ends, and not after
            self._open_at = now + min(wait, left)
        self.why = error.message
        self._wave += 1
        self._is_tried = False
        self._move()

    def _is_patience_over(self) -> bool:
        return self._away_since is not None and self._clock() - self._away_since >= self._patience

    async def _wait_until_open(self) -> None:
        while self.closed is None:
            now = self._clock()
            wait: float | None = self._open_at - now
            if self._away_since is None or self._is_patience_over():
                break
            if self._ending is not None:
                raise self._ending
            if wait is not None and wait <= 0:
                if not self._is_tried:
                    self._is_tried = True
                    break
                wait = None
            await self._wait(wait)
        start = max(self._clock(), self._next_at)
        self._next_at = start + self._interval
        while self.closed is None and (wait := start - self._clock()) > 0:
            await self._wait(wait)
        if self.closed is not None:
            raise NotAsked(self.closed.message)

    async def _wait(self, seconds: float | None) -> None:
        """Wait so long, or until something changed."""
        try:
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        except TimeoutError:
            return

    def _move(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


def _spread(seconds: float) -> float:
    return seconds * random.uniform(0.75, 1.0)
