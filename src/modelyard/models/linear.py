"""What the linear engines share: the fit, and what a coefficient says about its feature."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from modelyard.models.engine import Fitted
from modelyard.models.estimators import ESTIMATOR_FILE, EstimatorEngine, Training, normalised, quiet_fit, read_facts
from modelyard.models.saved_lines import read_lines

if TYPE_CHECKING:
    import numpy as np


class LinearEngine(EstimatorEngine):
    """Base of the linear engines, which predict with their coefficients alone."""

    predicts_with: ClassVar[tuple[str, ...] | None] = ("numpy",)

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote; the coefficients alone where scikit-learn is not installed."""
        if find_spec("skops") is not None:
            return super().load(folder)
        return read_facts(folder, {"estimator": read_lines(folder / ESTIMATOR_FILE)})


def fit_linear(model: Any, training: Training, title: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Fit a linear estimator; keep the features' means and deviations, and say when it did not converge."""
    notes = quiet_fit(model, training, f"{title} did not converge: add Scale before it, or raise max_iter.")
    facts = {"means": training.x.mean(axis=0).tolist(), "deviations": training.x.std(axis=0).tolist()}
    return {"estimator": model, **facts}, notes


def linear_importance(fitted: Fitted) -> dict[str, float] | None:
    """Return the share of each coefficient times its feature's standard deviation, averaged over the classes."""
    import numpy as np

    sizes = np.abs(np.atleast_2d(fitted.state["estimator"].coef_)).mean(axis=0)
    return normalised(fitted.features, sizes * np.asarray(fitted.state["deviations"]))


def linear_contributions(fitted: Fitted, x: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any] | None":
    """Return coefficient × (value − mean of training) per feature, and last the score of a row of means.

    These are the exact Shapley values of a linear model whose features are taken as independent (Štrumbelj and
    Kononenko 2014, Knowl. Inf. Syst. 41). None for models made before means were kept.
    """
    import numpy as np

    if "means" not in fitted.state:
        return None
    model, means = fitted.state["estimator"], np.asarray(fitted.state["means"])
    coefficients = np.atleast_2d(model.coef_)
    base = coefficients @ means + model.intercept_
    moved = (x - means)[:, None, :] * coefficients
    found = np.concatenate([moved, np.broadcast_to(base[:, None], (*moved.shape[:2], 1))], axis=2)
    return found[:, 0, :] if len(coefficients) == 1 else found
