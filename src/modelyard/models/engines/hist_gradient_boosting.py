"""The engine for histogram gradient boosting."""

import time
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.kernel.kinds import Parameter, between
from modelyard.models.engine import ClassWeight, FitOptions
from modelyard.models.estimators import EstimatorEngine, Training, estimator_code
from modelyard.models.search_space import refuse
from modelyard.models.target import refuse_below

Loss = Literal["squared_error", "absolute_error", "poisson", "gamma", "quantile"]

N_LOOKS = 20
"""With a budget the trees grow in parts; between two of them, about so many times, it looks at the clock."""
LOOK_SECONDS = 1.0
"""And at least so often, that progress is seen."""


class HistGradientBoosting(EstimatorEngine):
    """Trees that correct each other, on binned features: accurate and quick from a thousand rows up.

    Takes missing values and categories as they are (a category's 254 most frequent values are told apart, the others
    and those unseen in training count as missing), so neither filling nor encoding is needed. With a time budget it
    keeps the trees grown so far. It has no importance of its own; the model page shows permutation importance.
    """

    title: ClassVar[str] = "Histogram gradient boosting"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "chart-column-increasing"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_missing: ClassVar[bool] = True
    takes_categories: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True
    only_for: ClassVar[Mapping[str, Task]] = {"loss": "regression", "quantile": "regression"}
    # Plain arrays of nodes, whose shapes predicting checks; with categories also the encoder's input check.
    trusted: ClassVar[tuple[str, ...]] = (
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "functools.partial",
        "sklearn.utils.validation.check_array",
    )

    kind: Literal["hist_gradient_boosting"] = "hist_gradient_boosting"
    learning_rate: float = Parameter(
        0.1,
        description="How much each tree corrects; smaller needs more trees.",
        gt=0,
        le=1,
        allow_inf_nan=False,
        search=between(0.01, 0.3, log=True),
    )
    max_iter: int = Parameter(
        100,
        description="Most trees (per class, with more than two).",
        ge=1,
        le=10_000,
        search=between(50, 500, log=True),
    )
    max_leaf_nodes: int | None = Parameter(
        31, description="Most leaves of a tree; empty: no limit.", ge=2, le=100_000, search=between(4, 255, log=True)
    )
    max_depth: int | None = Parameter(None, description="Deepest level of a tree; empty: no limit.", ge=1, le=1000)
    min_samples_leaf: int = Parameter(
        20, description="Fewest rows in a leaf.", ge=1, le=1_000_000, search=between(2, 100, log=True)
    )
    l2_regularization: float = Parameter(
        0.0,
        description="Penalty on large corrections.",
        ge=0,
        le=1e9,
        allow_inf_nan=False,
        search=between(1e-3, 10.0, log=True),
    )
    max_features: float = Parameter(
        1.0,
        description="Share of the columns tried at each split.",
        gt=0,
        le=1,
        advanced=True,
        allow_inf_nan=False,
        search=between(0.3, 1.0),
    )
    max_bins: int = Parameter(255, description="Bins that a feature's values fall in.", ge=2, le=255, advanced=True)
    loss: Loss = Parameter(
        "squared_error", description="What regression makes small; classification uses log loss.", advanced=True
    )
    quantile: float | None = Parameter(
        None, description="Which quantile to predict.", ge=0, le=1, advanced=True, when={"loss": ("quantile",)}
    )
    early_stopping: Literal["auto", "on", "off"] = Parameter(
        "auto",
        description="Stop when held-back training rows no longer improve; auto: above 10 000 rows.",
        advanced=True,
    )
    validation_fraction: float = Parameter(
        0.1,
        description="Share of the training rows held back for early stopping.",
        gt=0,
        lt=1,
        advanced=True,
        when={"early_stopping": ("auto", "on")},
    )
    n_iter_no_change: int = Parameter(
        10,
        description="Trees without improvement before it stops.",
        ge=1,
        le=10_000,
        advanced=True,
        when={"early_stopping": ("auto", "on")},
    )

    @model_validator(mode="after")
    def _a_quantile_is_named(self) -> Self:
        if self.loss == "quantile" and self.quantile is None:
            refuse(self, "quantile", "the loss quantile needs quantile, a share between 0 and 1")
        return self

    def _arguments(self, task: Task) -> dict[str, Any]:
        chosen = {
            "learning_rate": self.learning_rate,
            "max_iter": self.max_iter,
            "max_leaf_nodes": self.max_leaf_nodes,
            "max_depth": self.max_depth,
            "min_samples_leaf": self.min_samples_leaf,
            "l2_regularization": self.l2_regularization,
            "max_features": self.max_features,
            "max_bins": self.max_bins,
            "early_stopping": {"auto": "auto", "on": True, "off": False}[self.early_stopping],
            "validation_fraction": self.validation_fraction,
            "n_iter_no_change": self.n_iter_no_change,
        }
        return chosen if task == "classification" else {**chosen, "loss": self.loss, "quantile": self.quantile}

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator."""
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        arguments = {**self._arguments(task), "random_state": options.seed}
        if task == "regression":
            return HistGradientBoostingRegressor(**arguments)
        weight = None if options.class_weight == "none" else options.class_weight
        return HistGradientBoostingClassifier(**arguments, class_weight=weight)

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Fit in one go, or with a budget in parts (the same trees) until all are grown or the time is spent."""
        self._check(training)
        model = self.estimator(training.task, options)
        mask = [name in training.categories for name in training.features]
        # Named only when there are any: the encoder that comes with them makes every prediction slower.
        model.categorical_features = mask if any(mask) else None
        if options.budget_seconds is None:
            return {"estimator": model.fit(training.x, training.target.values)}, ()
        return self._fit_in_parts(model, training, options, options.budget_seconds)

    def _fit_in_parts(
        self, model: Any, training: Training, options: FitOptions, budget_seconds: float
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        model.warm_start = True
        started = time.monotonic()
        n_trees = least = max(1, self.max_iter // N_LOOKS)
        while True:
            model.max_iter = n_trees
            model.fit(training.x, training.target.values)
            options.report(model.n_iter_ / self.max_iter, f"{model.n_iter_} of {self.max_iter} trees")
            if model.n_iter_ < n_trees or n_trees == self.max_iter:
                return {"estimator": model}, ()
            spent = time.monotonic() - started
            if spent > budget_seconds:
                note = f"Stopped by the time budget with {model.n_iter_} of {self.max_iter} trees."
                return {"estimator": model}, (note,)
            # Each part bins all rows again: of a small table the second one grows all trees that are left.
            until_look = min(LOOK_SECONDS, budget_seconds / N_LOOKS)
            n_trees = min(self.max_iter, n_trees + max(least, int(n_trees * until_look / max(spent, 1e-6))))

    def _check(self, training: Training) -> None:
        if training.task == "regression" and self.loss in ("poisson", "gamma"):
            refuse_below(training.target, 0.0, what=f"The loss {self.loss}", strictly=self.loss == "gamma")

    def code(self) -> str:
        """Return scikit-learn's estimators for both tasks."""
        return estimator_code(
            "sklearn.ensemble",
            {"classification": "HistGradientBoostingClassifier", "regression": "HistGradientBoostingRegressor"},
            {task: {**self._arguments(task), "random_state": 0} for task in self.tasks},
        )

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Name the places of the categories, when there are any, and fit."""
        return f"""if places:
    estimator.set_params(categorical_features=places)
{super().fit_code(class_weight, seed)}"""
