"""How good predictions are: metrics with their split, n and a baseline, or a sentence why there is no value."""

import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName
from modelyard.models.engine import Prediction
from modelyard.models.target import as_text, class_names, positions, without_nan

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


class Metric(BaseModel):
    """One number about predictions; `baseline` is what always predicting the majority class or the mean would get."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    value: float | None
    split: SplitName
    n: int
    higher_is_better: bool
    unavailable: str | None = None
    baseline: float | None = None


class _Unavailable(Exception):
    """A metric that cannot be computed; the message says why."""


def evaluate(
    target: "pl.Series", prediction: Prediction, *, task: Task, split: SplitName, training_target: "pl.Series"
) -> list[Metric]:
    """Return every metric of the task; rows without a target are left out, and `n` says how many were used."""
    if task == "classification":
        scored = _classified(target, prediction, training_target)
        return [_metric(each, scored, split, len(scored.actual)) for each in _classification(scored)]
    numbers = _measured(target, prediction, training_target)
    return [_metric(each, numbers, split, len(numbers.actual)) for each in _REGRESSION]


def scored_rows(target: "pl.Series", *, task: Task) -> "np.ndarray[Any, Any]":
    """Return for each row whether it has a target that predictions can be compared with; shape (n_rows,), bool."""
    present = without_nan(target).is_not_null()
    if task == "regression" and target.dtype.is_float():
        present &= target.is_finite().fill_null(False)
    return present.to_numpy()


class _Classified:
    """Actual and predicted classes as positions in `classes`; classes never seen in training come after those seen."""

    def __init__(
        self,
        actual: "np.ndarray[Any, Any]",
        probabilities: "np.ndarray[Any, Any]",
        predicted: "np.ndarray[Any, Any]",
        classes: tuple[str, ...],
        n_known: int,
        shares: "np.ndarray[Any, Any]",
    ) -> None:
        self.actual, self.probabilities, self.predicted = actual, probabilities, predicted
        self.classes, self.n_known, self.shares = classes, n_known, shares

    @property
    def unseen(self) -> tuple[str, ...]:
        """Classes among the actual ones that training never saw."""
        return self.classes[self.n_known :]

    @property
    def absent(self) -> list[str]:
        """Classes of training that no actual row has."""
        there = set(self.actual.tolist())
        return [name for place, name in enumerate(self.classes[: self.n_known]) if place not in there]

    def baseline(self) -> "_Classified":
        """Return the same rows predicted as the majority class, with the shares of training as probabilities."""
        import numpy as np

        n = len(self.actual)
        majority = np.full(n, int(self.shares.argmax()))
        return _Classified(self.actual, np.tile(self.shares, (n, 1)), majority, self.classes, self.n_known, self.shares)


class _Measured:
    """Actual and predicted numbers, and the mean of training."""

    def __init__(self, actual: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]", mean: float) -> None:
        self.actual, self.predicted, self.mean = actual, predicted, mean

    def baseline(self) -> "_Measured":
        """Return the same rows predicted as the mean of training."""
        import numpy as np

        return _Measured(self.actual, np.full(len(self.actual), self.mean), self.mean)


_Rule = tuple[str, str, bool, Callable[[Any], float]]
"""Name, label, whether more is better, and the value of a _Classified or _Measured."""


def _metric(rule: _Rule, scored: Any, split: SplitName, n: int) -> Metric:
    name, label, higher_is_better, compute = rule
    value, why = _value(compute, scored, n, split)
    baseline = _value(compute, scored.baseline(), n, split)[0] if value is not None else None
    return Metric(
        name=name,
        label=label,
        value=value,
        split=split,
        n=n,
        higher_is_better=higher_is_better,
        unavailable=why,
        baseline=baseline,
    )


def _value(compute: Callable[[Any], float], scored: Any, n: int, split: SplitName) -> tuple[float | None, str | None]:
    if n == 0:
        return None, f"There are no {split} rows with a target."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what scikit-learn warns of is said in `unavailable`, or known
            value = float(compute(scored))
    except _Unavailable as reason:
        return None, str(reason)
    return (value, None) if math.isfinite(value) else (None, "It is not a finite number on these rows.")


def _classified(target: "pl.Series", prediction: Prediction, training_target: "pl.Series") -> _Classified:
    import numpy as np

    rows = scored_rows(target, task="classification")
    labels = as_text(target).filter(rows)
    known = prediction.classes or ()
    unseen = tuple(name for name in class_names(labels) if name not in known)
    assert prediction.probabilities is not None
    counts = np.bincount(np.maximum(positions(training_target.drop_nulls(), known), 0), minlength=len(known))
    names = {name: place for place, name in enumerate(known)}
    predicted = np.asarray([names[value] for value in prediction.values[rows]], dtype=np.int64)
    return _Classified(
        positions(labels, (*known, *unseen)),
        prediction.probabilities[rows],
        predicted,
        (*known, *unseen),
        len(known),
        counts / max(counts.sum(), 1),
    )


def _measured(target: "pl.Series", prediction: Prediction, training_target: "pl.Series") -> _Measured:
    import polars as pl

    rows = scored_rows(target, task="regression")
    actual = target.filter(rows).cast(pl.Float64).to_numpy()
    mean = without_nan(training_target).drop_nulls().cast(pl.Float64).mean()
    return _Measured(actual, prediction.values[rows], float(mean or 0.0))  # type: ignore[arg-type]  # a column of floats


def _classification(scored: _Classified) -> list[_Rule]:
    rules: list[_Rule] = [
        ("accuracy", "Accuracy", True, _accuracy),
        ("balanced_accuracy", "Balanced accuracy", True, _balanced_accuracy),
        ("precision_macro", "Precision (macro)", True, _averaged("precision_score")),
        ("recall_macro", "Recall (macro)", True, _averaged("recall_score")),
        ("f1_macro", "F1 (macro)", True, _averaged("f1_score")),
    ]
    if scored.n_known == 2:
        name = scored.classes[1]
        rules += [
            ("precision", f"Precision ({name})", True, _of_positive("precision_score")),
            ("recall", f"Recall ({name})", True, _of_positive("recall_score")),
            ("f1", f"F1 ({name})", True, _of_positive("f1_score")),
        ]
    return [
        *rules,
        ("roc_auc", "ROC AUC", True, _roc_auc),
        ("log_loss", "Log loss", False, _log_loss),
        ("mcc", "Matthews correlation", True, _mcc),
    ]


def _accuracy(scored: _Classified) -> float:
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(scored.actual, scored.predicted))


def _balanced_accuracy(scored: _Classified) -> float:
    from sklearn.metrics import balanced_accuracy_score

    return float(balanced_accuracy_score(scored.actual, scored.predicted))


def _averaged(name: str) -> Callable[[_Classified], float]:
    def compute(scored: _Classified) -> float:
        import sklearn.metrics

        score = getattr(sklearn.metrics, name)
        return float(score(scored.actual, scored.predicted, average="macro", zero_division=0))

    return compute


def _of_positive(name: str) -> Callable[[_Classified], float]:
    def compute(scored: _Classified) -> float:
        import sklearn.metrics

        positive = scored.classes[1]
        if name == "precision_score" and not (scored.predicted == 1).any():
            raise _Unavailable(f"No row was predicted as {positive!r}.")
        if name != "precision_score" and not (scored.actual == 1).any():
            raise _Unavailable(f"No row is {positive!r}.")
        score = getattr(sklearn.metrics, name)
        return float(score(scored.actual, scored.predicted, labels=[1], average="macro", zero_division=0))

    return compute


def _roc_auc(scored: _Classified) -> float:
    from sklearn.metrics import roc_auc_score

    _needs_known_classes(scored)
    if scored.absent:
        raise _Unavailable(f"No row has the class {scored.absent[0]!r}.")
    if scored.n_known == 2:
        return float(roc_auc_score(scored.actual, scored.probabilities[:, 1]))
    labels = list(range(scored.n_known))
    return float(roc_auc_score(scored.actual, scored.probabilities, multi_class="ovr", average="macro", labels=labels))


def _log_loss(scored: _Classified) -> float:
    from sklearn.metrics import log_loss

    _needs_known_classes(scored)
    return float(log_loss(scored.actual, scored.probabilities, labels=list(range(scored.n_known))))


def _mcc(scored: _Classified) -> float:
    from sklearn.metrics import matthews_corrcoef

    return float(matthews_corrcoef(scored.actual, scored.predicted))


def _needs_known_classes(scored: _Classified) -> None:
    if scored.unseen:
        raise _Unavailable(f"The class {scored.unseen[0]!r} was not seen in training, so it has no probability.")


def _r2(scored: _Measured) -> float:
    from sklearn.metrics import r2_score

    if len(scored.actual) < 2:
        raise _Unavailable("It needs at least two rows.")
    if scored.actual.min() == scored.actual.max():
        raise _Unavailable("The target is the same in all of these rows.")
    return float(r2_score(scored.actual, scored.predicted))


def _mape(scored: _Measured) -> float:
    from sklearn.metrics import mean_absolute_percentage_error

    n_zero = int((scored.actual == 0).sum())
    if n_zero:
        raise _Unavailable(f"The target is 0 in {n_zero} rows, where a relative error has no meaning.")
    return float(mean_absolute_percentage_error(scored.actual, scored.predicted))


def _error(name: str) -> Callable[[_Measured], float]:
    def compute(scored: _Measured) -> float:
        import sklearn.metrics

        return float(getattr(sklearn.metrics, name)(scored.actual, scored.predicted))

    return compute


_REGRESSION: list[_Rule] = [
    ("r2", "R²", True, _r2),
    ("rmse", "RMSE", False, _error("root_mean_squared_error")),
    ("mae", "MAE", False, _error("mean_absolute_error")),
    ("median_ae", "Median absolute error", False, _error("median_absolute_error")),
    ("mape", "MAPE", False, _mape),
]
