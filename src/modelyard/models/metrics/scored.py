"""Rows whose target is known beside what was predicted for them, as metrics and charts see them."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Task
from modelyard.models.engine import Prediction
from modelyard.models.intervals.confusion import Counts, resampled
from modelyard.models.intervals.curves import precision_influence, roc_influence
from modelyard.models.target import as_text, class_names, positions, without_nan

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]


def scored_rows(target: "pl.Series", *, task: Task) -> "Array":
    """Return for each row whether it has a target that predictions can be compared with; shape (n_rows,), bool."""
    present = without_nan(target).is_not_null()
    if task == "regression" and target.dtype.is_float():
        present &= target.is_finite().fill_null(False)
    return present.to_numpy()


@dataclass(frozen=True)
class Classified:
    """Actual and predicted classes as positions in `classes`; classes never seen in training come after those seen.

    `actual`, `predicted`: shape (n_rows,). `probabilities`: shape (n_rows, n_known). `shares`: of the training rows,
    shape (n_known,).
    """

    actual: "Array"
    probabilities: "Array"
    predicted: "Array"
    classes: tuple[str, ...]
    n_known: int
    shares: "Array"

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.actual)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Classes among the actual ones that training never saw."""
        return self.classes[self.n_known :]

    @property
    def absent(self) -> list[str]:
        """Classes of training that no actual row has."""
        there = set(self.actual.tolist())
        return [name for place, name in enumerate(self.classes[: self.n_known]) if place not in there]

    @cached_property
    def draws(self) -> Counts:
        """Counts of resampled rows, for the intervals of everything that counts right and wrong."""
        return resampled(self.actual, self.predicted, len(self.classes))

    @cached_property
    def roc(self) -> "list[tuple[float, Array]]":
        """Area and influence of each class against the rest; of the second class only, when there are two."""
        return [roc_influence(self.actual == place, self.probabilities[:, place]) for place in self.ranked]

    @cached_property
    def precision_recall(self) -> "list[tuple[float, Array]]":
        """Average precision and influence of each class against the rest; of the second only, when there are two."""
        return [precision_influence(self.actual == place, self.probabilities[:, place]) for place in self.ranked]

    @property
    def ranked(self) -> range:
        """Places of the classes that are told from the rest."""
        return range(1, 2) if self.n_known == 2 else range(self.n_known)

    @property
    def n_of_rarest(self) -> int:
        """Rows on the smaller side, over all classes that are told from the rest."""
        import numpy as np

        counts = np.bincount(self.actual, minlength=self.n_known)[list(self.ranked)]
        return int(np.minimum(counts, self.n - counts).min())

    def baseline(self) -> "Classified":
        """Return the same rows predicted as the majority class, with the shares of training as probabilities."""
        import numpy as np

        majority = np.full(self.n, int(self.shares.argmax()))
        shares = np.tile(self.shares, (self.n, 1))
        return Classified(self.actual, shares, majority, self.classes, self.n_known, self.shares)

    def part(self, rows: "Array") -> "Classified":
        """Return some of the rows, by a mask of shape (n_rows,)."""
        probabilities, predicted = self.probabilities[rows], self.predicted[rows]
        return Classified(self.actual[rows], probabilities, predicted, self.classes, self.n_known, self.shares)


@dataclass(frozen=True)
class Measured:
    """Actual and predicted numbers, shape (n_rows,), the mean of training, and the quantile that pinball loss is of."""

    actual: "Array"
    predicted: "Array"
    mean: float
    quantile: float = 0.5

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.actual)

    @property
    def errors(self) -> "Array":
        """Actual minus predicted, shape (n_rows,)."""
        found: Array = self.actual - self.predicted
        return found

    def baseline(self) -> "Measured":
        """Return the same rows predicted as the mean of training."""
        import numpy as np

        return Measured(self.actual, np.full(self.n, self.mean), self.mean, self.quantile)

    def part(self, rows: "Array") -> "Measured":
        """Return some of the rows, by a mask of shape (n_rows,)."""
        return Measured(self.actual[rows], self.predicted[rows], self.mean, self.quantile)


def classified(target: "pl.Series", prediction: Prediction, training_target: "pl.Series") -> Classified:
    """Return the rows with a target as classes; `prediction` is of all rows of `target`."""
    import numpy as np

    rows = scored_rows(target, task="classification")
    labels = as_text(target).filter(rows)
    known = prediction.classes or ()
    unseen = tuple(name for name in class_names(labels) if name not in known)
    assert prediction.probabilities is not None
    counts = np.bincount(np.maximum(positions(training_target.drop_nulls(), known), 0), minlength=len(known))
    names = {name: place for place, name in enumerate(known)}
    predicted = np.asarray([names[value] for value in prediction.values[rows]], dtype=np.int64)
    return Classified(
        positions(labels, (*known, *unseen)),
        prediction.probabilities[rows],
        predicted,
        (*known, *unseen),
        len(known),
        counts / max(counts.sum(), 1),
    )


def measured(
    target: "pl.Series", prediction: Prediction, training_target: "pl.Series", *, quantile: float = 0.5
) -> Measured:
    """Return the rows with a target as numbers; `prediction` is of all rows of `target`."""
    import polars as pl

    rows = scored_rows(target, task="regression")
    actual = target.filter(rows).cast(pl.Float64).to_numpy()
    mean = without_nan(training_target).drop_nulls().cast(pl.Float64).mean()
    return Measured(actual, prediction.values[rows], float(mean or 0.0), quantile)  # type: ignore[arg-type]  # floats
