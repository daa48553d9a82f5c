"""The engine for random forests."""

import time
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.kernel.kinds import Parameter
from modelyard.models.engine import FitOptions, Fitted
from modelyard.models.estimators import EstimatorEngine, Training, normalised

N_CHUNKS = 10
"""A forest grows in so many parts: after each it reports, and looks at the clock."""


class RandomForest(EstimatorEngine):
    """Many deep trees on random parts of the rows and columns, averaged: robust, hard to overfit, little to tune.

    Takes numbers without missing values: fill missing values and encode categories before it; scaling changes nothing.
    With a time budget it keeps the trees grown so far. Large forests make large models: limit the depth or the leaves
    when size or speed of prediction matters.

    The importance of a feature is how much its splits reduced impurity.
    """

    title: ClassVar[str] = "Random forest"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "trees"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_budget: ClassVar[bool] = True
    # Arrays of nodes and values; its __setstate__ checks their shapes and types.
    trusted: ClassVar[tuple[str, ...]] = ("sklearn.tree._tree.Tree",)

    kind: Literal["random_forest"] = "random_forest"
    n_estimators: int = Parameter(100, description="How many trees.", ge=1, le=5000)
    max_depth: int | None = Parameter(None, description="Deepest level of a tree; empty: no limit.", ge=1, le=1000)
    min_samples_split: int = Parameter(2, description="Fewest rows that a split needs.", ge=2, le=1_000_000)
    min_samples_leaf: int = Parameter(1, description="Fewest rows in a leaf.", ge=1, le=1_000_000)
    max_leaf_nodes: int | None = Parameter(
        None, description="Most leaves of a tree; empty: no limit.", ge=2, le=1_000_000, advanced=True
    )
    max_features: Literal["auto", "sqrt", "log2", "all", "fraction"] = Parameter(
        "auto", description="Columns tried at each split; auto: the square root for classification, all for regression."
    )
    max_features_fraction: float | None = Parameter(
        None, description="Share of the columns tried, when max_features is fraction.", gt=0, le=1, advanced=True
    )
    criterion: Literal["gini", "entropy", "log_loss"] = Parameter(
        "gini", description="What a split of classes improves.", advanced=True
    )
    regression_criterion: Literal["squared_error", "absolute_error", "poisson"] = Parameter(
        "squared_error", description="What a split of numbers improves; absolute_error is slow.", advanced=True
    )
    bootstrap: bool = Parameter(
        True, description="Give each tree its own sample of rows, with replacement.", advanced=True
    )
    max_samples: float | None = Parameter(
        None, description="Share of the rows each tree sees; empty: as many as there are.", gt=0, le=1, advanced=True
    )
    ccp_alpha: float = Parameter(
        0.0,
        description="Strength of pruning: larger trees must earn their leaves.",
        ge=0,
        le=1e9,
        advanced=True,
        allow_inf_nan=False,
    )

    @model_validator(mode="after")
    def _options_fit_together(self) -> Self:
        if self.max_samples is not None and not self.bootstrap:
            raise ValueError("max_samples needs bootstrap: without it every tree sees all rows")
        if (self.max_features == "fraction") != (self.max_features_fraction is not None):
            raise ValueError("max_features_fraction goes with max_features = fraction: set both or neither")
        return self

    def _arguments(self, task: Task) -> dict[str, Any]:
        choices = {"auto": "sqrt" if task == "classification" else 1.0, "sqrt": "sqrt", "log2": "log2", "all": 1.0}
        return {
            "n_estimators": self.n_estimators,
            "criterion": self.criterion if task == "classification" else self.regression_criterion,
            "max_depth": self.max_depth,
            "min_samples_split": self.min_samples_split,
            "min_samples_leaf": self.min_samples_leaf,
            "max_leaf_nodes": self.max_leaf_nodes,
            "max_features": choices.get(self.max_features, self.max_features_fraction),
            "bootstrap": self.bootstrap,
            "max_samples": self.max_samples,
            "ccp_alpha": self.ccp_alpha,
        }

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator."""
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        arguments = {**self._arguments(task), "random_state": options.seed, "n_jobs": options.n_threads}
        return RandomForestClassifier(**arguments) if task == "classification" else RandomForestRegressor(**arguments)

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Grow the forest in parts (the same trees as in one go) until it is whole or the budget is spent."""
        model = self.estimator(training.task, options)
        if options.class_weight == "balanced":
            model.class_weight = _balanced(training)
        model.warm_start = True
        started = time.monotonic()
        for part in range(1, N_CHUNKS + 1):
            n_trees = max(1, self.n_estimators * part // N_CHUNKS)
            model.n_estimators = n_trees
            model.fit(training.x, training.target.values)
            options.report(n_trees / self.n_estimators, f"{n_trees} of {self.n_estimators} trees")
            if options.budget_seconds is not None and time.monotonic() - started > options.budget_seconds:
                break
        model.warm_start, model.n_jobs = False, None
        if model.n_estimators == self.n_estimators:
            return {"estimator": model}, ()
        note = f"Stopped by the time budget with {model.n_estimators} of {self.n_estimators} trees."
        return {"estimator": model}, (note,)

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the mean decrease in impurity."""
        return normalised(fitted.features, fitted.state["estimator"].feature_importances_)

    def code(self) -> str:
        """Return scikit-learn's estimators for both tasks."""
        lines = ["from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor", ""]
        tasks: tuple[tuple[Task, str], ...] = (
            ("classification", "RandomForestClassifier"),
            ("regression", "RandomForestRegressor"),
        )
        for task, name in tasks:
            stated = ", ".join(f"{key}={value!r}" for key, value in self._arguments(task).items())
            lines += [f"if task == {task!r}:", f"    estimator = {name}({stated}, random_state=0)"]
        return "\n".join(lines)


def _balanced(training: Training) -> dict[int, float]:
    # The word "balanced" is refused together with growing in parts; this is what it stands for.
    import numpy as np
    from sklearn.utils.class_weight import compute_class_weight

    codes = np.unique(training.target.values)
    weights = compute_class_weight("balanced", classes=codes, y=training.target.values)
    return {int(code): float(weight) for code, weight in zip(codes, weights, strict=True)}
