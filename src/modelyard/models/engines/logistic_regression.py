"""The engine for logistic regression."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Schema, Task
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.engine import FitOptions, Fitted
from modelyard.models.estimators import Training
from modelyard.models.linear import LinearEngine, fit_linear, linear_contributions, linear_importance
from modelyard.models.search_space import refuse

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

Penalty = Literal["none", "l2", "l1", "elasticnet"]
Solver = Literal["auto", "lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga"]

SOLVERS: dict[Penalty, tuple[Solver, ...]] = {
    "none": ("lbfgs", "newton-cg", "newton-cholesky", "sag", "saga"),
    "l2": ("lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga"),
    "l1": ("saga", "liblinear"),
    "elasticnet": ("saga",),
}
"""Which solvers can minimise which penalty; the first is what `auto` takes."""


class LogisticRegression(LinearEngine):
    """A linear classifier: fast, small, easy to read, and a baseline that is often hard to beat.

    Takes numbers without missing values: fill missing values, encode categories and scale before it. Scaled features
    make it converge faster and the penalty fair to all columns. It cannot stop early, so it ignores the time budget.

    The importance of a feature is the size of its coefficient times the feature's standard deviation, averaged over
    the classes.
    """

    title: ClassVar[str] = "Logistic regression"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "spline"
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    takes_sparse: ClassVar[bool] = True

    kind: Literal["logistic_regression"] = "logistic_regression"
    penalty: Penalty = Parameter(
        "l2",
        description="What keeps coefficients small; l1 and elasticnet set some to zero.",
        search=among("l2", "l1", "elasticnet"),
    )
    strength: float = Parameter(
        1.0,
        description="How strong the penalty is: 1 / C of scikit-learn.",
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        when={"penalty": ("l2", "l1", "elasticnet")},
        search=between(0.01, 1000.0, log=True),
    )
    l1_ratio: float | None = Parameter(
        None,
        description="Share of l1 in elasticnet.",
        ge=0,
        le=1,
        allow_inf_nan=False,
        when={"penalty": ("elasticnet",)},
        search=between(0.1, 0.9),
    )
    solver: Solver = Parameter("auto", description="The method of minimisation.", advanced=True)
    max_iter: int = Parameter(1000, description="Most iterations of the solver.", ge=1, le=1_000_000)
    tol: float = Parameter(
        1e-4, description="Improvement below which the solver stops.", gt=0, le=1, advanced=True, allow_inf_nan=False
    )
    fit_intercept: bool = Parameter(True, description="Learn a constant term.", advanced=True)

    @model_validator(mode="after")
    def _solver_can_do_it(self) -> Self:
        possible = SOLVERS[self.penalty]
        if self.solver != "auto" and self.solver not in possible:
            advice = f"choose auto or {' or '.join(possible)}"
            refuse(self, "solver", f"the solver {self.solver} cannot do the penalty {self.penalty}: {advice}")
        if self.penalty == "elasticnet" and self.l1_ratio is None:
            refuse(self, "l1_ratio", "elasticnet needs l1_ratio, the share of l1 between 0 and 1")
        return self

    def schema_problems(self, schema: Schema) -> list[str]:
        """The solver liblinear tells two classes apart only."""
        target = schema.get(schema.target) if schema.target is not None else None
        if self.solver == "liblinear" and target is not None and (target.n_unique or 0) > 2:
            return [f"The solver liblinear is for two classes; {target.name} has {target.n_unique}: choose auto."]
        return []

    def _arguments(self) -> dict[str, Any]:
        ratio = {"none": 0.0, "l2": 0.0, "l1": 1.0, "elasticnet": self.l1_ratio}[self.penalty]
        return {
            "C": float("inf") if self.penalty == "none" else 1 / self.strength,
            "l1_ratio": ratio,
            "solver": SOLVERS[self.penalty][0] if self.solver == "auto" else self.solver,
            "max_iter": self.max_iter,
            "tol": self.tol,
            "fit_intercept": self.fit_intercept,
        }

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator."""
        from sklearn.linear_model import LogisticRegression as Estimator

        weight = None if options.class_weight == "none" else options.class_weight
        return Estimator(**self._arguments(), class_weight=weight, random_state=options.seed)

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
        stated = ", ".join(f"{name}={value!r}" for name, value in self._arguments().items())
        stated = stated.replace("C=inf", 'C=float("inf")')
        return f"from sklearn.linear_model import LogisticRegression\n\nestimator = LogisticRegression({stated})"
