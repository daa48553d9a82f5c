"""A linear scikit-learn estimator read from its skops file without scikit-learn: coefficients are all it predicts with.

Loading skops imports every module of scikit-learn, about 100 MB and two seconds; the service of one linear model has
no other use for them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.models.saved_arrays import saved_estimator

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class SavedLines:
    """What is used of a fitted linear estimator, under scikit-learn's names.

    `coef_`: shape (n_features,) or (n_outputs, n_features); `intercept_`: one number for each output.
    """

    coef_: "Array"
    intercept_: "Array"

    def predict(self, x: Any) -> "Array":
        """Return the numbers of a regression, shape (n_rows,)."""
        found: Array = x @ self.coef_.T + self.intercept_
        return found

    def predict_proba(self, x: Any) -> "Array":
        """Return the probabilities of the classes, shape (n_rows, n_classes)."""
        import numpy as np

        scores: Array = x @ self.coef_.T + self.intercept_
        if scores.shape[1] == 1:
            second = _logistic(scores[:, 0])
            return np.column_stack([1 - second, second])
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        found: Array = shares / shares.sum(axis=1, keepdims=True)
        return found


def read_lines(path: Path) -> SavedLines:
    """Read the coefficients of a skops file; raise Refused when it holds none."""
    with saved_estimator(path, "linear estimator") as saved:
        return SavedLines(saved.array(saved.learned["coef_"]), saved.array(saved.learned["intercept_"]))


def _logistic(scores: "Array") -> "Array":
    import numpy as np

    small = np.exp(-np.abs(scores))  # never overflows
    found: Array = np.where(scores >= 0, 1.0, small) / (1.0 + small)
    return found
