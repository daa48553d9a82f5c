"""Every metric of predictions, beside what the baselines reach on the same rows."""

from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName
from modelyard.models.engine import Prediction
from modelyard.models.metrics.classification import classification_rules
from modelyard.models.metrics.metric import Metric, Rule, measure
from modelyard.models.metrics.regression import regression_rules
from modelyard.models.metrics.scored import Classified, Measured, classified, measured

if TYPE_CHECKING:
    import polars as pl


def evaluate(
    target: "pl.Series",
    prediction: Prediction,
    *,
    task: Task,
    split: SplitName,
    training_target: "pl.Series",
    boosting: Prediction | None = None,
    quantile: float = 0.5,
    with_intervals: bool = True,
) -> list[Metric]:
    """Return every metric of classes or numbers; rows without a target are left out, and `n` says how many were used.

    `prediction` and `boosting` (what default histogram gradient boosting says) are of all rows of `target`; `quantile`
    is the one of the pinball loss. Clusters have no target: see `metrics.clustering.evaluate_clusters`.
    """
    scored = scored_as(task, target, prediction, training_target, quantile=quantile)
    other = None
    if boosting is not None and boosting.classes == prediction.classes:
        other = scored_as(task, target, boosting, training_target, quantile=quantile)
    baseline = scored.baseline()
    return [
        measure(
            rule,
            scored,
            split=split,
            n=scored.n,
            baseline=baseline,
            boosting=other,
            with_interval=with_intervals,
        )
        for rule in rules(scored)
    ]


def scored_as(
    task: Task, target: "pl.Series", prediction: Prediction, training_target: "pl.Series", *, quantile: float = 0.5
) -> Classified | Measured:
    """Return the rows with a target as metrics see them."""
    if task == "classification":
        return classified(target, prediction, training_target)
    if task == "regression":
        return measured(target, prediction, training_target, quantile=quantile)
    raise ValueError("clusters have no target")


def rules(scored: Classified | Measured) -> list[Rule]:
    """Return the metrics that suit the rows."""
    return classification_rules(scored) if isinstance(scored, Classified) else regression_rules(scored)


def metric_of(name: str, scored: Classified | Measured, *, split: SplitName, **options: Any) -> Metric:
    """Return one metric by name; raise KeyError when the task has none of that name."""
    rule = {rule.name: rule for rule in rules(scored)}[name]
    return measure(rule, scored, split=split, n=scored.n, **options)
