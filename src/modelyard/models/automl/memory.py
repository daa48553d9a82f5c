"""How the memory is shared: how many candidates at a time, and how much each may take."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.models.automl.candidate import Candidate
from modelyard.models.automl.facts import MEGABYTE, SHARED_BYTES, Facts
from modelyard.models.automl.portfolio import SMALL_HOST_BYTES, needed_bytes

LEAST_BYTES = 64 * MEGABYTE


@dataclass(frozen=True)
class MemoryPlan:
    """`n_slots` candidates at a time share what this process leaves of `memory_bytes`."""

    memory_bytes: int
    n_slots: int

    @classmethod
    def made(cls, memory_bytes: int, n_slots: int, first: Sequence[Candidate], facts: Facts) -> "MemoryPlan":
        """Return the plan: one at a time on a small host, or when two like the first would not fit."""
        alone, pair = cls(memory_bytes, 1), cls(memory_bytes, 2)
        is_tight = memory_bytes < SMALL_HOST_BYTES or (first and needed_bytes(first[0], facts) > pair.slot_bytes)
        return alone if is_tight or n_slots < 2 else pair

    @property
    def slot_bytes(self) -> int:
        """Memory that one candidate may take now; pages that the processes share are counted once."""
        return max(LEAST_BYTES, (self.memory_bytes - _own_bytes()) // self.n_slots + SHARED_BYTES)

    @property
    def alone_bytes(self) -> int:
        """Memory that a candidate may take now when no other process is there."""
        return max(LEAST_BYTES, self.memory_bytes - _own_bytes() + SHARED_BYTES)

    def is_for_one(self, candidate: Candidate, facts: Facts) -> bool:
        """Say whether the candidate needs the memory for itself."""
        return needed_bytes(candidate, facts) > self.slot_bytes

    def refusal(self, candidate: Candidate, facts: Facts) -> str | None:
        """Say why a candidate is not even tried, or None when it may be."""
        needed, there = needed_bytes(candidate, facts), self.alone_bytes
        if needed <= there:
            return None
        return f"Left out: it needs about {needed // MEGABYTE:,} MB; {there // MEGABYTE:,} MB are there."


def _own_bytes() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)
