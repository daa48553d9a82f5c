"""Resampled confusion matrices: every figure that counts right and wrong rows follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

N_RESAMPLES = 1000
FEWEST_RESAMPLES = 200
MAX_DRAWS = 5_000_000
"""Cells drawn in all resamples together: with many cells, fewer resamples."""
SAFE_CLASS = 20
"""A class of so many rows is absent from one resample in 10⁸."""


@dataclass(frozen=True)
class Counts:
    """Rows of each class: rightly predicted, actual and predicted; each of shape (n_resamples, n_classes)."""

    right: "Array"
    actual: "Array"
    predicted: "Array"
    is_present: "Array"
    """Which classes any row has, shape (n_classes,)."""
    is_named: "Array"
    """Which classes any row has or is predicted as, shape (n_classes,)."""

    def recall(self) -> "Array":
        """Return the recall of each class; 0 where it has no row."""
        return _ratio(self.right, self.actual)

    def precision(self) -> "Array":
        """Return the precision of each class; 0 where nothing was predicted as it."""
        return _ratio(self.right, self.predicted)

    def f1(self) -> "Array":
        """Return the F1 of each class; 0 where it neither is nor was predicted."""
        return _ratio(2 * self.right, self.actual + self.predicted)

    def accuracy(self) -> "Array":
        """Return the share of right rows, shape (n_resamples,)."""
        return _ratio(self.right.sum(axis=1), self.actual.sum(axis=1))

    def balanced_accuracy(self) -> "Array":
        """Return the mean recall of the classes that have rows, shape (n_resamples,)."""
        means: Array = self.recall()[:, self.is_present].mean(axis=1)
        return means

    def macro(self, values: "Array") -> "Array":
        """Return the mean over the classes that are there or predicted, shape (n_resamples,)."""
        means: Array = values[:, self.is_named].mean(axis=1)
        return means

    def mcc(self) -> "Array":
        """Return Matthews correlation for any number of classes (Gorodkin 2004), 0 where it is undefined."""
        import numpy as np

        n = self.actual.sum(axis=1).astype(float)
        covariance = self.right.sum(axis=1) * n - (self.actual * self.predicted).sum(axis=1)
        spread = (n**2 - (self.actual**2).sum(axis=1)) * (n**2 - (self.predicted**2).sum(axis=1))
        return _ratio(covariance, np.sqrt(np.maximum(spread, 0)))


def counted(actual: "Array", predicted: "Array", n_classes: int) -> Counts:
    """Return the counts of the rows themselves, as one resample."""
    return _counts(*_cells(actual, predicted, n_classes), n_classes)


def resampled(actual: "Array", predicted: "Array", n_classes: int, *, seed: int = 0) -> Counts:
    """Return counts of rows drawn with replacement.

    A resample of rows has a multinomial number in each cell of the confusion matrix, so the cells are drawn and never
    the rows: the same bootstrap, whatever the number of rows. When a class has fewer than SAFE_CLASS rows, rows are
    drawn within each actual class, so that no class vanishes.
    """
    return resampled_together(actual, (predicted,), n_classes, seed=seed)[0]


def resampled_together(
    actual: "Array", predictions: "Sequence[Array]", n_classes: int, *, seed: int = 0
) -> list[Counts]:
    """Return the counts of each of several predictions of the same rows, on the same draws.

    The cells drawn are those of actual × first × second …, so that what is hard for all of them cancels out.
    """
    import numpy as np

    joint = actual.astype(np.int64)
    for predicted in predictions:
        joint = joint * n_classes + predicted
    cells, counts = np.unique(joint, return_counts=True)
    of_each = [cells // n_classes**place % n_classes for place in reversed(range(len(predictions)))]
    of_class = cells // n_classes ** len(predictions)
    n_resamples = int(np.clip(MAX_DRAWS // len(cells), FEWEST_RESAMPLES, N_RESAMPLES))
    generator = np.random.default_rng(seed)
    sizes = np.bincount(of_class, weights=counts, minlength=n_classes)
    if sizes[sizes > 0].min() >= SAFE_CLASS:
        drawn = generator.multinomial(int(counts.sum()), counts / counts.sum(), size=n_resamples)
    else:
        drawn = np.empty((n_resamples, len(cells)), dtype=np.int64)
        for each in np.unique(of_class):
            here = of_class == each
            drawn[:, here] = generator.multinomial(int(sizes[each]), counts[here] / sizes[each], size=n_resamples)
    return [_counts(of_class * n_classes + predicted, drawn, n_classes) for predicted in of_each]


def _cells(actual: "Array", predicted: "Array", n_classes: int) -> "tuple[Array, Array]":
    """Return the cells that have rows, as actual × n_classes + predicted, and their counts of shape (1, n_cells)."""
    import numpy as np

    cells, counts = np.unique(actual.astype(np.int64) * n_classes + predicted, return_counts=True)
    return cells, counts[None, :]


def _counts(cells: "Array", drawn: "Array", n_classes: int) -> Counts:
    import numpy as np
    from scipy.sparse import csr_matrix

    ones, places = np.ones(len(cells)), np.arange(len(cells))
    of_actual, of_predicted = cells // n_classes, cells % n_classes
    shape = (len(cells), n_classes)
    actual = drawn @ csr_matrix((ones, (places, of_actual)), shape=shape)
    predicted = drawn @ csr_matrix((ones, (places, of_predicted)), shape=shape)
    right = drawn @ csr_matrix(((of_actual == of_predicted).astype(float), (places, of_actual)), shape=shape)
    is_present = np.bincount(of_actual, minlength=n_classes) > 0
    is_named = is_present | (np.bincount(of_predicted, minlength=n_classes) > 0)
    return Counts(right, actual, predicted, is_present, is_named)


def _ratio(above: "Array", below: "Array") -> "Array":
    import numpy as np

    found: Array = np.divide(above, below, out=np.zeros(np.broadcast(above, below).shape), where=below != 0)
    return found
