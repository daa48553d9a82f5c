"""The mean of a score over samples, and where it may lie for other samples of the same kind."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelyard.experiments.statistics.clusters import Clusters, clusters_of, grouped
from modelyard.experiments.statistics.student import t_quantile
from modelyard.kernel.intervals.interval import LEVEL, Interval, NoInterval, Z, wilson
from modelyard.kernel.intervals.means import interval_of_means, plain_mean

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Method = Literal["wilson", "clustered_wilson", "clustered", "bootstrap", "none"]


@dataclass(frozen=True)
class Estimate:
    """A mean over samples with its 95 % interval; `low` and `high` None: there is none, `why` says so."""

    value: float
    low: float | None
    high: float | None
    n: int
    error: float | None
    """Standard error of the mean, clustered where `method` says so."""
    method: Method
    n_groups: int | None = None
    clustered_error: float | None = None
    """Standard error if the groups were a draw of groups, also where they are too few to count as one."""
    repeat_deviation: float | None = None
    """Standard deviation between repeats of the same sample; None: each was asked once."""
    why: str = ""


def estimate(values: "Array", *, is_share: bool, groups: "Array | None" = None) -> Estimate | None:
    """Return the mean of scores of shape (n_samples, n_repeats), NaN where there is none; None without any score.

    Repeats of a sample are averaged first: they say more of the same sample, they are not more samples.

    - 0 or 1 once a sample: Wilson's interval. With enough groups it is made for as many independent samples as say the
      same (Korn and Graubard 1998, Survey Methodology 24; Franco et al. 2019, J. Survey Stat. Methodol. 7).
    - Else the bootstrap of samples (BCa), or with enough groups the mean ± Student's t times its clustered error.
    """
    import numpy as np

    means, kept = sample_means(values)
    if not len(means):
        return None
    groups = groups[kept] if groups is not None else None
    n, value = len(means), float(means.mean())
    error = float(means.std(ddof=1)) / math.sqrt(n) if n > 1 else None
    clusters, any_groups = clusters_of(means, groups), grouped(means, groups)
    is_plain = is_share and bool(np.isin(means, (0.0, 1.0)).all())
    method, interval, why = _interval(means, clusters, is_share=is_share, is_plain=is_plain)
    return Estimate(
        value=value,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        n=n,
        error=clusters.error() if clusters else error,
        method=method,
        n_groups=any_groups.n if any_groups else None,
        clustered_error=any_groups.error() if any_groups else None,
        repeat_deviation=_repeat_deviation(values),
        why=why,
    )


def sample_means(values: "Array") -> "tuple[Array, Array]":
    """Return the mean of each sample that has a score, and which samples these are, shape (n_samples,) of booleans."""
    import numpy as np

    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    kept = counts > 0
    sums = np.where(known, values, 0.0).sum(axis=1)
    return sums[kept] / counts[kept], kept


def _interval(
    means: "Array", clusters: Clusters | None, *, is_share: bool, is_plain: bool
) -> tuple[Method, Interval | None, str]:
    n, value = len(means), float(means.mean())
    if is_plain:
        return ("clustered_wilson", _clustered_wilson(value, n, clusters), "") if clusters else _wilson(means)
    if clusters:
        half = t_quantile(0.5 + LEVEL / 2, clusters.n - 1) * clusters.error()
        return "clustered", (max(0.0, value - half), min(1.0, value + half)), ""
    try:
        low, high = interval_of_means(plain_mean(means))
        return "bootstrap", (max(0.0, low), min(1.0, high)), ""
    except NoInterval as error:
        # Shares of right repeats that do not differ between samples: each sample counts as one draw.
        return _wilson(means) if is_share else ("none", None, str(error))


def _wilson(means: "Array") -> tuple[Method, Interval, str]:
    return "wilson", wilson(float(means.sum()), len(means)), ""


def _clustered_wilson(value: float, n: int, clusters: Clusters) -> Interval:
    """Return Wilson's interval of the number of independent samples that are as sure; never of more than there are."""
    variance = value * (1 - value)
    error = clusters.error()
    if variance == 0 or error == 0:
        return wilson(value * n, n)
    effective = min(n, variance / error**2) * (Z / t_quantile(0.5 + LEVEL / 2, clusters.n - 1)) ** 2
    return wilson(value * effective, effective)


def _repeat_deviation(values: "Array") -> float | None:
    """Return the deviation within samples, pooled over those with two repeats or more."""
    import numpy as np

    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    several = counts > 1
    if not several.any():
        return None
    chosen, n = np.where(known, values, 0.0)[several], counts[several]
    apart = np.where(known[several], chosen - (chosen.sum(axis=1) / n)[:, None], 0.0)
    return math.sqrt(float((apart**2).sum()) / float((n - 1).sum()))
