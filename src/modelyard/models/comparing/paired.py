"""Whether one model is better than another on the same rows: the difference of each metric with its interval.

Both models see the same resampled rows, so what is hard for both cancels out: a difference can be told from chance
where the two intervals overlap. Errors and losses: bootstrap of whole rows, or the delta method of many rows; areas
under curves: DeLong, DeLong and Clarke-Pearson (1988) and the infinitesimal jackknife; what counts right and wrong:
bootstrap of the cells actual × first model × second model.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.kernel.intervals.chance import mcnemar as mcnemar_p_value
from modelyard.kernel.intervals.interval import Interval, NoInterval, Z, enough
from modelyard.kernel.intervals.means import OfMeans, bias_corrected, interval_of_means, plain_mean
from modelyard.models.comparing.kept import Kept
from modelyard.models.intervals.confusion import Counts, resampled_together
from modelyard.models.metrics.classification import POSITIVE, brier_scores, log_losses
from modelyard.models.metrics.evaluate import rules
from modelyard.models.metrics.metric import Rule, value_of
from modelyard.models.metrics.regression import explained, pinball_losses, r2_means, rmse_means, symmetric_errors
from modelyard.models.metrics.scored import Classified, Measured

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

N_RESAMPLES = 1000
_CHUNK_CELLS = 2_000_000


@dataclass(frozen=True)
class Difference:
    """One metric of two models on the same rows; `difference` is the second's value minus the first's.

    `is_certain`: the 95 % interval of the difference leaves out 0.
    """

    name: str
    label: str
    higher_is_better: bool
    first: float | None
    second: float | None
    difference: float | None
    interval: Interval | None
    is_certain: bool
    unavailable: str | None


@dataclass(frozen=True)
class McNemar:
    """Rows that only one of two models has right, and how likely so uneven a share is between equally good models."""

    n_only_first: int
    n_only_second: int
    p_value: float


@dataclass(frozen=True)
class Paired:
    """Two models on the same rows, or why they cannot be paired."""

    n: int
    split: str | None
    differences: tuple[Difference, ...] = ()
    mcnemar: McNemar | None = None
    unavailable: str | None = None


def paired(first: Kept, second: Kept) -> Paired:
    """Return the difference of every metric, second minus first; or why not, when the rows are not the same."""
    reason = not_the_same_rows(first, second)
    if reason is not None:
        return Paired(0, None, unavailable=reason)
    a, b = first.scored(), second.scored()
    if isinstance(a, Classified) and isinstance(b, Classified):
        if a.classes != b.classes:
            return Paired(0, None, unavailable="The two models know different classes.")
        differences = tuple(_difference(rule, a, b, first.split) for rule in rules(a))
        return Paired(a.n, first.split, differences, mcnemar(a, b))
    return Paired(a.n, first.split, tuple(_difference(rule, a, b, first.split) for rule in rules(a)))


def not_the_same_rows(first: Kept, second: Kept) -> str | None:
    """Return why the two cannot be paired, or None."""
    import numpy as np

    if first.task != second.task:
        return f"One is for {first.task}, the other for {second.task}."
    if first.n == second.n and first.n_all == second.n_all and bool((first.ids == second.ids).all()):
        return None if first.n else "There are no rows with a target to compare on."
    n_common = len(np.intersect1d(first.ids, second.ids))
    return (
        f"They were scored on different rows: {first.n_all:,} {first.split} rows and {second.n_all:,} {second.split} "
        f"rows, of which {n_common:,} are the same. Train both with the same dataset and the same split."
    )


def mcnemar(a: Classified, b: Classified) -> McNemar:
    """Return the exact test of McNemar (1947), Psychometrika 12: two-sided, binomial."""
    right_a, right_b = a.predicted == a.actual, b.predicted == b.actual
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    return McNemar(only_a, only_b, mcnemar_p_value(only_a, only_b))


def _difference(rule: Rule, a: Any, b: Any, split: Any) -> Difference:
    (first, why_first), (second, why_second) = (value_of(rule, rows, n=rows.n, split=split) for rows in (a, b))
    difference, interval, reason = None, None, why_first or why_second
    if first is not None and second is not None:
        difference = second - first
        try:
            interval = _interval(rule.name, a, b, difference)
        except NoInterval as error:
            reason = str(error)
    return Difference(
        name=rule.name,
        label=rule.label,
        higher_is_better=rule.higher_is_better,
        first=first,
        second=second,
        difference=difference,
        interval=interval,
        is_certain=interval is not None and not interval[0] <= 0 <= interval[1],
        unavailable=reason,
    )


def _interval(name: str, a: Any, b: Any, difference: float) -> Interval:
    enough(a.n)
    if _say_the_same(a, b):
        raise NoInterval("Both models predict the same for every row.")
    if isinstance(a, Measured):
        return _of_numbers(name, a, b, difference)
    if name in _MEANS_OF_CLASSES:
        return _of_means(plain_mean(_MEANS_OF_CLASSES[name](a)), plain_mean(_MEANS_OF_CLASSES[name](b)))
    if name in _CURVES:
        return _of_areas(_CURVES[name], a, b, difference)
    return _of_counts(_COUNTED[name], a, b, difference)


def _say_the_same(a: Any, b: Any) -> bool:
    import numpy as np

    is_same = np.array_equal(a.predicted, b.predicted)
    return is_same and (isinstance(a, Measured) or np.array_equal(a.probabilities, b.probabilities))


def _of_numbers(name: str, a: Measured, b: Measured, difference: float) -> Interval:
    if name == "median_ae":
        return _of_medians(abs(a.errors), abs(b.errors), difference)
    figure = _MEANS_OF_NUMBERS[name]
    return _of_means(figure(a), figure(b))


def _of_means(a: OfMeans, b: OfMeans) -> Interval:
    """Return the interval of a difference of two figures of means: itself a figure of all their means."""
    import numpy as np

    n_of_a = a.rows.shape[1]

    def value(means: "Array") -> "Array":
        found: Array = b.value(means[..., n_of_a:]) - a.value(means[..., :n_of_a])
        return found

    gradient = (*(-slope for slope in a.gradient), *b.gradient)
    return interval_of_means(OfMeans(np.hstack([a.rows, b.rows]), value, gradient))


def _of_areas(curve: str, a: Classified, b: Classified, difference: float) -> Interval:
    import numpy as np

    pulls = [np.mean([pulls for _area, pulls in getattr(rows, curve)], axis=0) for rows in (a, b)]
    apart = pulls[1] - pulls[0]
    error = math.sqrt(float(apart @ apart))
    if not error > 0:
        raise NoInterval("Both put the rows in the same order.")
    return difference - Z * error, difference + Z * error


def _of_counts(figure: Callable[[Counts], "Array"], a: Classified, b: Classified, difference: float) -> Interval:
    counts = resampled_together(a.actual, (a.predicted, b.predicted), len(a.classes))
    return bias_corrected(figure(counts[1]) - figure(counts[0]), difference)


def _of_medians(a: "Array", b: "Array", difference: float) -> Interval:
    import numpy as np

    n, generator = len(a), np.random.default_rng(0)
    at_a_time = max(1, _CHUNK_CELLS // n)
    drawn = []
    for start in range(0, N_RESAMPLES, at_a_time):
        places = generator.integers(0, n, size=(min(at_a_time, N_RESAMPLES - start), n))
        drawn.append(np.median(b[places], axis=1) - np.median(a[places], axis=1))
    return bias_corrected(np.concatenate(drawn), difference)


_MEANS_OF_CLASSES: dict[str, Callable[[Classified], "Array"]] = {
    "accuracy": lambda rows: (rows.actual == rows.predicted).astype(float),
    "log_loss": log_losses,
    "brier": brier_scores,
}
_CURVES = {"roc_auc": "roc", "average_precision": "precision_recall"}
_COUNTED: dict[str, Callable[[Counts], "Array"]] = {
    "balanced_accuracy": Counts.balanced_accuracy,
    "precision_macro": lambda counts: counts.macro(counts.precision()),
    "recall_macro": lambda counts: counts.macro(counts.recall()),
    "f1_macro": lambda counts: counts.macro(counts.f1()),
    "precision": lambda counts: counts.precision()[:, POSITIVE],
    "recall": lambda counts: counts.recall()[:, POSITIVE],
    "f1": lambda counts: counts.f1()[:, POSITIVE],
    "mcc": Counts.mcc,
}
_MEANS_OF_NUMBERS: dict[str, Callable[[Measured], OfMeans]] = {
    "r2": r2_means,
    "rmse": rmse_means,
    "mse": lambda rows: plain_mean(rows.errors**2),
    "mae": lambda rows: plain_mean(abs(rows.errors)),
    "mape": lambda rows: plain_mean(abs(rows.errors / rows.actual)),
    "smape": lambda rows: plain_mean(symmetric_errors(rows)),
    "explained_variance": explained,
    "pinball": lambda rows: plain_mean(pinball_losses(rows)),
}
