"""The engine for linear regression and its penalised forms."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.engine import FitOptions, Fitted
from modelyard.models.estimators import Training
from modelyard.models.linear import LinearEngine, fit_linear, linear_contributions, linear_importance
from modelyard.models.search_space import refuse

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

Penalty = Literal["none", "ridge", "lasso", "elasticnet"]


class LinearRegression(LinearEngine):
    """A weighted sum of the features: fast, small and easy to read.

    Takes numbers without missing values: fill missing values, encode categories and, with a penalty, scale before it.
    It cannot stop early, so it ignores the time budget.

    The importance of a feature is the size of its coefficient times the feature's standard deviation.
    """

    title: ClassVar[str] = "Linear regression"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "trending-up"
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)

    kind: Literal["linear_regression"] = "linear_regression"
    penalty: Penalty = Parameter(
        "ridge",
        description="What keeps coefficients small; lasso and elasticnet set some to zero.",
        search=among("ridge", "lasso", "elasticnet"),
    )
    strength: float = Parameter(
        1.0,
        description="How strong the penalty is: alpha of scikit-learn.",
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        when={"penalty": ("ridge", "lasso", "elasticnet")},
        search=between(1e-4, 100.0, log=True),
    )
    l1_ratio: float | None = Parameter(
        None,
        description="Share of lasso in elasticnet.",
        gt=0,
        le=1,
        allow_inf_nan=False,
        when={"penalty": ("elasticnet",)},
        search=between(0.1, 0.9),
    )
    positive: bool = Parameter(False, description="Allow no negative coefficients.", advanced=True)
    fit_intercept: bool = Parameter(True, description="Learn a constant term.", advanced=True)
    max_iter: int = Parameter(
        10_000,
        description="Most iterations.",
        ge=1,
        le=1_000_000,
        advanced=True,
        when={"penalty": ("lasso", "elasticnet")},
    )
    tol: float = Parameter(
        1e-4,
        description="Improvement below which the iterations stop.",
        gt=0,
        le=1,
        advanced=True,
        allow_inf_nan=False,
        when={"penalty": ("lasso", "elasticnet")},
    )

    @model_validator(mode="after")
    def _elasticnet_has_a_ratio(self) -> Self:
        if self.penalty == "elasticnet" and self.l1_ratio is None:
            refuse(self, "l1_ratio", "elasticnet needs l1_ratio, the share of lasso between 0 and 1")
        return self

    def _named(self, seed: int) -> tuple[str, dict[str, Any]]:
        common = {"fit_intercept": self.fit_intercept, "positive": self.positive}
        search = {"max_iter": self.max_iter, "tol": self.tol, "random_state": seed}
        if self.penalty == "none":
            return "LinearRegression", common
        if self.penalty == "ridge":
            return "Ridge", {"alpha": self.strength, **common, "random_state": seed}
        if self.penalty == "lasso":
            return "Lasso", {"alpha": self.strength, **common, **search}
        return "ElasticNet", {"alpha": self.strength, "l1_ratio": self.l1_ratio, **common, **search}

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator for the penalty."""
        import sklearn.linear_model

        name, arguments = self._named(options.seed)
        return getattr(sklearn.linear_model, name)(**arguments)

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Fit, and note when the iterations did not suffice."""
        return fit_linear(self.estimator(training.task, options), training, self.title)

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the share of each standardised coefficient."""
        return linear_importance(fitted)

    def contributions(self, fitted: Fitted, frame: "pl.DataFrame") -> "np.ndarray[Any, Any] | None":
        """Return each coefficient times the distance of the value from its mean in training."""
        return linear_contributions(fitted, self.matrix(fitted, frame))

    def code(self) -> str:
        """Return scikit-learn's estimator."""
        name, arguments = self._named(0)
        stated = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
        return f"from sklearn.linear_model import {name}\n\nestimator = {name}({stated})"
