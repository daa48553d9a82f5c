"""Measures of drift, each with what chance alone gives: PSI, Kolmogorov and Smirnov, shares.

The population stability index (Siddiqi, "Credit Risk Scorecards", 2006) is Σ (q - p) ln(q / p) over bins, p the shares
of training and q those of new rows; by convention 0.1 is some change and 0.25 much. It has no p-value of its own:
without drift it is about (1/n + 1/m) times a χ² variable with one degree less than there are bins (Yurdakul,
"Statistical Properties of Population Stability Index", 2018), so that few rows and many bins reach 0.25 by chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

SOME_CHANGE, MUCH_CHANGE = 0.1, 0.25
SMOOTHING = 0.5
"""Added to each bin's count (Jeffreys), so that an empty bin does not make the index infinite."""
LEAST_EXPECTED = 5.0
"""Rows that a bin of new rows should have without drift: with fewer the approximation by χ² breaks down."""
_NORMAL = NormalDist()


def psi(training: Sequence[float], recent: Sequence[float]) -> float:
    """Return the population stability index of two rows of counts of the same bins."""
    p, q = _smoothed(training), _smoothed(recent)
    return sum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))


def psi_by_chance(n_training: float, n_recent: float, n_bins: int, alpha: float) -> float:
    """Return the index that is exceeded with probability `alpha` where nothing drifted."""
    if n_bins < 2 or not n_training or not n_recent:
        return math.inf
    from scipy.special import chdtri

    return float(chdtri(n_bins - 1, alpha)) * (1 / n_training + 1 / n_recent)


@dataclass(frozen=True)
class KolmogorovSmirnov:
    """The largest distance between two cumulative distributions, and how probable one as large is by chance."""

    distance: float
    p_value: float


def kolmogorov_smirnov(
    points: Sequence[float], counts: Sequence[int], recent: Sequence[float]
) -> KolmogorovSmirnov | None:
    """Compare new numbers with training quantiles: `counts` are of (previous point, point]; None without numbers.

    The distance is looked for at the points only, so it is at most the largest share of training between two of them
    less than between all values (0.01 with 100 points and no value that many rows have), and the p-value too large
    rather than too small. The p-value is that of the asymptotic distribution with the correction of Stephens (1970), as
    in "Numerical Recipes" 14.3.
    """
    from scipy.special import kolmogorov

    n, m = sum(counts), len(recent)
    if not n or not m:
        return None
    ordered = sorted(recent)
    # Below the first point training has nothing yet.
    reached, below, distance = 0, 0, sum(value < points[0] for value in ordered) / m
    for point, count in zip(points[:-1], counts[:-1], strict=True):
        reached += count
        while below < m and ordered[below] <= point:
            below += 1
        distance = max(distance, abs(reached / n - below / m))
    # At the last point training has reached everything.
    distance = max(distance, sum(value > points[-1] for value in ordered) / m)
    size = math.sqrt(n * m / (n + m))
    return KolmogorovSmirnov(distance, float(kolmogorov((size + 0.12 + 0.11 / size) * distance)))


def shares_differ(n_a: int, of_a: int, n_b: int, of_b: int, alpha: float) -> bool:
    """Say whether two shares are further apart than chance makes them (two-sided test of two proportions)."""
    if not of_a or not of_b:
        return False
    both = (n_a + n_b + 1) / (of_a + of_b + 2)
    error = math.sqrt(both * (1 - both) * (1 / of_a + 1 / of_b))
    return abs(n_a / of_a - n_b / of_b) > _NORMAL.inv_cdf(1 - alpha / 2) * error


def z_limit(alpha: float, n_tests: int) -> float:
    """Return the z that the largest of `n_tests` exceeds with probability `alpha` by chance (Bonferroni)."""
    return _NORMAL.inv_cdf(1 - alpha / (2 * max(n_tests, 1)))


def _smoothed(counts: Sequence[float]) -> list[float]:
    total = sum(counts) + SMOOTHING * len(counts)
    return [(count + SMOOTHING) / total for count in counts]
