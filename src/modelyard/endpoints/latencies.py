"""Latencies in bins that grow by 5 %: a quantile of any number of calls, right to within 2.5 %."""

import math
from collections.abc import Mapping, Sequence

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


def quantiles(counts: Mapping[int, int], shares: Sequence[float]) -> list[float | None]:
    """Return for each share (0-1, rising) the latency that as many of the calls do not exceed; None without calls."""
    total, reached = sum(counts.values()), 0
    found: list[float | None] = []
    for number in sorted(counts):
        reached += counts[number]
        while len(found) < len(shares) and reached >= shares[len(found)] * total:
            found.append(middle_of(number))
    return found or [None] * len(shares)
