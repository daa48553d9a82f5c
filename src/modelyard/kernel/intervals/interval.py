"""What an interval is, and the ones that have a closed form."""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Interval = tuple[float, float]
LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
MIN_ROWS = 10
"""Fewer rows say too little about the rows that were not drawn."""


class NoInterval(Exception):
    """There is no interval; the message says why."""


def enough(n: int) -> None:
    """Raise NoInterval when n rows are too few."""
    if n < MIN_ROWS:
        raise NoInterval(f"{n} rows are too few for an interval; it needs at least {MIN_ROWS}.")


def wilson(n_hits: float, n: float) -> Interval:
    """Return the score interval of a share, `n_hits` of n rows (a fraction where rows count for less than one).

    Wilson (1927), J. Am. Stat. Assoc. 22; it keeps near its level also for small n and shares near 0 or 1 (Brown, Cai
    and DasGupta 2001, Stat. Sci. 16), where the bootstrap would say that nothing can vary.
    """
    if n == 0:
        raise NoInterval("There are no such rows.")
    share, z2 = n_hits / n, Z * Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return 0.0 if n_hits == 0 else max(0.0, centre - half), 1.0 if n_hits == n else min(1.0, centre + half)


def median_interval(values: "Array") -> Interval:
    """Return the interval of a median between two order statistics: exact, whatever the distribution."""
    enough(len(values))
    return quantile_interval(values, 0.5)


def quantile_interval(values: "Array", fraction: float) -> Interval:
    """Return the interval of a quantile between two order statistics: exact, whatever the distribution.

    The ranks hold at least LEVEL of the binomial distribution (David and Nagaraja 2003, Order Statistics, 7.1). Raise
    NoInterval where the values do not reach so far: the 95th percentile needs 72.
    """
    import numpy as np
    from scipy.stats import binom

    n = len(values)
    low, high = (int(binom.ppf(tail, n, fraction)) for tail in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    if low < 1 or high > n - 1:
        raise NoInterval(f"{n} rows are too few to bound the {fraction:.0%} quantile.")
    ordered = np.sort(values)
    return float(ordered[low - 1]), float(ordered[high])


def on_logit_scale(value: float, error: float) -> Interval:
    """Return value ± Z standard errors made on the logit scale, so that it stays between 0 and 1.

    Recommended for areas under curves by Qin and Hotilovac (2008), Stat. Methods Med. Res. 17, and Boyd, Eng and Page
    (2013), ECML PKDD.
    """
    if not 0 < value < 1 or error <= 0:
        raise NoInterval("The rows are told apart without a fault, so they do not show how far the figure may vary.")
    centre, half = math.log(value / (1 - value)), Z * error / (value * (1 - value))
    return _expit(centre - half), _expit(centre + half)


def difference(high: float, of_high: Interval, low: float, of_low: Interval) -> Interval:
    """Return the interval of the difference of two independent figures from the interval of each.

    Square-and-add (Newcombe 1998, Stat. Med. 17; Zou and Donner 2008, Stat. Med. 27).
    """
    gap = high - low
    down = math.hypot(high - of_high[0], of_low[1] - low)
    up = math.hypot(of_high[1] - high, low - of_low[0])
    return gap - down, gap + up


def mirrored(interval: Interval, change: Callable[[float], float]) -> Interval:
    """Return the interval after a monotone change of the figure, ends in order."""
    ends = change(interval[0]), change(interval[1])
    return min(ends), max(ends)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
