"""The engine for AutoGluon."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema, Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.kernel.kinds import Parameter
from modelyard.models.engine import FitOptions, Fitted, Prediction
from modelyard.models.estimators import MatrixEngine, Training, from_probabilities, read_facts, write_facts

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

OF_CLASSES = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")
OF_NUMBERS = ("root_mean_squared_error", "mean_absolute_error", "r2")
Metric = Literal[
    "auto",
    "accuracy",
    "balanced_accuracy",
    "log_loss",
    "roc_auc",
    "root_mean_squared_error",
    "mean_absolute_error",
    "r2",
]
PREDICTOR_FILE = "predictor.zip"
LABEL = "modelyard target"
MAX_UNPACKED_BYTES = 8 * 1024**3
N_MAX_FILES = 20_000


@dataclass(frozen=True)
class Held:
    """A predictor and the folder that it reads from; the folder goes when nobody holds it any more."""

    predictor: Any
    folder: TemporaryDirectory[str]


class AutoGluon(MatrixEngine):
    """Many engines, stacked and weighted by AutoGluon: the strongest predictions where minutes and gigabytes are there.

    Takes missing values and categories as they are. `presets` trade time, size and latency for accuracy: medium fits
    each engine once, good to best fit folds of each and stack them. The time limit is AutoGluon's own and roughly kept;
    what it finds within it differs from run to run.

    Its files are pickles, which run code when they are read: such a model is read only from this yard's own store,
    where its hash is checked, and never from an upload. It can be read only by the AutoGluon version that wrote it.
    """

    title: ClassVar[str] = "AutoGluon"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "layers"
    requires: ClassVar[tuple[str, ...]] = ("autogluon",)
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_missing: ClassVar[bool] = True
    takes_categories: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True
    is_pickled: ClassVar[bool] = True
    max_categories: ClassVar[int] = 100_000

    kind: Literal["autogluon"] = "autogluon"
    presets: Literal["medium", "good", "high", "best"] = Parameter(
        "medium", description="How much effort: each step up takes longer and makes a larger, slower model."
    )
    time_limit_seconds: float = Parameter(
        60.0, description="Time for all engines together.", unit="s", ge=5, le=86_400, allow_inf_nan=False
    )
    metric: Metric = Parameter(
        "auto", description="What is improved; auto: ROC AUC for two classes, log loss for more, RMSE for numbers."
    )
    memory_limit_gb: float | None = Parameter(
        None,
        description="Memory that engines may count on; empty: what is free.",
        unit="GB",
        ge=0.5,
        le=4096,
        advanced=True,
    )

    def schema_problems(self, schema: Schema) -> list[str]:
        """The metric must suit the task."""
        suited = OF_NUMBERS if schema.task == "regression" else OF_CLASSES
        if self.metric == "auto" or self.metric in suited:
            return []
        return [f"The metric {self.metric} is not for {schema.task}: choose auto."]

    def _eval_metric(self, training: Training) -> str:
        if self.metric != "auto":
            return self.metric
        if training.target.classes is None:
            return "root_mean_squared_error"
        return "roc_auc" if len(training.target.classes) == 2 else "log_loss"

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fit on all rows of `table` that have a target, within the time limit or the budget, whichever is shorter."""
        training = self.training(table, options)
        if found := self.schema_problems(table.schema):
            raise Invalid(found[0])
        folder = TemporaryDirectory(prefix="autogluon-")
        rows = _rows(training.x, training.features, training.categories)
        rows[LABEL] = training.target.values
        options.report(0.0, "AutoGluon is fitting")
        try:
            predictor = self._predictor(training, options, folder.name).fit(rows, **self._arguments(options))
        except (ValueError, RuntimeError, AssertionError) as error:
            raise Invalid(f"AutoGluon refused the fit: {error}") from error
        if not predictor.model_names():
            raise Invalid("AutoGluon fitted nothing in its time.", hint="Raise the time limit.")
        notes = (f"AutoGluon chose {predictor.model_best} of {len(predictor.model_names())} models.",)
        return training.fitted({"estimator": Held(predictor, folder)}, notes)

    def _predictor(self, training: Training, options: FitOptions, path: str) -> Any:
        from autogluon.tabular import TabularPredictor

        n_classes = len(training.target.classes or ())
        problem = "regression" if n_classes == 0 else "binary" if n_classes == 2 else "multiclass"
        return TabularPredictor(
            label=LABEL,
            problem_type=problem,
            eval_metric=self._eval_metric(training),
            path=path,
            verbosity=0,
            sample_weight="balance_weight" if options.class_weight == "balanced" else None,
        )

    def _arguments(self, options: FitOptions) -> dict[str, Any]:
        limits = [limit for limit in (self.time_limit_seconds, options.budget_seconds) if limit is not None]
        gigabytes = [limit for limit in (self.memory_limit_gb,) if limit is not None]
        if options.memory_bytes is not None:
            gigabytes.append(options.memory_bytes / 1024**3)
        return {
            "presets": f"{self.presets}_quality",
            "time_limit": min(limits),
            "num_cpus": options.n_threads,
            "num_gpus": 0,
            "memory_limit": min(gigabytes) if gigabytes else "auto",
            # Folds one after another in this process: its parallel fitting needs Ray, which is not installed with it.
            "ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"},
            "dynamic_stacking": False,
        }

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include `fitted.features`."""
        import numpy as np

        held = fitted.state["estimator"]
        rows = _rows(self.matrix(fitted, features), fitted.features, fitted.state["categories"])
        if fitted.classes is None:
            return Prediction(held.predictor.predict(rows, as_pandas=False).astype(np.float64))
        found = held.predictor.predict_proba(rows, as_pandas=True, as_multiclass=True)
        probabilities = np.zeros((len(rows), len(fitted.classes)))
        # Classes with too few rows are left out by AutoGluon: their probability is 0.
        probabilities[:, [int(place) for place in found.columns]] = found.to_numpy()
        return from_probabilities(probabilities, fitted.classes)

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write what predicting needs of AutoGluon's folder as one archive, and the facts as JSON."""
        write_facts(fitted, folder)
        with TemporaryDirectory(prefix="autogluon-") as work:
            clone = Path(work) / "predictor"
            fitted.state["estimator"].predictor.clone_for_deployment(str(clone))
            with zipfile.ZipFile(folder / PREDICTOR_FILE, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in sorted(clone.rglob("*")):
                    if path.is_file():
                        archive.write(path, path.relative_to(clone).as_posix())

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote. This runs pickles: callers make sure that this yard wrote them (`chain.load`)."""
        from autogluon.tabular import TabularPredictor

        unpacked = TemporaryDirectory(prefix="autogluon-")
        with zipfile.ZipFile(folder / PREDICTOR_FILE) as archive:
            entries = archive.infolist()
            if len(entries) > N_MAX_FILES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise Refused("This AutoGluon model is larger than any that is made here.")
            archive.extractall(unpacked.name)
        try:
            predictor = TabularPredictor.load(unpacked.name, verbosity=0)
        except AssertionError as error:
            raise Refused(f"This model was made by another version of AutoGluon: {error}") from error
        predictor.persist()
        return read_facts(folder, {"estimator": Held(predictor, unpacked)})

    def code(self) -> str:
        """Return AutoGluon's predictor."""
        chosen = {"presets": f"{self.presets}_quality", "time_limit": self.time_limit_seconds, "num_gpus": 0}
        stated = ", ".join(f"{key}={value!r}" for key, value in chosen.items())
        metric = None if self.metric == "auto" else self.metric
        return f"""from autogluon.tabular import TabularPredictor
from sklearn.base import BaseEstimator
import pandas as pd


class AutoGluon(BaseEstimator):
    def fit(self, x, y):
        rows = pd.DataFrame(x).assign(target=y)
        rows.columns = rows.columns.astype(str)
        self.predictor = TabularPredictor("target", eval_metric={metric!r}).fit(rows, {stated})
        return self

    def predict(self, x):
        rows = pd.DataFrame(x)
        rows.columns = rows.columns.astype(str)
        return self.predictor.predict(rows, as_pandas=False)


estimator = AutoGluon()"""


def _rows(x: "np.ndarray[Any, Any]", features: tuple[str, ...], categories: Mapping[str, tuple[str, ...]]) -> Any:
    """Return the matrix as a pandas frame whose categories have their names."""
    import numpy as np
    import pandas as pd

    columns: dict[str, Any] = {}
    for place, name in enumerate(features):
        if name in categories:
            codes = np.nan_to_num(x[:, place], nan=-1).astype(np.int64)
            columns[name] = pd.Categorical.from_codes(codes, categories=list(categories[name]))
        else:
            columns[name] = x[:, place]
    return pd.DataFrame(columns)
