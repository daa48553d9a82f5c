"""Two configurations on the same samples: how far apart they are, and whether that is more than chance."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelyard.experiments.statistics.clusters import Clusters, clusters_of
from modelyard.experiments.statistics.estimates import sample_means
from modelyard.experiments.statistics.flips import flip_p_value
from modelyard.experiments.statistics.power import (
    detectable_mean,
    detectable_share,
    needed_for_mean,
    needed_for_share,
)
from modelyard.kernel.intervals.chance import mcnemar
from modelyard.kernel.intervals.interval import Interval, NoInterval, Z
from modelyard.kernel.intervals.means import OfMeans, interval_of_means, plain_mean

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Test = Literal["identical", "mcnemar", "flips", "cluster_flips"]
PairMethod = Literal["identical", "agresti_min", "bootstrap", "cluster_bootstrap", "none"]
RIGHT = 0.5
"""A sample counts as right from this mean score on."""


@dataclass(frozen=True)
class Pair:
    """The difference of two means over the samples that both have a score of: the first's minus the second's."""

    n: int
    first: float
    second: float
    difference: float
    low: float | None
    high: float | None
    method: PairMethod
    p_value: float
    test: Test
    n_only_first: int
    n_only_second: int
    n_both: int
    n_neither: int
    error: float
    """Standard error of the difference, clustered where the test is."""
    detectable: float | None
    """The smallest difference that so many samples show in 80 of 100 experiments; None: it cannot be said."""
    n_needed: int | None
    """How many samples show the observed difference in 80 of 100 experiments; None: there is none to be seen."""
    mcnemar_p_value: float | None
    """Of single right and wrong answers, also where groups or repeats ask for another test."""
    why: str = ""

    @property
    def n_more(self) -> int | None:
        """How many more samples it takes."""
        return None if self.n_needed is None else max(0, self.n_needed - self.n)


def paired(first: "Array", second: "Array", *, is_share: bool, groups: "Array | None" = None) -> Pair | None:
    """Return the pair of scores of shape (n_samples, n_repeats), NaN where there is none; None: no common samples.

    Repeats are averaged first. Single scores of 0 or 1: McNemar's exact test, with the interval of Agresti and Min
    (2005), Stat. Med. 24, which keeps near its level with few samples. Else signs are flipped (`flips`) and samples
    resampled in pairs; where groups count as clusters, whole groups are flipped and resampled. Where nothing differs
    the difference is 0 in [0, 0] and p is 1.
    """
    (a, kept_a), (b, kept_b) = sample_means(first), sample_means(second)
    common = kept_a & kept_b
    n = int(common.sum())
    if n == 0:
        return None
    a, b = a[common[kept_a]], b[common[kept_b]]
    counts = _counts(a, b)
    is_plain = is_share and _is_single(a) and _is_single(b)
    apart = a - b
    clusters = clusters_of(apart, groups[common] if groups is not None else None)
    error = clusters.error() if clusters else (float(apart.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0)
    difference = float(apart.mean())
    method, interval, why = _interval(apart, clusters, counts if is_plain else None)
    test, p_value = _tested(apart, clusters, counts if is_plain else None)
    by_share = is_plain and clusters is None
    discordance = (counts[0] + counts[1]) / n
    return Pair(
        n=n,
        first=float(a.mean()),
        second=float(b.mean()),
        difference=difference,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        method=method,
        p_value=p_value,
        test=test,
        n_only_first=counts[0],
        n_only_second=counts[1],
        n_both=counts[2],
        n_neither=counts[3],
        error=error,
        detectable=detectable_share(n, discordance) if by_share else detectable_mean(error),
        n_needed=needed_for_share(difference, discordance) if by_share else needed_for_mean(difference, error, n),
        mcnemar_p_value=mcnemar(counts[0], counts[1]) if is_plain else None,
        why=why,
    )


def _is_single(means: "Array") -> bool:
    import numpy as np

    return bool(np.isin(means, (0.0, 1.0)).all())


def _counts(a: "Array", b: "Array") -> tuple[int, int, int, int]:
    """Return how many samples only the first, only the second, both and neither have right."""
    right_a, right_b = a >= RIGHT, b >= RIGHT
    found = (right_a & ~right_b, right_b & ~right_a, right_a & right_b, ~right_a & ~right_b)
    return int(found[0].sum()), int(found[1].sum()), int(found[2].sum()), int(found[3].sum())


def _interval(
    apart: "Array", clusters: Clusters | None, counts: tuple[int, int, int, int] | None
) -> tuple[PairMethod, Interval | None, str]:
    if not apart.any():
        return "identical", (0.0, 0.0), ""
    if clusters is None and counts is not None:
        return "agresti_min", _agresti_min(*counts[:2], len(apart)), ""
    try:
        if clusters is None:
            return "bootstrap", _within(interval_of_means(plain_mean(apart))), ""
        return "cluster_bootstrap", _within(interval_of_means(_ratio(clusters))), ""
    except NoInterval as error:
        return "none", None, str(error)


def _tested(apart: "Array", clusters: Clusters | None, counts: tuple[int, int, int, int] | None) -> tuple[Test, float]:
    if not apart.any():
        return "identical", 1.0
    if clusters is not None:
        return "cluster_flips", flip_p_value(clusters.sums)
    if counts is not None:
        return "mcnemar", mcnemar(counts[0], counts[1])
    return "flips", flip_p_value(apart)


def _agresti_min(n_only_first: int, n_only_second: int, n: int) -> Interval:
    """Return the interval of a difference of paired shares with half a sample added to each cell."""
    only_first, only_second, total = n_only_first + 0.5, n_only_second + 0.5, n + 2
    difference = (only_first - only_second) / total
    half = Z * math.sqrt((only_first + only_second) - (only_first - only_second) ** 2 / total) / total
    return _within((difference - half, difference + half))


def _ratio(clusters: Clusters) -> OfMeans:
    """Return the mean over samples as a figure of groups: the sum of the sums over that of the sizes."""
    import numpy as np

    rows = np.column_stack([clusters.sums, clusters.sizes]).astype(float)
    _, size = rows.mean(axis=0)

    def value(means: "Array") -> "Array":
        found: Array = means[..., 0] / means[..., 1]
        return found

    return OfMeans(rows, value, (1 / float(size), -clusters.mean / float(size)))


def _within(interval: Interval) -> Interval:
    return max(-1.0, interval[0]), min(1.0, interval[1])
