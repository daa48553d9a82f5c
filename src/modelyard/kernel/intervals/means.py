"""Intervals of figures that are a smooth function of means over rows: errors, losses, explained shares."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from modelyard.kernel.intervals.interval import LEVEL, Interval, NoInterval, Z, enough

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MAX_RESAMPLED = 5000
"""Above so many rows the normal approximation errs less than the noise of a bootstrap that is quick enough."""
N_RESAMPLES = 1000
_CHUNK_CELLS = 2_000_000
"""Counts of resampled rows held at a time; 16 MB."""


def mean_of(means: "Array") -> "Array":
    """Return the only mean: the figure is a plain average."""
    return means[..., 0]


@dataclass(frozen=True)
class OfMeans:
    """A figure `value(means)`, where `means` are those of `rows`, shape (n_rows, n_means), with its gradient there.

    `value` takes shape (..., n_means) and returns shape (...), so that all resamples are computed at once.
    """

    rows: "Array"
    value: Callable[["Array"], "Array"]
    gradient: tuple[float, ...] = (1.0,)

    def influence(self) -> "Array":
        """Return how much each row pulls at the figure, times n; shape (n_rows,), mean 0."""
        import numpy as np

        pull: Array = (self.rows - self.rows.mean(axis=0)) @ np.asarray(self.gradient)
        return pull


def plain_mean(values: "Array") -> OfMeans:
    """Return the average of one value per row, shape (n_rows,)."""
    return OfMeans(values[:, None], mean_of)


def interval_of_means(figure: OfMeans, *, seed: int = 0) -> Interval:
    """Return the interval of a figure over rows that were drawn independently.

    Up to MAX_RESAMPLED rows: bootstrap of whole rows, bias-corrected and accelerated (BCa; Efron 1987, J. Am. Stat.
    Assoc. 82), the acceleration from the rows' influence. Above: the delta method. With 200 rows whose errors have very
    heavy tails (Student's t with 5 degrees of freedom) the interval of the RMSE was seen to hold 90 of 100 times.
    """
    import numpy as np

    n = len(figure.rows)
    enough(n)
    with np.errstate(over="ignore", invalid="ignore"):
        value, influence = float(figure.value(figure.rows.mean(axis=0))), figure.influence()
        largest = float(abs(influence).max())
    if not (math.isfinite(value) and math.isfinite(largest)):
        raise NoInterval("Some of these rows are too large to be averaged.")
    if not largest > 1e-13 * max(abs(value), float(abs(figure.rows).max()), 1e-280):
        raise NoInterval(f"These {n} rows do not differ, so they do not show how far the figure may vary.")
    pull = influence / largest  # its powers neither overflow nor vanish
    if n > MAX_RESAMPLED:
        half = Z * largest * math.sqrt(float(pull @ pull)) / n
        return value - half, value + half
    drawn = figure.value(resampled_means(figure.rows, seed=seed))
    acceleration = float((pull**3).sum()) / (6 * float(pull @ pull) ** 1.5)
    return bias_corrected(drawn, value, acceleration=acceleration)


def resampled_means(rows: "Array", *, seed: int) -> "Array":
    """Return the means of `rows` drawn with replacement, shape (N_RESAMPLES, n_means)."""
    import numpy as np

    n = len(rows)
    counts = _counts_of(n, seed)
    at_a_time = max(1, _CHUNK_CELLS // n)
    starts = range(0, N_RESAMPLES, at_a_time)
    return np.concatenate([counts[start : start + at_a_time].astype(np.float64) @ rows / n for start in starts])


@lru_cache(maxsize=1)
def _counts_of(n: int, seed: int) -> "Array":
    """Return how often each row is in each resample, the last ones kept: all metrics of a table use the same."""
    import numpy as np

    generator = np.random.default_rng(seed)
    at_a_time = max(1, _CHUNK_CELLS // n)
    sizes = [min(at_a_time, N_RESAMPLES - start) for start in range(0, N_RESAMPLES, at_a_time)]
    return np.concatenate([row_counts(generator, n, size).astype(np.uint16) for size in sizes])


def row_counts(generator: "np.random.Generator", n: int, n_resamples: int) -> "Array":
    """Return how often each row is in each resample, shape (n_resamples, n)."""
    import numpy as np

    places = generator.integers(0, n, size=(n_resamples, n)) + (np.arange(n_resamples) * n)[:, None]
    return np.bincount(places.ravel(), minlength=n_resamples * n).reshape(n_resamples, n)


def bias_corrected(drawn: "Array", value: float, *, acceleration: float = 0.0) -> Interval:
    """Return the quantiles of the resampled figures that bound LEVEL, corrected for bias (and skewness)."""
    import numpy as np

    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) == 0 or np.ptp(drawn) == 0:
        raise NoInterval("Every resample of these rows gives the same figure, so they do not show how far it may vary.")
    normal = NormalDist()
    share = float(((drawn < value).sum() + 0.5 * (drawn == value).sum()) / len(drawn))
    bias = normal.inv_cdf(min(max(share, 1 / (len(drawn) + 1)), 1 - 1 / (len(drawn) + 1)))
    ends = []
    for tail in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        moved = bias + normal.inv_cdf(tail)
        place = normal.cdf(bias + moved / max(1 - acceleration * moved, 0.1))
        ends.append(float(np.quantile(drawn, place)))
    return ends[0], ends[1]
