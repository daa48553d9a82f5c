"""The engine for CatBoost."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.boosters import BoosterEngine
from modelyard.models.engine import ClassWeight, FitOptions, Fitted, Prediction
from modelyard.models.estimators import (
    Training,
    estimator_code,
    from_probabilities,
    normalised,
    read_facts,
    write_facts,
)
from modelyard.models.search_space import refuse
from modelyard.models.target import refuse_below

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

BOOSTER_FILE = "booster.cbm"
MAX_CATEGORIES = 100_000
"""Categories told apart in one column: CatBoost turns them into numbers by their targets, so there may be many."""
BASE_BYTES = 20 * 1024**2
BYTES_PER_CELL = 16
BYTES_PER_SCORE = 100
BYTES_PER_CODE = 45
BYTES_PER_BIN = 1024
CODES_PER_CATEGORY = 4
"""Fitted, on the safe side, to the peaks of CatBoost 1.2.10 with one thread (the depth made no difference): 67 MB for
50 000 × 10 and 9 classes, 160 MB for 50 000 × 50, 118 MB for 26 classes, 253 MB for 6 000 × 20 categories and 9."""
Loss = Literal["RMSE", "MAE", "MAPE", "Poisson", "Quantile"]


class CatBoost(BoosterEngine):
    """Gradient boosting with symmetric trees that reads categories by their targets: strong without any tuning.

    Takes missing values and categories as they are, also those with thousands of values; a category unseen in training
    counts as missing. Text is not read: add text features before it. With a time budget it keeps the trees grown so
    far; with `early_stopping_rounds` it stops when rows held back no longer improve. Its memory grows with the number
    of classes, so that a fit that cannot fit is refused beforehand. The model is stored in CatBoost's own format.

    The importance of a feature is how much the prediction changes with it, on average.
    """

    title: ClassVar[str] = "CatBoost"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "cat"
    requires: ClassVar[tuple[str, ...]] = ("catboost",)
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_missing: ClassVar[bool] = True
    takes_categories: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True
    steps_field: ClassVar[str] = "n_estimators"
    max_categories: ClassVar[int] = MAX_CATEGORIES
    only_for: ClassVar[Mapping[str, Task]] = {"loss": "regression", "quantile": "regression"}

    kind: Literal["catboost"] = "catboost"
    n_estimators: int = Parameter(500, description="Most trees.", ge=1, le=10_000, search=between(100, 1000, log=True))
    learning_rate: float | None = Parameter(
        None,
        description="How much each tree corrects; empty: chosen by rows and trees (0.03 when l2_leaf_reg is given).",
        gt=0,
        le=1,
        allow_inf_nan=False,
        search=between(0.01, 0.3, log=True),
    )
    depth: int = Parameter(6, description="Levels of each tree.", ge=1, le=16, search=between(4, 9))
    l2_leaf_reg: float | None = Parameter(
        None,
        description="L2 penalty on the leaves; empty: 3.",
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        search=between(0.5, 30.0, log=True),
    )
    random_strength: float = Parameter(
        1.0,
        description="How much chance there is in the choice of splits; more overfits less.",
        ge=0,
        le=1e6,
        advanced=True,
        allow_inf_nan=False,
        search=between(0.1, 10.0, log=True),
    )
    subsample: float | None = Parameter(
        None,
        description="Share of the rows for a tree; empty: CatBoost's own choice.",
        gt=0,
        le=1,
        advanced=True,
        allow_inf_nan=False,
    )
    rsm: float = Parameter(
        1.0, description="Share of the columns tried at each split.", gt=0, le=1, advanced=True, allow_inf_nan=False
    )
    border_count: int = Parameter(
        254, description="Borders between the bins of a feature.", ge=1, le=65_535, advanced=True
    )
    one_hot_max_size: int = Parameter(
        2,
        description="Categories with at most so many values become flags; the others numbers made from targets.",
        ge=2,
        le=255,
        advanced=True,
        search=among(2, 10, 50),
    )
    max_ctr_complexity: int | None = Parameter(
        None,
        description="Categories combined into one feature; empty: CatBoost's choice, which depends on the trees.",
        ge=1,
        le=8,
        advanced=True,
    )
    leaf_estimation_iterations: int | None = Parameter(
        None,
        description="Steps that find a leaf's value; empty: CatBoost's choice, which depends on the trees.",
        ge=1,
        le=100,
        advanced=True,
    )
    grow_policy: Literal["SymmetricTree", "Depthwise", "Lossguide"] = Parameter(
        "SymmetricTree",
        description="Same split on a whole level (fastest to predict), level by level, or leaf by leaf.",
        advanced=True,
    )
    max_leaves: int = Parameter(
        31, description="Most leaves of a tree.", ge=2, le=64, advanced=True, when={"grow_policy": ("Lossguide",)}
    )
    min_data_in_leaf: int = Parameter(
        1,
        description="Fewest rows in a leaf.",
        ge=1,
        le=1_000_000,
        advanced=True,
        when={"grow_policy": ("Depthwise", "Lossguide")},
    )
    loss: Loss = Parameter(
        "RMSE", description="What regression makes small; classification uses log loss.", advanced=True
    )
    quantile: float | None = Parameter(
        None, description="Which quantile to predict.", gt=0, lt=1, advanced=True, when={"loss": ("Quantile",)}
    )

    @model_validator(mode="after")
    def _a_quantile_is_named(self) -> Self:
        if self.loss == "Quantile" and self.quantile is None:
            refuse(self, "quantile", "the loss Quantile needs quantile, a share between 0 and 1")
        return self

    def _arguments(self, task: Task) -> dict[str, Any]:
        names = "n_estimators depth random_strength rsm border_count one_hot_max_size grow_policy"
        chosen: dict[str, Any] = {name: getattr(self, name) for name in names.split()}
        if self.grow_policy != "SymmetricTree":
            chosen["min_data_in_leaf"] = self.min_data_in_leaf
        if self.grow_policy == "Lossguide":
            chosen["max_leaves"] = self.max_leaves
        # Stated even as it would be by itself, l2_leaf_reg turns the choice of the learning rate off.
        optional = ("learning_rate", "l2_leaf_reg", "subsample", "max_ctr_complexity", "leaf_estimation_iterations")
        given = {name: getattr(self, name) for name in optional}
        chosen |= {name: value for name, value in given.items() if value is not None}
        if task == "regression":
            chosen["loss_function"] = self.loss if self.quantile is None else f"Quantile:alpha={self.quantile}"
        return chosen

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fit on all rows of `table` that have a target."""
        from catboost import CatBoostClassifier, CatBoostError, CatBoostRegressor

        training = self.training(table, options)
        self._check(training, options)
        watched = self.watched(training, options)
        arguments = {**self._arguments(training.task), "random_seed": options.seed, "thread_count": options.n_threads}
        if options.class_weight == "balanced":
            arguments["auto_class_weights"] = "Balanced"
        kind = CatBoostClassifier if training.task == "classification" else CatBoostRegressor
        model, watch = kind(**arguments, verbose=False, allow_writing_files=False), _Watch(options, self.n_estimators)
        rows, stopping = watched.training, watched.stopping
        try:
            model.fit(
                _pool(rows.x, training, rows.target.values),
                eval_set=_pool(stopping[0], training, stopping[1]) if stopping else None,
                early_stopping_rounds=watched.patience if stopping else None,
                use_best_model=stopping is not None,
                callbacks=[watch],
            )
        except CatBoostError as error:
            raise Invalid(f"CatBoost refused the fit: {error}") from error
        return self.grown(training, watched, {"booster": model}, n_kept=model.tree_count_, is_late=watch.is_late)

    def memory_bytes(self, *, n_rows: int, n_features: int, n_classes: int, n_categories: int = 0) -> int:
        """Return about how much memory a fit takes beside the rows: it grows with rows and bins, times the classes."""
        n_scores = n_classes if n_classes > 2 else 1
        per_row = n_features * BYTES_PER_CELL + n_scores * (BYTES_PER_SCORE + n_categories * BYTES_PER_CODE)
        # A category becomes several features: its frequency and its targets, by class.
        of_bins = (n_features + CODES_PER_CATEGORY * n_categories) * n_scores * (self.border_count + 1) * BYTES_PER_BIN
        return BASE_BYTES + n_rows * per_row + of_bins

    def _check(self, training: Training, options: FitOptions) -> None:
        if training.task == "regression" and self.loss == "Poisson":
            refuse_below(training.target, 0.0, what="The loss Poisson")
        needed = self.memory_bytes(
            n_rows=len(training.x),
            n_features=len(training.features),
            n_classes=len(training.target.classes or ()),
            n_categories=len(training.categories),
        )
        if options.memory_bytes is not None and needed > options.memory_bytes:
            raise Invalid(
                f"CatBoost would need about {needed / 1024**2:,.0f} MB for {len(training.x):,} rows and "
                f"{len(training.target.classes or ())} classes; there are {options.memory_bytes / 1024**2:,.0f} MB.",
                hint="Lower depth, or take LightGBM.",
            )

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include `fitted.features`."""
        import numpy as np

        rows, model = self._rows(fitted, features), fitted.state["booster"]
        if fitted.classes is None:
            return Prediction(np.asarray(model.predict(rows, thread_count=1)))
        return from_probabilities(model.predict(rows, prediction_type="Probability", thread_count=1), fitted.classes)

    def _rows(self, fitted: Fitted, frame: "pl.DataFrame") -> Any:
        return _coded(self.matrix(fitted, frame), _places(fitted.features, fitted.state["categories"]))

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return CatBoost's own importance: how much the prediction changes with each feature."""
        import numpy as np

        found = fitted.state["booster"].get_feature_importance(type="PredictionValuesChange", thread_count=1)
        return normalised(fitted.features, np.asarray(found))

    def contributions(self, fitted: Fitted, frame: "pl.DataFrame") -> "np.ndarray[Any, Any] | None":
        """Return CatBoost's TreeSHAP values."""
        import numpy as np
        from catboost import Pool

        places = _places(fitted.features, fitted.state["categories"])
        pool = Pool(self._rows(fitted, frame), cat_features=places)
        return np.asarray(fitted.state["booster"].get_feature_importance(pool, type="ShapValues", thread_count=1))

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the model in CatBoost's own format and the facts as JSON."""
        write_facts(fitted, folder)
        fitted.state["booster"].save_model(str(folder / BOOSTER_FILE))

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        from catboost import CatBoost as Model

        return read_facts(folder, {"booster": Model().load_model(str(folder / BOOSTER_FILE))})

    def code(self) -> str:
        """Return CatBoost's estimators for both tasks."""
        fixed = {"random_seed": 0, "thread_count": 1, "verbose": False, "allow_writing_files": False}
        return estimator_code(
            "catboost",
            {"classification": "CatBoostClassifier", "regression": "CatBoostRegressor"},
            {task: {**self._arguments(task), **fixed} for task in self.tasks},
        )

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit, and stop when rows held back no longer improve."""
        lines = [self.held_code(seed)]
        if class_weight == "balanced":
            lines.append('estimator.set_params(auto_class_weights="Balanced")')
        lines.append("options = {'cat_features': places}")
        if self.early_stopping_rounds is not None:
            lines.append("if held is not None:")
            lines.append(f"    options['early_stopping_rounds'] = {self.early_stopping_rounds}")
        lines.append("coded = Coded(estimator, places, is_class=task == 'classification', is_frame=True)")
        return "\n".join([*lines, "estimator = coded.fit(x, y, held, **options)"])


class _Watch:
    """Reports, and stops when the budget is spent; `is_late` says that it did."""

    def __init__(self, options: FitOptions, n_wanted: int) -> None:
        self._options, self._n_wanted = options, n_wanted
        self._started, self._step = time.monotonic(), max(1, n_wanted // 20)
        self.is_late = False

    def after_iteration(self, info: Any) -> bool:
        n_done, spent = int(info.iteration), time.monotonic() - self._started
        if n_done % self._step == 0:
            self._options.report(min(1.0, n_done / self._n_wanted), f"{n_done} of {self._n_wanted} trees")
        budget = self._options.budget_seconds
        self.is_late = budget is not None and spent > budget and n_done < self._n_wanted
        return not self.is_late


def _places(features: tuple[str, ...], categories: Mapping[str, Any]) -> list[int]:
    return [place for place, name in enumerate(features) if name in categories]


def _coded(x: "np.ndarray[Any, Any]", places: list[int]) -> Any:
    """Return the matrix as CatBoost takes it: categories as whole numbers, -1 where missing or unknown."""
    import numpy as np
    import pandas as pd

    coded = set(places)
    columns = {
        place: np.nan_to_num(x[:, place], nan=-1).astype(np.int32) if place in coded else x[:, place]
        for place in range(x.shape[1])
    }
    return pd.DataFrame(columns, copy=False)


def _pool(x: "np.ndarray[Any, Any]", training: Training, values: "np.ndarray[Any, Any]") -> Any:
    from catboost import Pool

    places = _places(training.features, training.categories)
    return Pool(_coded(x, places), label=values, cat_features=places)
