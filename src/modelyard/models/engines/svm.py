"""The engine for support vector machines."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.engine import FitOptions
from modelyard.models.estimators import EstimatorEngine, Training, quiet_fit
from modelyard.models.matrix import scale_notes
from modelyard.models.search_space import refuse

MAX_ROWS = 20_000
"""The time grows with the square of the rows at least: this many take minutes, ten times as many would take hours."""
N_FOLDS = 5
"""Parts of the training rows for the calibration of the probabilities."""


class SupportVectors(EstimatorEngine):
    """The widest margin between classes, or a tube around the numbers, bent by a kernel: good on small, smooth tables.

    Takes numbers without missing values: fill missing values, encode categories and scale before it; without scaling
    the column with the largest numbers decides alone. Refuses more than 20 000 training rows, since its time grows with
    their square. The probabilities are calibrated (Platt) by 5-fold cross-validation within the training rows.
    """

    title: ClassVar[str] = "Support vector machine"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "separator-vertical"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    # Plain holders of fitted parts: an estimator with its classes, and the two numbers of a sigmoid.
    trusted: ClassVar[tuple[str, ...]] = (
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
    )
    only_for: ClassVar[Mapping[str, Task]] = {"epsilon": "regression", "scale_target": "regression"}

    kind: Literal["svm"] = "svm"
    kernel: Literal["rbf", "linear", "poly", "sigmoid"] = Parameter(
        "rbf", description="The shape of the border.", search=among("rbf", "linear", "poly")
    )
    cost: float = Parameter(
        1.0,
        description="Price of rows on the wrong side: C of scikit-learn.",
        gt=0,
        le=1e6,
        allow_inf_nan=False,
        search=between(0.01, 100.0, log=True),
    )
    gamma: Literal["scale", "auto", "value"] = Parameter(
        "scale",
        description="How far one row reaches; scale: by the features' variance, auto: by their number.",
        when={"kernel": ("rbf", "poly", "sigmoid")},
        search=among("scale", "auto"),
    )
    gamma_value: float | None = Parameter(
        None, description="How far one row reaches.", gt=0, le=1e6, allow_inf_nan=False, when={"gamma": ("value",)}
    )
    degree: int = Parameter(
        3, description="Degree of the polynomial.", ge=1, le=10, when={"kernel": ("poly",)}, search=between(2, 5)
    )
    coef0: float = Parameter(
        0.0,
        description="Constant in the kernel.",
        ge=-1e6,
        le=1e6,
        advanced=True,
        allow_inf_nan=False,
        when={"kernel": ("poly", "sigmoid")},
    )
    epsilon: float = Parameter(
        0.1,
        description="Half the width of the tube within which errors are free; regression only.",
        ge=0,
        le=1e9,
        advanced=True,
        allow_inf_nan=False,
        search=between(0.01, 1.0, log=True),
    )
    scale_target: bool = Parameter(
        True,
        description="Bring a number to predict to mean 0 and deviation 1 for the fit: cost and epsilon then suit it.",
        advanced=True,
    )
    max_iter: int | None = Parameter(
        None, description="Most iterations; empty: until it converges.", ge=1, le=100_000_000, advanced=True
    )
    tol: float = Parameter(
        1e-3, description="Improvement below which it stops.", gt=0, le=1, advanced=True, allow_inf_nan=False
    )

    @model_validator(mode="after")
    def _gamma_is_named(self) -> Self:
        if self.gamma == "value" and self.gamma_value is None:
            refuse(self, "gamma_value", "gamma = value needs gamma_value, above 0")
        return self

    def _arguments(self, task: Task) -> dict[str, Any]:
        shared = {
            "kernel": self.kernel,
            "C": self.cost,
            "gamma": self.gamma if self.gamma_value is None else self.gamma_value,
            "degree": self.degree,
            "coef0": self.coef0,
            "tol": self.tol,
            "max_iter": -1 if self.max_iter is None else self.max_iter,
        }
        return shared if task == "classification" else {**shared, "epsilon": self.epsilon}

    def estimator(self, task: Task, options: FitOptions, n_folds: int = N_FOLDS) -> Any:
        """Return scikit-learn's estimator: calibrated for classes, with the target scaled for numbers."""
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC, SVR

        if task == "classification":
            weight = None if options.class_weight == "none" else options.class_weight
            bare = SVC(**self._arguments(task), class_weight=weight, random_state=options.seed)
            return CalibratedClassifierCV(bare, method="sigmoid", ensemble=False, cv=n_folds)
        tube = SVR(**self._arguments(task))
        return TransformedTargetRegressor(tube, transformer=StandardScaler()) if self.scale_target else tube

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Fit, and note when the iterations did not suffice."""
        if len(training.x) > MAX_ROWS:
            raise Invalid(
                f"{self.title} takes at most {MAX_ROWS:,} training rows, since its time grows with their square; "
                f"there are {len(training.x):,}.",
                hint="Take another engine, LightGBM say, or fewer training rows.",
            )
        model = self.estimator(training.task, options, _n_folds(training, self.title))
        notes = quiet_fit(model, training, f"{self.title} did not converge: add Scale before it, or raise max_iter.")
        return {"estimator": model}, (*scale_notes(training.x, training.features, self.title), *notes)

    def code(self) -> str:
        """Return scikit-learn's estimators for both tasks."""
        stated = {task: ", ".join(f"{k}={v!r}" for k, v in self._arguments(task).items()) for task in self.tasks}
        tube = f"SVR({stated['regression']})"
        if self.scale_target:
            tube = f"TransformedTargetRegressor({tube}, transformer=StandardScaler())"
        return f"""from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

if task == 'classification':
    machine = SVC({stated["classification"]})
    n_folds = min({N_FOLDS}, train[target].drop_nulls().value_counts()["count"].min())
    estimator = CalibratedClassifierCV(machine, method="sigmoid", ensemble=False, cv=n_folds)
if task == 'regression':
    estimator = {tube}"""


def _n_folds(training: Training, title: str) -> int:
    """Return as many folds as the rarest class has rows, at most N_FOLDS."""
    import numpy as np

    classes = training.target.classes
    if classes is None:
        return N_FOLDS
    counts = np.bincount(training.target.values, minlength=len(classes))
    if counts.min() < 2:
        rare = classes[int(counts.argmin())]
        raise Invalid(
            f"{title} calibrates its probabilities by cross-validation, and the class {rare!r} has 1 training row.",
            hint="Leave out classes with a single row, or take another engine.",
        )
    return min(N_FOLDS, int(counts.min()))
