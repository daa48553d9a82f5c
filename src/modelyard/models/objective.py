"""What candidates are compared by: a score of predictions, with its 95 % interval."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelyard.data.columns import Task
from modelyard.kernel.intervals.interval import Interval, NoInterval, Z
from modelyard.models.intervals.curves import area_interval, roc_influence

if TYPE_CHECKING:
    import numpy as np

MetricName = Literal["roc_auc", "log_loss", "accuracy", "balanced_accuracy", "rmse", "mae"]
MetricChoice = Literal["auto", "roc_auc", "log_loss", "accuracy", "balanced_accuracy", "rmse", "mae"]

LABELS: dict[MetricName, str] = {
    "roc_auc": "ROC AUC",
    "log_loss": "Log loss",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "rmse": "RMSE",
    "mae": "MAE",
}
HIGHER_IS_BETTER: frozenset[MetricName] = frozenset({"roc_auc", "accuracy", "balanced_accuracy"})
FOR_NUMBERS: frozenset[MetricName] = frozenset({"rmse", "mae"})
_SMALLEST = 1e-15
"""Probabilities are kept this far from zero, as in scikit-learn's log loss."""


@dataclass(frozen=True)
class Score:
    """A score and its 95 % interval; None where the rows are too few to say."""

    value: float
    interval: Interval | None


def metric_for(choice: MetricChoice, task: Task, n_classes: int) -> MetricName:
    """Return the metric: the one chosen, or AUC for two classes, log loss for more, RMSE for numbers."""
    if choice != "auto":
        return choice
    if task == "regression":
        return "rmse"
    return "roc_auc" if n_classes == 2 else "log_loss"


def metric_problem(choice: MetricChoice, task: Task, n_classes: int | None) -> str | None:
    """Say why the metric does not fit the target, or None when it does."""
    if choice == "auto":
        return None
    if (choice in FOR_NUMBERS) != (task == "regression"):
        wanted = "numbers" if choice in FOR_NUMBERS else "classes"
        return f"{LABELS[choice]} is for {wanted}; this target is for {task}: choose auto."
    if choice == "roc_auc" and n_classes is not None and n_classes > 2:
        return f"ROC AUC is for two classes here; the target has {n_classes}: choose log loss or auto."
    return None


def loss(metric: MetricName, actual: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]") -> float:
    """Return what is to be made small: the metric, or one minus it.

    `actual`: shape (n_rows,), class positions or numbers. `predicted`: probabilities (n_rows, n_classes) or (n_rows,).
    """
    value = _value(metric, actual, predicted)
    return 1 - value if metric in HIGHER_IS_BETTER else value


def score(metric: MetricName, actual: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]") -> Score:
    """Return the score with the normal interval from the variance between rows; of the AUC, that of its charts."""
    value = _value(metric, actual, predicted)
    if metric == "roc_auc":
        return Score(value, _interval_of_area(actual, predicted[:, 1]))
    error = _standard_error(metric, actual, predicted, value)
    if not math.isfinite(value) or not math.isfinite(error):
        return Score(value, None)
    low, high = value - Z * error, value + Z * error
    if metric in HIGHER_IS_BETTER:
        high = min(high, 1.0)
    return Score(value, (max(low, 0.0), high))


def _value(metric: MetricName, actual: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]") -> float:
    import numpy as np

    if metric == "roc_auc":
        return _auc(actual, predicted[:, 1])
    if metric == "balanced_accuracy":
        is_right = predicted.argmax(axis=1) == actual
        return float(np.mean([is_right[actual == code].mean() for code in np.unique(actual)]))
    mean = float(_of_rows(metric, actual, predicted).mean())
    return float(np.sqrt(mean)) if metric == "rmse" else mean


def _of_rows(
    metric: MetricName, actual: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]"
) -> "np.ndarray[Any, Any]":
    """Return what each row adds to the mean that the metric is, shape (n_rows,)."""
    import numpy as np

    found: np.ndarray[Any, Any]
    if metric == "rmse":
        found = (predicted - actual) ** 2
    elif metric == "mae":
        found = np.abs(predicted - actual)
    elif metric == "log_loss":
        total = predicted.sum(axis=1)
        chosen = predicted[np.arange(len(actual)), actual] / np.where(total > 0, total, 1.0)
        found = -np.log(np.clip(chosen, _SMALLEST, 1.0))
    else:
        found = (predicted.argmax(axis=1) == actual).astype(float)
    return found


def _auc(actual: "np.ndarray[Any, Any]", of_second: "np.ndarray[Any, Any]") -> float:
    import numpy as np
    from scipy.stats import rankdata

    is_second = actual == 1
    n_second, n_first = int(is_second.sum()), int((~is_second).sum())
    if not n_second or not n_first:
        return float("nan")
    ranks = rankdata(of_second)
    return float((np.sum(ranks[is_second]) - n_second * (n_second + 1) / 2) / (n_second * n_first))


def _standard_error(
    metric: MetricName, actual: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]", value: float
) -> float:
    import numpy as np

    if len(actual) < 3:
        return float("nan")
    if metric == "balanced_accuracy":
        is_right = (predicted.argmax(axis=1) == actual).astype(float)
        parts = [is_right[actual == code] for code in np.unique(actual)]
        return float(np.sqrt(sum(part.var() / len(part) for part in parts)) / len(parts))
    rows = _of_rows(metric, actual, predicted)
    error = float(rows.std(ddof=1) / np.sqrt(len(rows)))
    # The root's slope at the mean: d√m = dm / 2√m.
    return error / (2 * value) if metric == "rmse" and value > 0 else error


def _interval_of_area(actual: "np.ndarray[Any, Any]", of_second: "np.ndarray[Any, Any]") -> Interval | None:
    is_second = actual == 1
    n_of_rarest = min(int(is_second.sum()), int((~is_second).sum()))
    if not n_of_rarest:
        return None
    area, pulls = roc_influence(is_second, of_second)
    try:
        return area_interval(area, pulls, n_of_rarest)
    except NoInterval:
        return None
