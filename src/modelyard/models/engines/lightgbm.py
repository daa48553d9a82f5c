"""The engine for LightGBM."""

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
from modelyard.models.estimators import estimator_code, from_probabilities, normalised, read_facts, write_facts
from modelyard.models.lightgbm_file import SavedBooster
from modelyard.models.search_space import refuse
from modelyard.models.target import Target, refuse_below

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

BOOSTER_FILE = "booster.txt"


class LightGBM(BoosterEngine):
    """Gradient boosting with leaf-wise trees: accurate, fast, and small models that answer in well under a millisecond.

    Takes missing values and categories as they are (a category's 254 most frequent values are told apart, the others
    and those unseen in training count as missing). With a time budget it keeps the trees grown so far; with
    `early_stopping_rounds` it stops when rows held back no longer improve. The model is stored in LightGBM's own text
    format.

    The importance of a feature is the total gain of its splits.
    """

    title: ClassVar[str] = "LightGBM"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "zap"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_missing: ClassVar[bool] = True
    takes_categories: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True
    predicts_with: ClassVar[tuple[str, ...] | None] = ("lightgbm", "numpy")
    steps_field: ClassVar[str] = "n_estimators"
    only_for: ClassVar[Mapping[str, Task]] = {"objective": "regression", "quantile": "regression"}

    kind: Literal["lightgbm"] = "lightgbm"
    n_estimators: int = Parameter(
        100,
        description="Most trees (per class, with more than two).",
        ge=1,
        le=10_000,
        search=between(50, 1000, log=True),
    )
    learning_rate: float = Parameter(
        0.1,
        description="How much each tree corrects; smaller needs more trees.",
        gt=0,
        le=1,
        allow_inf_nan=False,
        search=between(0.01, 0.3, log=True),
    )
    num_leaves: int = Parameter(
        31, description="Most leaves of a tree.", ge=2, le=100_000, search=between(4, 255, log=True)
    )
    max_depth: int | None = Parameter(None, description="Deepest level of a tree; empty: no limit.", ge=1, le=63)
    min_child_samples: int = Parameter(
        20, description="Fewest rows in a leaf.", ge=1, le=1_000_000, search=between(2, 100, log=True)
    )
    subsample: float = Parameter(1.0, description="Share of the rows for a tree.", gt=0, le=1, allow_inf_nan=False)
    subsample_freq: int = Parameter(
        0, description="Draw those rows anew after so many trees; 0: never.", ge=0, le=10_000, advanced=True
    )
    colsample_bytree: float = Parameter(
        1.0, description="Share of the columns for a tree.", gt=0, le=1, allow_inf_nan=False, search=between(0.4, 1.0)
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
        0.0,
        description="L2 penalty on the leaves.",
        ge=0,
        le=1e9,
        advanced=True,
        allow_inf_nan=False,
        search=between(1e-3, 10.0, log=True),
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
        None,
        description="Which quantile to predict.",
        gt=0,
        lt=1,
        advanced=True,
        when={"objective": ("quantile",)},
    )

    @model_validator(mode="after")
    def _options_fit_together(self) -> Self:
        if self.subsample < 1 and self.subsample_freq == 0:
            message = "subsample below 1 needs subsample_freq of 1 or more: with 0 no rows are ever drawn"
            refuse(self, "subsample_freq", message)
        if self.max_depth is not None and self.max_depth < 17 and self.num_leaves > 2**self.max_depth:
            message = f"a tree of depth {self.max_depth} has at most {2**self.max_depth} leaves, fewer than num_leaves"
            refuse(self, "num_leaves", message)
        if self.objective == "quantile" and self.quantile is None:
            refuse(self, "quantile", "the objective quantile needs quantile, a share between 0 and 1")
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
        self._check(training.target)
        watched = self.watched(training, options)
        # Fixed layout of the histograms: the choice by timing would let two runs differ in the last digits.
        fixed = {"n_jobs": options.n_threads, "deterministic": True, "force_col_wise": True, "verbosity": -1}
        arguments = {**self._arguments(training.task), "random_state": options.seed, **fixed}
        if training.task == "classification":
            weight = None if options.class_weight == "none" else options.class_weight
            model = LGBMClassifier(**arguments, class_weight=weight)
        else:
            model = LGBMRegressor(**arguments)
        places = [place for place, name in enumerate(training.features) if name in training.categories]
        watch, rows = _Watch(options, watched, self.n_estimators), watched.training
        try:
            model.fit(
                rows.x,
                rows.target.values,
                eval_X=watched.stopping[0] if watched.stopping else None,
                eval_y=watched.stopping[1] if watched.stopping else None,
                categorical_feature=places or "auto",
                callbacks=[watch],
            )
        except (LightGBMError, ValueError) as error:
            raise Invalid(f"LightGBM refused the fit: {error}") from error
        booster = model.booster_
        n_kept = booster.best_iteration if booster.best_iteration > 0 else booster.current_iteration()
        return self.grown(training, watched, {"booster": booster}, n_kept=n_kept, is_late=watch.is_late)

    def _check(self, target: Target) -> None:
        if target.task == "regression" and self.objective in ("poisson", "gamma"):
            refuse_below(target, 0.0, what=f"The objective {self.objective}", strictly=self.objective == "gamma")

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

    def contributions(self, fitted: Fitted, frame: "pl.DataFrame") -> "np.ndarray[Any, Any] | None":
        """Return LightGBM's TreeSHAP values."""
        import numpy as np

        x = self.matrix(fitted, frame)
        found = np.asarray(fitted.state["booster"].predict(x, pred_contrib=True, num_threads=1))
        n_places = len(fitted.features) + 1
        return found if found.shape[1] == n_places else found.reshape(len(x), -1, n_places)

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the booster in LightGBM's text format and the facts as JSON."""
        write_facts(fitted, folder)
        (folder / BOOSTER_FILE).write_text(fitted.state["booster"].model_to_string(), encoding="utf-8")

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        booster = SavedBooster((folder / BOOSTER_FILE).read_text(encoding="utf-8"))
        return read_facts(folder, {"booster": booster})

    def code(self) -> str:
        """Return LightGBM's estimators for both tasks."""
        fixed = {"n_jobs": 1, "deterministic": True, "force_col_wise": True, "verbosity": -1}
        return estimator_code(
            "lightgbm",
            {"classification": "LGBMClassifier", "regression": "LGBMRegressor"},
            {task: {**self._arguments(task), **fixed} for task in self.tasks},
        )

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit, and stop when rows held back no longer improve."""
        made = "coded = Coded(estimator, is_class=task == 'classification', beside=('eval_X', 'eval_y'))"
        lines = [self.held_code(seed), made]
        if class_weight == "balanced":
            lines.append('estimator.set_params(class_weight="balanced")')
        lines.append("options = {'categorical_feature': places or 'auto'}")
        if self.early_stopping_rounds is not None:
            stop = f"early_stopping({self.early_stopping_rounds}, verbose=False)"
            lines += ["if held is not None:", "    from lightgbm import early_stopping", ""]
            lines.append(f"    options['callbacks'] = [{stop}]")
        return "\n".join([*lines, "estimator = coded.fit(x, y, held, **options)"])


class _Watch:
    """Reports after each tree, and stops when the budget is spent or the rows watched have not improved for long."""

    def __init__(self, options: FitOptions, watched: Watched, n_wanted: int) -> None:
        self._options, self._patience, self._n_wanted = options, watched.patience, n_wanted
        self._started, self._step = time.monotonic(), max(1, n_wanted // 20)
        self._best = (float("inf"), 0)
        self.is_late = False

    def __call__(self, env: Any) -> None:
        from lightgbm.callback import EarlyStopException

        n_done = env.iteration + 1
        if n_done % self._step == 0:
            self._options.report(n_done / self._n_wanted, f"{n_done} of {self._n_wanted} trees")
        losses = env.evaluation_result_list
        self._best = min(self._best, (losses[0][2], env.iteration)) if losses else (0.0, env.iteration)
        budget, since_best = self._options.budget_seconds, env.iteration - self._best[1]
        is_last = n_done == self._n_wanted
        self.is_late = budget is not None and time.monotonic() - self._started > budget and not is_last
        is_worse = self._patience is not None and since_best >= self._patience
        if self.is_late or is_worse or (is_last and since_best):
            raise EarlyStopException(self._best[1], losses)
