"""What the engines over scikit-learn's trees share: a tree's parameters, and forests that grow in parts."""

import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.engine import FitOptions, Fitted
from modelyard.models.estimators import (
    ESTIMATOR_FILE,
    EstimatorEngine,
    Training,
    estimator_code,
    normalised,
    read_facts,
)
from modelyard.models.saved_trees import read_trees
from modelyard.models.search_space import refuse

N_CHUNKS = 10
"""A forest grows in so many parts: after each it reports, and looks at the clock."""


class TreeEngine(EstimatorEngine):
    """Base of the engines whose estimator is made of scikit-learn's trees, which predict with their nodes alone."""

    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    # Arrays of nodes and values; its __setstate__ checks their shapes and types.
    trusted: ClassVar[tuple[str, ...]] = ("sklearn.tree._tree.Tree",)
    only_for: ClassVar[Mapping[str, Task]] = {"criterion": "classification", "regression_criterion": "regression"}
    estimators: ClassVar[Mapping[Task, str]] = {}
    """The estimator's name per task."""
    module: ClassVar[str] = "sklearn.ensemble"
    """Where the estimators are imported from."""
    predicts_with: ClassVar[tuple[str, ...] | None] = ("numpy",)

    max_depth: int | None = Parameter(
        None, description="Deepest level of a tree; empty: no limit.", ge=1, le=1000, search=between(3, 30)
    )
    min_samples_split: int = Parameter(
        2, description="Fewest rows that a split needs.", ge=2, le=1_000_000, search=between(2, 20)
    )
    min_samples_leaf: int = Parameter(
        1, description="Fewest rows in a leaf.", ge=1, le=1_000_000, search=between(1, 20, log=True)
    )
    max_leaf_nodes: int | None = Parameter(
        None, description="Most leaves of a tree; empty: no limit.", ge=2, le=1_000_000, advanced=True
    )
    max_features: Literal["auto", "sqrt", "log2", "all", "fraction"] = Parameter(
        "auto",
        description="Columns tried at each split; auto: the square root for classification, all for regression.",
        search=among("sqrt", "all", "fraction"),
    )
    max_features_fraction: float | None = Parameter(
        None,
        description="Share of the columns tried.",
        gt=0,
        le=1,
        advanced=True,
        when={"max_features": ("fraction",)},
        search=between(0.1, 1.0),
    )
    criterion: Literal["gini", "entropy", "log_loss"] = Parameter(
        "gini", description="What a split of classes improves.", advanced=True, search=among("gini", "entropy")
    )
    regression_criterion: Literal["squared_error", "absolute_error", "poisson"] = Parameter(
        "squared_error", description="What a split of numbers improves; absolute_error is slow.", advanced=True
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
    def _a_fraction_is_named(self) -> Self:
        if self.max_features == "fraction" and self.max_features_fraction is None:
            refuse(self, "max_features_fraction", "max_features = fraction needs max_features_fraction, above 0 to 1")
        return self

    def tree_arguments(self, task: Task) -> dict[str, Any]:
        """Return the arguments that every tree estimator takes."""
        everything = 1.0 if task == "regression" else "sqrt"
        choices = {"auto": everything, "sqrt": "sqrt", "log2": "log2", "all": 1.0}
        return {
            "criterion": self.criterion if task == "classification" else self.regression_criterion,
            "max_depth": self.max_depth,
            "min_samples_split": self.min_samples_split,
            "min_samples_leaf": self.min_samples_leaf,
            "max_leaf_nodes": self.max_leaf_nodes,
            "max_features": choices.get(self.max_features, self.max_features_fraction),
            "ccp_alpha": self.ccp_alpha,
        }

    def arguments(self, task: Task) -> dict[str, Any]:
        """Return all arguments of the estimator but the seed."""
        return self.tree_arguments(task)

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator."""
        from importlib import import_module

        kind = getattr(import_module(self.module), self.estimators[task])
        weight = {"class_weight": options.class_weight} if options.class_weight != "none" else {}
        return kind(**self.arguments(task), **weight, random_state=options.seed)

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote; the nodes alone where scikit-learn is not installed."""
        if find_spec("skops") is not None:
            return super().load(folder)
        return read_facts(folder, {"estimator": read_trees(folder / ESTIMATOR_FILE)})

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the mean decrease in impurity."""
        return normalised(fitted.features, fitted.state["estimator"].feature_importances_)

    def code(self) -> str:
        """Return scikit-learn's estimators for both tasks."""
        stated = {task: {**self.arguments(task), "random_state": 0} for task in self.tasks}
        return estimator_code(self.module, self.estimators, stated)


class ForestEngine(TreeEngine):
    """Base of the engines that average many trees."""

    takes_budget: ClassVar[bool] = True

    n_estimators: int = Parameter(100, description="How many trees.", ge=1, le=5000, search=between(50, 500, log=True))
    bootstrap: bool = Parameter(
        True, description="Give each tree its own sample of rows, with replacement.", advanced=True
    )
    max_samples: float | None = Parameter(
        None,
        description="Share of the rows each tree sees; empty: as many as there are.",
        gt=0,
        le=1,
        advanced=True,
        when={"bootstrap": (True,)},
    )

    def arguments(self, task: Task) -> dict[str, Any]:
        """Return all arguments of the estimator but the seed and the threads."""
        own = {"n_estimators": self.n_estimators, "bootstrap": self.bootstrap, "max_samples": self.max_samples}
        return {**own, **self.tree_arguments(task)}

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Grow the forest in parts (the same trees as in one go) until it is whole or the budget is spent."""
        model = self.estimator(training.task, options)
        model.n_jobs = options.n_threads
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


def _balanced(training: Training) -> dict[int, float]:
    # The word "balanced" is refused together with growing in parts; this is what it stands for.
    import numpy as np
    from sklearn.utils.class_weight import compute_class_weight

    codes = np.unique(training.target.values)
    weights = compute_class_weight("balanced", classes=codes, y=training.target.values)
    return {int(code): float(weight) for code, weight in zip(codes, weights, strict=True)}
