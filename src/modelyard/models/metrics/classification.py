"""Metrics of predicted classes; values are scikit-learn's, intervals from the rows."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelyard.kernel.intervals.interval import Interval, enough, wilson
from modelyard.kernel.intervals.means import bias_corrected, interval_of_means, plain_mean
from modelyard.models.intervals.confusion import Counts
from modelyard.models.intervals.curves import area_interval
from modelyard.models.metrics.metric import Rule, Unavailable
from modelyard.models.metrics.scored import Classified

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

POSITIVE = 1
"""Place of the class that is looked for, when there are two."""


def classification_rules(scored: Classified) -> list[Rule]:
    """Return the metrics that suit the classes, the one that stands for the model first."""
    rules = [
        Rule("accuracy", "Accuracy", True, _accuracy, _share_right),
        Rule("balanced_accuracy", "Balanced accuracy", True, _balanced_accuracy, _mean_recall),
        Rule("precision_macro", "Precision (macro)", True, _macro("precision_score"), _macro_counts(Counts.precision)),
        Rule("recall_macro", "Recall (macro)", True, _macro("recall_score"), _mean_recall_of_named),
        Rule("f1_macro", "F1 (macro)", True, _macro("f1_score"), _macro_counts(Counts.f1)),
    ]
    if scored.n_known == 2:
        rules += class_rules(scored, POSITIVE, named=True)
    return [
        *rules,
        Rule("roc_auc", "ROC AUC", True, _roc_auc, _area("roc")),
        Rule("average_precision", "PR AUC (average precision)", True, _average_precision, _area("precision_recall")),
        Rule("log_loss", "Log loss", False, _log_loss, lambda rows: interval_of_means(plain_mean(log_losses(rows)))),
        Rule("brier", "Brier score", False, _brier, lambda rows: interval_of_means(plain_mean(brier_scores(rows)))),
        Rule("mcc", "Matthews correlation", True, _mcc, _counts(Counts.mcc)),
    ]


def class_rules(scored: Classified, place: int, *, named: bool = False) -> list[Rule]:
    """Return precision, recall and F1 of one class; `named`: labels say which."""
    suffix = f" ({scored.classes[place]})" if named else ""
    return [
        Rule("precision", f"Precision{suffix}", True, _of_class("precision_score", place), _precision_of(place)),
        Rule("recall", f"Recall{suffix}", True, _of_class("recall_score", place), _recall_of(place)),
        Rule("f1", f"F1{suffix}", True, _of_class("f1_score", place), _f1_of(place)),
    ]


def predicted_share(scored: Classified, place: int) -> Rule:
    """Return how many rows are predicted as one class: what fairness calls the selection rate."""

    def share(rows: Classified) -> float:
        return float((rows.predicted == place).mean())

    def interval(rows: Classified) -> Interval:
        return wilson(int((rows.predicted == place).sum()), rows.n)

    return Rule("predicted_share", f"Predicted as {scored.classes[place]}", True, share, interval)


def false_positive_rate(scored: Classified, place: int) -> Rule:
    """Return how many of the rows that are not of a class are predicted as it."""

    def rate(rows: Classified) -> float:
        others = rows.actual != place
        if not others.any():
            raise Unavailable(f"Every row is {rows.classes[place]!r}.")
        return float((rows.predicted[others] == place).mean())

    def interval(rows: Classified) -> Interval:
        others = rows.actual != place
        return wilson(int((rows.predicted[others] == place).sum()), int(others.sum()))

    return Rule("false_positive_rate", f"False {scored.classes[place]} rate", False, rate, interval)


def log_losses(rows: Classified) -> "Array":
    """Return each row's loss, shape (n_rows,): −log of the probability of its class, clipped as scikit-learn does."""
    import numpy as np

    least = np.finfo(rows.probabilities.dtype).eps
    chosen = rows.probabilities[np.arange(rows.n), rows.actual]
    losses: Array = -np.log(np.clip(chosen, least, 1 - least))
    return losses


def brier_scores(rows: Classified) -> "Array":
    """Return each row's squared distance to certainty, shape (n_rows,); halved with two classes, as is the custom."""
    import numpy as np

    is_class = np.eye(rows.n_known)[rows.actual]
    distances: Array = ((rows.probabilities - is_class) ** 2).sum(axis=1)
    return distances / 2 if rows.n_known == 2 else distances


def _accuracy(rows: Classified) -> float:
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(rows.actual, rows.predicted))


def _share_right(rows: Classified) -> Interval:
    return wilson(int((rows.actual == rows.predicted).sum()), rows.n)


def _balanced_accuracy(rows: Classified) -> float:
    from sklearn.metrics import balanced_accuracy_score

    return float(balanced_accuracy_score(rows.actual, rows.predicted))


def _mean_recall(rows: Classified) -> Interval:
    """Return the interval of the mean recall of the classes that have rows.

    The recalls are independent shares, so their score intervals are added in squares (Zou and Donner 2008, Stat. Med.
    27): unlike a bootstrap it holds with a handful of rows in a class.
    """
    import numpy as np

    there = np.unique(rows.actual)
    return _added_recalls(rows, there, len(there))


def _mean_recall_of_named(rows: Classified) -> Interval:
    """Return the same over the classes that are there or predicted; one that is only predicted has recall 0."""
    import numpy as np

    return _added_recalls(rows, np.unique(rows.actual), len(np.union1d(rows.actual, rows.predicted)))


def _added_recalls(rows: Classified, there: "Array", n_classes: int) -> Interval:
    import numpy as np

    enough(rows.n)
    n_rows = np.bincount(rows.actual, minlength=len(rows.classes))[there]
    n_right = np.bincount(rows.actual[rows.actual == rows.predicted], minlength=len(rows.classes))[there]
    ends = np.asarray([wilson(int(hits), int(n)) for hits, n in zip(n_right, n_rows, strict=True)])
    recalls = n_right / n_rows
    down, up = np.hypot.reduce(recalls - ends[:, 0]), np.hypot.reduce(ends[:, 1] - recalls)
    total = float(recalls.sum())
    return max(0.0, (total - float(down)) / n_classes), min(1.0, (total + float(up)) / n_classes)


def _mcc(rows: Classified) -> float:
    from sklearn.metrics import matthews_corrcoef

    return float(matthews_corrcoef(rows.actual, rows.predicted))


def _counts(figure: Callable[[Counts], "Array"]) -> Callable[[Classified], Interval]:
    """Return the interval of a figure of the confusion matrix: bootstrap, corrected for bias (Efron 1981)."""
    from modelyard.models.intervals.confusion import counted

    def interval(rows: Classified) -> Interval:
        enough(rows.n)
        value = figure(counted(rows.actual, rows.predicted, len(rows.classes)))
        return bias_corrected(figure(rows.draws), float(value[0]))

    return interval


def _macro_counts(of_class: Callable[[Counts], "Array"]) -> Callable[[Classified], Interval]:
    return _counts(lambda counts: counts.macro(of_class(counts)))


def _macro(name: str) -> Callable[[Classified], float]:
    def compute(rows: Classified) -> float:
        import sklearn.metrics

        score = getattr(sklearn.metrics, name)
        return float(score(rows.actual, rows.predicted, average="macro", zero_division=0))

    return compute


def _of_class(name: str, place: int) -> Callable[[Classified], float]:
    def compute(rows: Classified) -> float:
        import sklearn.metrics

        wanted = rows.classes[place]
        if name == "precision_score" and not (rows.predicted == place).any():
            raise Unavailable(f"No row was predicted as {wanted!r}.")
        if name != "precision_score" and not (rows.actual == place).any():
            raise Unavailable(f"No row is {wanted!r}.")
        score = getattr(sklearn.metrics, name)
        return float(score(rows.actual, rows.predicted, labels=[place], average="macro", zero_division=0))

    return compute


def _precision_of(place: int) -> Callable[[Classified], Interval]:
    def interval(rows: Classified) -> Interval:
        chosen = rows.predicted == place
        return wilson(int((rows.actual[chosen] == place).sum()), int(chosen.sum()))

    return interval


def _recall_of(place: int) -> Callable[[Classified], Interval]:
    def interval(rows: Classified) -> Interval:
        there = rows.actual == place
        return wilson(int((rows.predicted[there] == place).sum()), int(there.sum()))

    return interval


def _f1_of(place: int) -> Callable[[Classified], Interval]:
    return _counts(lambda counts: counts.f1()[:, place])


def _roc_auc(rows: Classified) -> float:
    from sklearn.metrics import roc_auc_score

    _needs_every_class(rows)
    if rows.n_known == 2:
        return float(roc_auc_score(rows.actual, rows.probabilities[:, POSITIVE]))
    labels = list(range(rows.n_known))
    return float(roc_auc_score(rows.actual, rows.probabilities, multi_class="ovr", average="macro", labels=labels))


def _average_precision(rows: Classified) -> float:
    import numpy as np
    from sklearn.metrics import average_precision_score

    _needs_every_class(rows)
    if rows.n_known == 2:
        return float(average_precision_score(rows.actual == POSITIVE, rows.probabilities[:, POSITIVE]))
    is_class = np.eye(rows.n_known, dtype=int)[rows.actual]
    return float(average_precision_score(is_class, rows.probabilities, average="macro"))


def _area(curve: str) -> Callable[[Classified], Interval]:
    """Return the interval of an area: DeLong or the infinitesimal jackknife, the mean over classes row by row."""

    def interval(rows: Classified) -> Interval:
        enough(rows.n)
        found: list[tuple[float, Array]] = getattr(rows, curve)
        area = sum(each for each, _ in found) / len(found)
        pulls = sum((pulls for _, pulls in found[1:]), start=found[0][1]) / len(found)
        return area_interval(area, pulls, rows.n_of_rarest)

    return interval


def _log_loss(rows: Classified) -> float:
    from sklearn.metrics import log_loss

    _needs_known_classes(rows)
    return float(log_loss(rows.actual, rows.probabilities, labels=list(range(rows.n_known))))


def _brier(rows: Classified) -> float:
    from sklearn.metrics import brier_score_loss

    _needs_known_classes(rows)
    if rows.n_known == 2:
        return float(brier_score_loss(rows.actual, rows.probabilities[:, POSITIVE], labels=[0, 1], pos_label=1))
    return float(brier_score_loss(rows.actual, rows.probabilities, labels=list(range(rows.n_known))))


def _needs_every_class(rows: Classified) -> None:
    _needs_known_classes(rows)
    if rows.absent:
        raise Unavailable(f"No row has the class {rows.absent[0]!r}.")


def _needs_known_classes(rows: Classified) -> None:
    if rows.unseen:
        raise Unavailable(f"The class {rows.unseen[0]!r} was not seen in training, so it has no probability.")
