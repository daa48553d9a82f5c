"""Latencies in bins that grow by 5 %: a quantile of any number of calls, right to within 2.5 %."""

import math
from collections.abc import Mapping

GROWTH = 1.05
"""The middle of a bin is at most √1.05 away from what is in it: 2.5 %."""
SHORTEST_SECONDS = 1e-4
LONGEST_SECONDS = 1e4
_LOG_GROWTH = math.log(GROWTH)


def bin_of(seconds: float) -> int:
    """Return the number of the bin that a latency is in."""
    within = min(max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS)
    return math.floor(math.log(within / SHORTEST_SECONDS) / _LOG_GROWTH)


def middle_of(number: int) -> float:
    """Return the geometric middle of a bin, in seconds."""
    return float(SHORTEST_SECONDS * GROWTH ** (number + 0.5))


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """Return the latency that `share` (0-1) of the calls do not exceed; None without calls."""
    total = sum(counts.values())
    reached = 0
    for number in sorted(counts):
        reached += counts[number]
        if reached >= share * total:
            return middle_of(number)
    return None
