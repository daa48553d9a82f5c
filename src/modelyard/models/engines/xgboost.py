"""The engine for XGBoost."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, between
from modelyard.models.boosters import BoosterEngine, Watched
from modelyard.models.engine import ClassWeight, FitOptions, Fitted, Prediction
from modelyard.models.estimators import (
    Training,
    balanced_rows,
    estimator_code,
    from_probabilities,
    normalised,
    read_facts,
    write_facts,
)
from modelyard.models.libraries import load_learning
from modelyard.models.search_space import refuse
from modelyard.models.target import refuse_below

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

BOOSTER_FILE = "booster.ubj"
Objective = Literal[
    "squared_error", "absolute_error", "pseudo_huber", "squared_log_error", "poisson", "gamma", "quantile"
]
OBJECTIVES: Mapping[Objective, str] = {
    "squared_error": "reg:squarederror",
    "absolute_error": "reg:absoluteerror",
    "pseudo_huber": "reg:pseudohubererror",
    "squared_log_error": "reg:squaredlogerror",
    "poisson": "count:poisson",
    "gamma": "reg:gamma",
    "quantile": "reg:quantileerror",
}


class XGBoost(BoosterEngine):
    """Gradient boosting with level-wise trees and two penalties on the leaves: accurate and widely known.

    Takes missing values and categories as they are (a category's 254 most frequent values are told apart, the others
    and those unseen in training count as missing). With a time budget it keeps the trees grown so far; with
    `early_stopping_rounds` it stops when rows held back no longer improve. It computes in single precision. The model
    is stored in XGBoost's own binary JSON.

    The importance of a feature is the total gain of its splits.
    """

    title: ClassVar[str] = "XGBoost"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "rocket"
    requires: ClassVar[tuple[str, ...]] = ("xgboost",)
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_missing: ClassVar[bool] = True
    takes_categories: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True
    predicts_with: ClassVar[tuple[str, ...] | None] = ("numpy", "scipy", "xgboost")
    steps_field: ClassVar[str] = "n_estimators"
    only_for: ClassVar[Mapping[str, Task]] = {"objective": "regression", "quantile": "regression"}

    kind: Literal["xgboost"] = "xgboost"
    n_estimators: int = Parameter(
        100,
        description="Most trees (per class, with more than two).",
        ge=1,
        le=10_000,
        search=between(50, 500, log=True),
    )
    learning_rate: float = Parameter(
        0.1,
        description="How much each tree corrects; smaller needs more trees.",
        gt=0,
        le=1,
        allow_inf_nan=False,
        search=between(0.01, 0.3, log=True),
    )
    max_depth: int = Parameter(6, description="Deepest level of a tree.", ge=1, le=20, search=between(3, 12))
    min_child_weight: float = Parameter(
        1.0,
        description="Least weight (for regression: rows) in a leaf.",
        ge=0,
        le=1e9,
        allow_inf_nan=False,
        search=between(1.0, 50.0, log=True),
    )
    subsample: float = Parameter(
        1.0, description="Share of the rows for a tree.", gt=0, le=1, allow_inf_nan=False, search=between(0.6, 1.0)
    )
    colsample_bytree: float = Parameter(
        1.0, description="Share of the columns for a tree.", gt=0, le=1, allow_inf_nan=False, search=between(0.6, 1.0)
    )
    reg_alpha: float = Parameter(
        0.0,
        description="L1 penalty on the leaves.",
        ge=0,
        le=1e9,
        advanced=True,
        allow_inf_nan=False,
        search=between(1e-3, 10.0, log=True),
    )
    reg_lambda: float = Parameter(
        1.0,
        description="L2 penalty on the leaves.",
        ge=0,
        le=1e9,
        advanced=True,
        allow_inf_nan=False,
        search=between(1e-3, 10.0, log=True),
    )
    gamma: float = Parameter(
        0.0, description="Least gain of a split.", ge=0, le=1e9, advanced=True, allow_inf_nan=False
    )
    max_bin: int = Parameter(256, description="Bins that a feature's values fall in.", ge=2, le=65_535, advanced=True)
    objective: Objective = Parameter(
        "squared_error", description="What regression makes small; classification uses log loss.", advanced=True
    )
    quantile: float | None = Parameter(
        None,
        description="Which quantile to predict.",
        gt=0,
        lt=1,
        advanced=True,
        when={"objective": ("quantile",)},
    )

    @model_validator(mode="after")
    def _a_quantile_is_named(self) -> Self:
        if self.objective == "quantile" and self.quantile is None:
            refuse(self, "quantile", "the objective quantile needs quantile, a share between 0 and 1")
        return self

    def _arguments(self, task: Task) -> dict[str, Any]:
        names = "n_estimators learning_rate max_depth min_child_weight subsample colsample_bytree reg_alpha reg_lambda "
        names += "gamma max_bin"
        chosen: dict[str, Any] = {name: getattr(self, name) for name in names.split()}
        if task == "regression":
            chosen["objective"] = OBJECTIVES[self.objective]
            if self.quantile is not None:
                chosen["quantile_alpha"] = self.quantile
        return chosen

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fit on all rows of `table` that have a target."""
        from xgboost.core import XGBoostError

        training = self.training(table, options)
        self._check(training)
        watched = self.watched(training, options)
        model, watch = self._estimator(training, watched, options), _watcher(options, self.n_estimators)
        model.set_params(callbacks=[watch])
        rows = watched.training
        weights = balanced_rows(rows.target) if options.class_weight == "balanced" else None
        evaluated = [watched.stopping] if watched.stopping else None
        try:
            model.fit(rows.x, rows.target.values, sample_weight=weights, eval_set=evaluated, verbose=False)
        except (XGBoostError, ValueError) as error:
            raise Invalid(f"XGBoost refused the fit: {error}") from error
        booster = model.get_booster()
        if watched.stopping:
            booster = booster[: booster.best_iteration + 1]
        return self.grown(
            training, watched, {"booster": booster}, n_kept=booster.num_boosted_rounds(), is_late=watch.is_late
        )

    def _estimator(self, training: Training, watched: Watched, options: FitOptions) -> Any:
        from xgboost import XGBClassifier, XGBRegressor

        kind = XGBClassifier if training.task == "classification" else XGBRegressor
        return kind(
            **self._arguments(training.task),
            random_state=options.seed,
            n_jobs=options.n_threads,
            tree_method="hist",
            enable_categorical=True,
            feature_types=_feature_types(training.features, training.categories),
            early_stopping_rounds=watched.patience if watched.stopping else None,
        )

    def _check(self, training: Training) -> None:
        if training.task == "regression" and self.objective in ("poisson", "gamma", "squared_log_error"):
            is_strict = self.objective == "gamma"
            refuse_below(training.target, 0.0, what=f"The objective {self.objective}", strictly=is_strict)

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include `fitted.features`."""
        import numpy as np

        raw = fitted.state["booster"].predict(self._rows(fitted, features))
        if fitted.classes is None:
            return Prediction(raw.astype(np.float64))
        probabilities = np.column_stack([1 - raw, raw]) if len(fitted.classes) == 2 else raw
        return from_probabilities(probabilities.astype(np.float64), fitted.classes)

    def _rows(self, fitted: Fitted, features: "pl.DataFrame") -> Any:
        from xgboost import DMatrix

        kinds = _feature_types(fitted.features, fitted.state["categories"])
        return DMatrix(self.matrix(fitted, features), feature_types=kinds, enable_categorical=True, nthread=1)

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the total gain of each feature's splits."""
        import numpy as np

        gains = fitted.state["booster"].get_score(importance_type="total_gain")
        return normalised(
            fitted.features, np.array([gains.get(f"f{place}", 0.0) for place in range(len(fitted.features))])
        )

    def contributions(self, fitted: Fitted, frame: "pl.DataFrame") -> "np.ndarray[Any, Any] | None":
        """Return XGBoost's TreeSHAP values."""
        import numpy as np

        found: np.ndarray[Any, Any] = fitted.state["booster"].predict(self._rows(fitted, frame), pred_contribs=True)
        return found.astype(np.float64)

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the booster in XGBoost's binary JSON and the facts as JSON."""
        write_facts(fitted, folder)
        fitted.state["booster"].save_model(folder / BOOSTER_FILE)

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        load_learning()
        from xgboost import Booster

        booster = Booster({"nthread": 1}, model_file=str(folder / BOOSTER_FILE))
        return read_facts(folder, {"booster": booster})

    def code(self) -> str:
        """Return XGBoost's estimators for both tasks."""
        fixed = {"n_jobs": 1, "tree_method": "hist", "enable_categorical": True}
        return estimator_code(
            "xgboost",
            {"classification": "XGBClassifier", "regression": "XGBRegressor"},
            {task: {**self._arguments(task), **fixed} for task in self.tasks},
        )

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit, and stop when rows held back no longer improve."""
        lines = [self.held_code(seed)]
        lines.append('kinds_of = ["c" if place in places else "q" for place in range(x.shape[1])]')
        lines.append("estimator.set_params(feature_types=kinds_of)")
        if self.early_stopping_rounds is not None:
            lines.append("if held is not None:")
            lines.append(f"    estimator.set_params(early_stopping_rounds={self.early_stopping_rounds})")
        lines.append("options = {'verbose': False}")
        if class_weight == "balanced":
            lines.append("options['sample_weight'] = balanced(y if held is None else y[held[0]])")
        lines.append("estimator = Coded(estimator, is_class=task == 'classification').fit(x, y, held, **options)")
        return "\n".join(lines)


def _feature_types(features: tuple[str, ...], categories: Mapping[str, Any]) -> list[str]:
    return ["c" if name in categories else "q" for name in features]


def _watcher(options: FitOptions, n_wanted: int) -> Any:
    """Return a callback that reports, and stops when the budget is spent; `is_late` says that it did."""
    from xgboost.callback import TrainingCallback

    started, step = time.monotonic(), max(1, n_wanted // 20)

    class Watch(TrainingCallback):  # type: ignore[misc]  # the library has no types
        is_late = False

        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            n_done = epoch + 1
            if n_done % step == 0:
                options.report(n_done / n_wanted, f"{n_done} of {n_wanted} trees")
            spent = time.monotonic() - started
            self.is_late = options.budget_seconds is not None and spent > options.budget_seconds and n_done < n_wanted
            return self.is_late

    return Watch()
