"""How far a sync is: what each origin held, and how fast chunks are embedded."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from modelyard.kernel.errors import ModelyardError
from modelyard.runs.job import JobContext

STEP = "sync"
"""The named step of the run that carries the figures below."""
NAMED = 100
"""Documents that a report names of those that were left out or failed."""
TELL_EVERY_SECONDS = 0.5
SETTLED_SECONDS = 2.0
"""Before that, nobody knows how long it takes."""


@dataclass
class Tally:
    """What a sync found at one origin, and what became of it; the document of `schemas.OriginReport`."""

    n_found: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_removed: int = 0
    n_failed: int = 0
    n_left_out: int = 0
    left_out: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None

    def leave_out(self, key: str, reason: str, hint: str | None) -> None:
        """Count what is no document."""
        self.n_left_out += 1
        if len(self.left_out) < NAMED:
            self.left_out.append({"key": key, "reason": reason, "hint": hint})

    def fail(self, key: str, error: ModelyardError) -> None:
        """Count a document that could not be read or embedded."""
        self.n_failed += 1
        if len(self.failed) < NAMED:
            self.failed.append({"key": key, "reason": error.message, "hint": error.hint})


class Progress:
    """What is known to be done and what of it is done, in bytes of documents; told at most twice a second."""

    def __init__(self, ctx: JobContext, clock: Callable[[], float] = time.monotonic) -> None:
        self._ctx = ctx
        self._clock = clock
        self._began = clock()
        self._told = 0.0
        self._all_bytes = 0
        self._done_bytes = 0
        self.n_documents = 0
        """Documents that were found and differ from what is indexed."""
        self.n_done = 0

    def expect(self, n_documents: int, n_bytes: int) -> None:
        """Add to what is to be done."""
        self.n_documents += n_documents
        self._all_bytes += n_bytes

    def finish(self, n_bytes: int) -> None:
        """Add a document to what is done."""
        self.n_done += 1
        self._done_bytes += n_bytes

    def looking(self, name: str, fraction: float) -> None:
        """Tell that an origin is being looked through."""
        self._ctx.step(f"Looking through {name}", min(0.05 * fraction, 0.05))

    def tell(self, *, n_embedded: int, n_half_done_bytes: float) -> None:
        """Tell documents, chunks a second and the time left; `n_half_done_bytes` are of documents under way."""
        at = self._clock()
        if at - self._told < TELL_EVERY_SECONDS:
            return
        self._told = at
        seconds = at - self._began
        fraction = min((self._done_bytes + n_half_done_bytes) / self._all_bytes, 1.0) if self._all_bytes else 1.0
        is_settled = seconds > SETTLED_SECONDS and fraction > 0
        self._ctx.node(
            STEP,
            title="Documents",
            state="running",
            n_done=self.n_done,
            n_all=self.n_documents,
            n_embedded=n_embedded,
            chunks_per_second=round(n_embedded / seconds, 2) if seconds > 0 else None,
            seconds_left=round(seconds * (1 - fraction) / fraction, 1) if is_settled else None,
        )
        message = f"{self.n_done:,} of {self.n_documents:,} documents, {n_embedded:,} chunks embedded"
        self._ctx.step(message, 0.05 + 0.9 * fraction)

    def end(self, *, n_embedded: int) -> None:
        """Tell how it ended."""
        seconds = self._clock() - self._began
        self._ctx.node(
            STEP,
            title="Documents",
            state="succeeded",
            seconds=round(seconds, 3),
            n_done=self.n_done,
            n_all=self.n_documents,
            n_embedded=n_embedded,
            chunks_per_second=round(n_embedded / seconds, 2) if seconds > 0 else None,
            seconds_left=0.0,
        )
