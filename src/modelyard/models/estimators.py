"""What the engines over scikit-learn estimators share: matrix in, class positions in, skops files out."""

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema, Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.models.engine import Engine, FitOptions, Fitted, Prediction
from modelyard.models.libraries import load_skops
from modelyard.models.matrix import Categories, feature_problems, learn_categories, refuse_missing, to_matrix
from modelyard.models.target import Target, target_problems, training_target

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

FACTS_FILE = "fitted.json"
ESTIMATOR_FILE = "estimator.skops"


@dataclass(frozen=True)
class Training:
    """What an estimator is fitted on: `x` of shape (n_rows, n_features), `target.values` of shape (n_rows,)."""

    x: "np.ndarray[Any, Any]"
    target: Target
    features: tuple[str, ...]
    categories: Categories

    @property
    def task(self) -> Task:
        """What kind of target it is."""
        return self.target.task

    def fitted(self, state: dict[str, Any], notes: tuple[str, ...] = ()) -> Fitted:
        """Return what was learned, with the facts of this training."""
        state = {**state, "categories": dict(self.categories)}
        all_notes = (*self.target.notes, *notes)
        return Fitted(self.task, self.features, self.target.classes, state, len(self.x), all_notes)


class MatrixEngine(Engine):
    """Base of the engines that take a matrix of numbers."""

    def schema_problems(self, schema: Schema) -> list[str]:
        """Return what else stands against this engine, with its parameters, on these columns."""
        return []

    def problems(self, schema: Schema) -> list[str]:
        """Return why this engine cannot be fitted on these columns; sentences that say what to do."""
        if schema.task == "clustering":
            return [f"{self.title} needs a target: choose one in the dataset node, or K-means or DBSCAN here."]
        found = target_problems(schema)
        if schema.task is not None and schema.task not in self.tasks:
            found.append(f"{self.title} is for {self.tasks[0]}; this target is for {schema.task}.")
        takes = {"takes_missing": self.takes_missing, "takes_categories": self.takes_categories}
        return [*found, *feature_problems(self.title, schema, **takes), *self.schema_problems(schema)]

    def training(self, table: Table, options: FitOptions) -> Training:
        """Return the rows with a target as matrix and values; raise Invalid when they cannot be learned from."""
        target = training_target(table)
        if target.task not in self.tasks:
            raise Invalid(f"{self.title} is for {self.tasks[0]}; the target is for {target.task}.")
        if options.class_weight != "none" and target.task == "regression":
            raise Invalid("Class weights are for classification.", hint="Set the class weight to `none`.")
        if options.class_weight != "none" and not self.takes_class_weight:
            raise Invalid(f"{self.title} cannot weigh classes.", hint="Set the class weight to `none`.")
        columns = target.table.schema.features
        if not columns:
            raise Invalid(f"No features reach {self.title}.", hint="Keep at least one column beside the target.")
        features = tuple(column.name for column in columns)
        categories = learn_categories(target.table.frame, columns, self.max_categories) if self.takes_categories else {}
        x = to_matrix(target.table.frame, features, categories=categories, title=self.title)
        if not self.takes_missing:
            refuse_missing(x, features, self.title)
        return Training(x, target, features, categories)

    def validation(
        self, training: Training, options: FitOptions
    ) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None":
        """Return the rows to stop on as matrix and values (those with a target that training knows), or None."""
        if options.validation is None:
            return None
        rows = options.validation
        usable = training.target.usable(rows.target())
        frame = rows.frame.filter(usable)
        if frame.is_empty():
            return None
        x = to_matrix(frame, training.features, categories=training.categories, title=self.title)
        return x, training.target.encoded(frame.get_column(rows.target().name))

    def matrix(self, fitted: Fitted, frame: "pl.DataFrame") -> "np.ndarray[Any, Any]":
        """Return the features of new rows as the fit saw them, shape (n_rows, n_features)."""
        x = to_matrix(frame, fitted.features, categories=fitted.state["categories"], title=self.title)
        if not self.takes_missing:
            refuse_missing(x, fitted.features, self.title)
        return x


class EstimatorEngine(MatrixEngine):
    """Base of the engines whose state is one scikit-learn estimator."""

    trusted: ClassVar[tuple[str, ...]] = ()
    """Types beyond the defaults of skops that this engine's file may hold, each read and found harmless."""

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return the unfitted estimator."""
        raise NotImplementedError

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the state, with the fitted `estimator`, and notes."""
        model = self.estimator(training.task, options)
        model.fit(training.x, training.target.values)
        return {"estimator": model}, ()

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fit on all rows of `table` that have a target."""
        from threadpoolctl import threadpool_limits

        training = self.training(table, options)
        with threadpool_limits(options.n_threads), sentences("fit"):
            state, notes = self.fit_estimator(training, options)
        return training.fitted(state, notes)

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include `fitted.features`."""
        return self.predict_matrix(fitted, self.matrix(fitted, features))

    def predict_matrix(self, fitted: Fitted, x: Any) -> Prediction:
        """Predict rows of a matrix whose columns are `fitted.features`; sparse only where `takes_sparse`."""
        model = fitted.state["estimator"]
        with sentences("prediction"):
            if fitted.classes is None:
                return Prediction(refuse_overflow(model.predict(x)))
            return from_probabilities(model.predict_proba(x), fitted.classes)

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the estimator with skops and the facts as JSON."""
        from zipfile import ZIP_DEFLATED

        load_skops()
        import skops.io

        write_facts(fitted, folder)
        skops.io.dump(fitted.state["estimator"], folder / ESTIMATOR_FILE, compression=ZIP_DEFLATED, compresslevel=1)

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote; refuse a file that holds any type this engine does not name."""
        load_skops()
        import skops.io
        from skops.io.exceptions import UntrustedTypesFoundException

        try:
            model = skops.io.load(folder / ESTIMATOR_FILE, trusted=list(self.trusted))
        except UntrustedTypesFoundException as error:
            raise Refused(f"This model holds types that {self.title} does not use: {error}") from error
        return read_facts(folder, {"estimator": model})


def from_probabilities(probabilities: "np.ndarray[Any, Any]", classes: tuple[str, ...]) -> Prediction:
    """Return the most probable class of each row, with the probabilities of shape (n_rows, n_classes)."""
    import numpy as np

    names = np.asarray(classes, dtype=object)
    refuse_overflow(probabilities)
    return Prediction(names[probabilities.argmax(axis=1)], probabilities, classes)


def refuse_overflow(found: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return what was computed; raise Invalid when a number was too large on the way."""
    import numpy as np

    if not np.isfinite(found.sum()) and not np.isfinite(found).all():
        raise Invalid(
            "Some rows hold values so far from those of training that nothing can be computed for them.",
            hint="Look for numbers in another unit, or clip outliers before the engine.",
        )
    return found


def write_facts(fitted: Fitted, folder: Path) -> None:
    """Write everything learned but the estimator as JSON."""
    facts = {
        "task": fitted.task,
        "features": fitted.features,
        "classes": fitted.classes,
        "n_rows": fitted.n_rows,
        "notes": fitted.notes,
        "state": {key: value for key, value in fitted.state.items() if key not in ("estimator", "booster")},
    }
    (folder / FACTS_FILE).write_text(json.dumps(facts, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def read_facts(folder: Path, state: dict[str, Any]) -> Fitted:
    """Return what `write_facts` wrote, with `state` added."""
    facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    learned = facts["state"]
    learned["categories"] = {name: tuple(values) for name, values in learned["categories"].items()}
    classes = tuple(facts["classes"]) if facts["classes"] is not None else None
    features, notes = tuple(facts["features"]), tuple(facts["notes"])
    return Fitted(facts["task"], features, classes, {**learned, **state}, facts["n_rows"], notes)


def normalised(features: tuple[str, ...], values: "np.ndarray[Any, Any]") -> dict[str, float] | None:
    """Return non-negative values per feature divided by their sum, or None when all are zero."""
    total = float(values.sum())
    if not total > 0:
        return None
    return {name: float(value) / total for name, value in zip(features, values, strict=True)}


def quiet_fit(model: Any, training: Training, slow: str, **arguments: Any) -> tuple[str, ...]:
    """Fit without the library's warnings on the terminal; return `slow` as a note when it did not converge."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(training.x, training.target.values, **arguments)
    return (slow,) if any(issubclass(item.category, ConvergenceWarning) for item in caught) else ()


def balanced_rows(target: Target) -> "np.ndarray[Any, Any]":
    """Return a weight per row, shape (n_rows,), with which all classes count the same."""
    import numpy as np

    counts = np.bincount(target.values, minlength=len(target.classes or ()))
    n_present = int((counts > 0).sum())
    weights = len(target.values) / (n_present * np.maximum(counts, 1))
    return np.asarray(weights[target.values])


def estimator_code(module: str, names: Mapping[Task, str], arguments: Mapping[Task, Mapping[str, Any]]) -> str:
    """Return Python that makes the `estimator` of the `task`."""
    lines = [f"from {module} import {', '.join(dict.fromkeys(names.values()))}", ""]
    for task, name in names.items():
        stated = ", ".join(f"{key}={value!r}" for key, value in arguments[task].items())
        lines += [f"if task == {task!r}:", f"    estimator = {name}({stated})"]
    return "\n".join(lines)


@contextmanager
def sentences(what: Literal["fit", "prediction"]) -> Iterator[None]:
    """Turn a refusal by the library into a domain error; its sentences are good."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise Invalid(f"The {what} was refused: {error}") from error
