"""The time of a search: what is spent, also by an attempt that was killed, and what is kept back for the end."""

import time
from dataclasses import dataclass, field

RESERVE_FRACTION, MOST_RESERVE_SECONDS = 0.07, 10.0
"""Kept back in any case for reading the models and putting them together."""


@dataclass
class Clock:
    """`seconds`: the whole budget. `spent_before`: what an earlier attempt of the same step used."""

    seconds: float
    spent_before: float = 0.0
    reserve_seconds: float = 0.0
    """Kept back for fitting again on all rows."""
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
        return self.left - self.reserve_seconds - self.last_seconds

    @property
    def last_seconds(self) -> float:
        """Seconds that reading the models and putting them together may take."""
        return min(MOST_RESERVE_SECONDS, RESERVE_FRACTION * self.seconds)

    @property
    def fraction(self) -> float:
        """Share of the budget that is spent, at most 1."""
        return min(1.0, self.spent / self.seconds)
