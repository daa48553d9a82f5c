"""Areas under ROC and precision-recall curves with the influence of each row, from which their intervals follow."""

import math
from typing import TYPE_CHECKING, Any

from modelyard.kernel.intervals.interval import Interval, NoInterval, on_logit_scale

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MIN_OF_EACH = 5
"""Fewer rows of a class say next to nothing about the class."""


def roc_influence(is_class: "Array", score: "Array") -> "tuple[float, Array]":
    """Return the area under the ROC curve and what each row adds to its error, shape (n_rows,).

    The structural components of DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, by midranks (Sun and Xu 2014,
    IEEE Signal Process. Lett. 21); the variance is the sum of the squares.
    """
    import numpy as np
    from scipy.stats import rankdata

    m, n = int(is_class.sum()), int((~is_class).sum())
    ranks = rankdata(score)
    above = (ranks[is_class] - rankdata(score[is_class])) / n
    below = 1 - (ranks[~is_class] - rankdata(score[~is_class])) / m
    area = float(above.mean())
    pulls = np.empty(len(score))
    pulls[is_class] = (above - area) / math.sqrt(m * max(m - 1, 1))
    pulls[~is_class] = (below - area) / math.sqrt(n * max(n - 1, 1))
    return area, pulls


def precision_influence(is_class: "Array", score: "Array") -> "tuple[float, Array]":
    """Return the average precision and what each row adds to its error, shape (n_rows,).

    With T and N the number of class rows and of all rows scored at least as high as row i, average precision is the
    mean of Tᵢ/Nᵢ over the class rows; the derivative by a row's weight gives its influence (the infinitesimal
    jackknife, Jaeckel 1972; Efron 1982, The Jackknife, chapter 6).
    """
    import numpy as np

    levels, level = np.unique(-score, return_inverse=True)
    hits = np.bincount(level, weights=is_class, minlength=len(levels))
    n_hits, n_rows = hits.cumsum(), np.bincount(level, minlength=len(levels)).cumsum()
    total = float(hits.sum())
    precision = n_hits / n_rows
    area = float((hits * precision).sum() / total)
    # A row counts in N (and T) of every level at or below its own.
    more_hits = (hits / n_rows)[::-1].cumsum()[::-1]
    more_rows = (hits * precision / n_rows)[::-1].cumsum()[::-1]
    pulls = (is_class * (precision[level] - area + more_hits[level]) - more_rows[level]) / total
    return area, pulls - pulls.mean()


def area_interval(area: float, pulls: "Array", n_of_rarest: int) -> Interval:
    """Return the interval of an area, or of a mean of areas, from the rows' influence."""
    if n_of_rarest < MIN_OF_EACH:
        raise NoInterval(f"The rarest class has {n_of_rarest} of these rows; an interval needs at least {MIN_OF_EACH}.")
    return on_logit_scale(area, math.sqrt(float(pulls @ pulls)))
