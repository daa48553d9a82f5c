"""The engine for LightGBM."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.models.engine import FitOptions, Fitted, Prediction
from modelyard.models.estimators import (
    MatrixEngine,
    Training,
    from_probabilities,
    normalised,
    read_facts,
    write_facts,
)

if TYPE_CHECKING:
    import polars as pl

BOOSTER_FILE = "booster.txt"


class LightGBM(MatrixEngine):
    """Gradient boosting with leaf-wise trees: accurate, fast, and small models that answer in well under a millisecond.

    Takes missing values and categories as they are (a category's 254 most frequent values are told apart, the others
    and those unseen in training count as missing). With a time budget it keeps the trees grown so far. The model is
    stored in LightGBM's own text format.

    The importance of a feature is the total gain of its splits.
    """

    title: ClassVar[str] = "LightGBM"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "zap"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_missing: ClassVar[bool] = True
    takes_categories: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True
    steps_field: ClassVar[str] = "n_estimators"

    kind: Literal["lightgbm"] = "lightgbm"
    n_estimators: int = Parameter(100, description="Most trees (per class, with more than two).", ge=1, le=10_000)
    learning_rate: float = Parameter(
        0.1, description="How much each tree corrects; smaller needs more trees.", gt=0, le=1, allow_inf_nan=False
    )
    num_leaves: int = Parameter(31, description="Most leaves of a tree.", ge=2, le=100_000)
    max_depth: int | None = Parameter(None, description="Deepest level of a tree; empty: no limit.", ge=1, le=63)
    min_child_samples: int = Parameter(20, description="Fewest rows in a leaf.", ge=1, le=1_000_000)
    subsample: float = Parameter(1.0, description="Share of the rows for a tree.", gt=0, le=1, allow_inf_nan=False)
    subsample_freq: int = Parameter(
        0, description="Draw those rows anew after so many trees; 0: never.", ge=0, le=10_000, advanced=True
    )
    colsample_bytree: float = Parameter(
        1.0, description="Share of the columns for a tree.", gt=0, le=1, allow_inf_nan=False
    )
    reg_alpha: float = Parameter(
        0.0, description="L1 penalty on the leaves.", ge=0, le=1e9, advanced=True, allow_inf_nan=False
    )
    reg_lambda: float = Parameter(
        0.0, description="L2 penalty on the leaves.", ge=0, le=1e9, advanced=True, allow_inf_nan=False
    )
    min_split_gain: float = Parameter(
        0.0, description="Least gain of a split.", ge=0, le=1e9, advanced=True, allow_inf_nan=False
    )
    max_bin: int = Parameter(255, description="Bins that a feature's values fall in.", ge=2, le=65_535, advanced=True)
    extra_trees: bool = Parameter(
        False,
        description="Try one threshold per feature, drawn at random: good beside others.",
        advanced=True,
    )
    boosting_type: Literal["gbdt", "dart"] = Parameter(
        "gbdt", description="dart leaves earlier trees out at random: slower, sometimes better.", advanced=True
    )
    objective: Literal["regression", "regression_l1", "huber", "poisson", "gamma", "quantile"] = Parameter(
        "regression", description="What regression makes small; classification uses log loss.", advanced=True
    )
    quantile: float | None = Parameter(
        None, description="Which quantile to predict, when the objective is quantile.", gt=0, lt=1, advanced=True
    )

    @model_validator(mode="after")
    def _options_fit_together(self) -> Self:
        if self.subsample < 1 and self.subsample_freq == 0:
            raise ValueError("subsample below 1 needs subsample_freq of 1 or more: with 0 no rows are ever drawn")
        if self.max_depth is not None and self.max_depth < 17 and self.num_leaves > 2**self.max_depth:
            raise ValueError(
                f"a tree of depth {self.max_depth} has at most {2**self.max_depth} leaves, fewer than num_leaves"
            )
        if (self.objective == "quantile") != (self.quantile is not None):
            raise ValueError("quantile goes with objective = quantile: set both or neither")
        return self

    def _arguments(self, task: Task) -> dict[str, Any]:
        names = "n_estimators learning_rate num_leaves min_child_samples subsample subsample_freq colsample_bytree "
        names += "reg_alpha reg_lambda min_split_gain max_bin boosting_type"
        chosen: dict[str, Any] = {name: getattr(self, name) for name in names.split()}
        if self.extra_trees:
            chosen["extra_trees"] = True
        chosen["max_depth"] = -1 if self.max_depth is None else self.max_depth
        if task == "regression":
            chosen["objective"] = self.objective
            if self.quantile is not None:
                chosen["alpha"] = self.quantile
        return chosen

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fit on all rows of `table` that have a target."""
        from lightgbm import LGBMClassifier, LGBMRegressor
        from lightgbm.basic import LightGBMError

        training = self.training(table, options)
        self._check(training)
        # Fixed layout of the histograms: the choice by timing would let two runs differ in the last digits.
        fixed = {"n_jobs": options.n_threads, "deterministic": True, "force_col_wise": True, "verbosity": -1}
        arguments = {**self._arguments(training.task), "random_state": options.seed, **fixed}
        if training.task == "classification":
            weight = None if options.class_weight == "none" else options.class_weight
            model = LGBMClassifier(**arguments, class_weight=weight)
        else:
            model = LGBMRegressor(**arguments)
        positions = [place for place, name in enumerate(training.features) if name in training.categories]
        beside = self.validation(training, options)
        try:
            model.fit(
                training.x,
                training.target.values,
                eval_set=[beside] if beside is not None else None,
                categorical_feature=positions or "auto",
                callbacks=[self._watch(options)],
            )
        except (LightGBMError, ValueError) as error:
            raise Invalid(f"LightGBM refused the fit: {error}") from error
        booster = model.booster_
        if booster.best_iteration <= 0:
            return training.fitted({"booster": booster})
        n_kept = booster.best_iteration
        is_cut = beside is None and n_kept < self.n_estimators
        notes = (f"Stopped by the time budget with {n_kept} of {self.n_estimators} trees.",) if is_cut else ()
        return replace(training.fitted({"booster": booster}, notes), n_steps=n_kept)

    def _watch(self, options: FitOptions) -> Callable[[Any], None]:
        from lightgbm.callback import EarlyStopException

        started = time.monotonic()
        step = max(1, self.n_estimators // 20)
        best = (float("inf"), 0)

        def watch(env: Any) -> None:
            nonlocal best
            n_done = env.iteration + 1
            if n_done % step == 0:
                options.report(n_done / self.n_estimators, f"{n_done} of {self.n_estimators} trees")
            if env.evaluation_result_list:
                best = min(best, (env.evaluation_result_list[0][2], env.iteration))
            else:
                best = (0.0, env.iteration)
            is_late = options.budget_seconds is not None and time.monotonic() - started > options.budget_seconds
            is_worse = env.iteration - best[1] >= options.patience
            is_last = n_done == self.n_estimators and best[1] < env.iteration
            if is_worse or is_last or (is_late and n_done < self.n_estimators):
                raise EarlyStopException(best[1], env.evaluation_result_list)

        return watch

    def _check(self, training: Training) -> None:
        if training.task == "classification":
            return
        smallest = float(training.target.values.min())
        if self.objective == "poisson" and smallest < 0:
            raise Invalid(f"The objective poisson needs a target of at least 0; the smallest is {smallest:g}.")
        if self.objective == "gamma" and smallest <= 0:
            raise Invalid(f"The objective gamma needs a target above 0; the smallest is {smallest:g}.")

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include `fitted.features`."""
        import numpy as np

        x = self.matrix(fitted, features)
        raw = np.asarray(fitted.state["booster"].predict(x, num_threads=1))
        if fitted.classes is None:
            return Prediction(raw)
        probabilities = np.column_stack([1 - raw, raw]) if len(fitted.classes) == 2 else raw
        return from_probabilities(probabilities, fitted.classes)

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the total gain of each feature's splits."""
        return normalised(fitted.features, fitted.state["booster"].feature_importance("gain"))

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the booster in LightGBM's text format and the facts as JSON."""
        write_facts(fitted, folder)
        (folder / BOOSTER_FILE).write_text(fitted.state["booster"].model_to_string(), encoding="utf-8")

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        from lightgbm import Booster

        booster = Booster(model_str=(folder / BOOSTER_FILE).read_text(encoding="utf-8"))
        return read_facts(folder, {"booster": booster})

    def code(self) -> str:
        """Return LightGBM's estimators for both tasks."""
        lines = ["from lightgbm import LGBMClassifier, LGBMRegressor", ""]
        tasks: tuple[tuple[Task, str], ...] = (("classification", "LGBMClassifier"), ("regression", "LGBMRegressor"))
        for task, name in tasks:
            stated = ", ".join(f"{key}={value!r}" for key, value in self._arguments(task).items())
            lines += [f"if task == {task!r}:", f"    estimator = {name}({stated}, random_state=0, n_jobs=1)"]
        return "\n".join(lines)
