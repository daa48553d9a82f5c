"""The time of a search: what is spent, also by an attempt that was killed, and what is kept back for the end."""

import time
from dataclasses import dataclass, field

LEAST_RESERVE_SECONDS = 0.5


@dataclass
class Clock:
    """`seconds`: the whole budget. `spent_before`: what an earlier attempt of the same step used."""

    seconds: float
    spent_before: float = 0.0
    reserve_seconds: float = 0.0
    """Kept back for choosing, fitting again and putting together."""
    _started: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> float:
        """Seconds used so far, by all attempts."""
        return self.spent_before + time.monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds until the budget is spent; negative afterwards."""
        return self.seconds - self.spent

    @property
    def exploring(self) -> float:
        """Seconds left for trying candidates."""
        return self.left - max(self.reserve_seconds, LEAST_RESERVE_SECONDS)

    @property
    def fraction(self) -> float:
        """Share of the budget that is spent, at most 1."""
        return min(1.0, self.spent / self.seconds)
