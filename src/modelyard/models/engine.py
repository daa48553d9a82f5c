"""The Engine family: what fits a model and predicts with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Schema, Task
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Kind
from modelyard.models.matrix import MAX_CATEGORIES
from modelyard.models.search_space import conditions, is_met

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

ClassWeight = Literal["none", "balanced"]


@dataclass(frozen=True)
class FitOptions:
    """What every fit is given beside its parameters.

    `budget_seconds`: time after which an engine that can stops early, with what it has. `report`: called with the
    fraction done (0–1) and a sentence. `n_threads`: one, unless the rows are many (docs/design/runs.md).
    `validation`: rows beside the training rows, prepared alike; an engine with a `steps_field` keeps the steps up to
    the one that predicted them best, and stops `patience` steps after it. `memory_bytes`: what the fit may take; an
    engine that can tell beforehand that it needs more refuses.
    """

    seed: int = 0
    class_weight: ClassWeight = "none"
    budget_seconds: float | None = None
    n_threads: int = 1
    validation: Table | None = None
    patience: int = 100
    report: Callable[[float, str], None] = field(default=lambda _fraction, _message: None)
    memory_bytes: int | None = None


@dataclass(frozen=True)
class Files:
    """What an engine gets files of the yard with: `fetch` copies bytes by hash, `scratch` goes with the run."""

    fetch: Callable[[str], Path]
    scratch: Path


@dataclass(frozen=True)
class TextReasons:
    """How much each word of a text speaks for a class. `base`: its score with no word; `score`: with all of them.

    `words` holds each part of the text with what it adds, in the order of the text; `method` names how it was found,
    and whether that is exact.
    """

    of: str
    base: float
    score: float
    words: tuple[tuple[str, float], ...]
    method: str


@dataclass(frozen=True)
class Fitted:
    """What an engine learned; `features` in the order of the fit, `classes` in the order of the probabilities."""

    task: Task
    features: tuple[str, ...]
    classes: tuple[str, ...] | None
    state: dict[str, Any]
    """The engine's own: estimators and encodings."""
    n_rows: int = 0
    """Training rows really used: those with a target."""
    notes: tuple[str, ...] = ()
    """Sentences worth knowing: rows left out, no convergence, stopped by the budget."""
    n_steps: int | None = None
    """Steps kept of an engine that grows step by step, when validation rows or the budget decided; else None."""


@dataclass(frozen=True)
class Prediction:
    """Predictions for n_rows rows.

    `values`: shape (n_rows,), class names (str) or numbers. `probabilities`: shape (n_rows, n_classes), rows sum to 1;
    None for regression and clustering. `classes`: the order of its columns, or the names of the clusters. `notes`:
    sentences on these rows that whoever asked must know, such as texts that were cut off.
    """

    values: "np.ndarray[Any, Any]"
    probabilities: "np.ndarray[Any, Any] | None" = None
    classes: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


class Engine(Kind):
    """Base of the engines. What is learned is returned, never attached."""

    tasks: ClassVar[tuple[Task, ...]] = ()
    takes_missing: ClassVar[bool] = False
    takes_categories: ClassVar[bool] = False
    takes_sparse: ClassVar[bool] = False
    """Whether `predict_matrix` takes a sparse matrix of the features too."""
    takes_budget: ClassVar[bool] = False
    """Whether `FitOptions.budget_seconds` makes it stop early with what it has; others run to their end."""
    takes_class_weight: ClassVar[bool] = True
    """Whether a classifier can make rare classes weigh more."""
    reads_text: ClassVar[bool] = False
    """Whether its feature is one column of text; the others take numbers and categories."""
    is_pickled: ClassVar[bool] = False
    """Whether loading its files runs what they hold: such a model is read only when this yard made it."""
    max_categories: ClassVar[int] = MAX_CATEGORIES
    """Categories told apart in one column, the most frequent ones; the others count as missing."""
    only_for: ClassVar[Mapping[str, Task]] = {}
    """Parameters that matter to one of several tasks only."""
    steps_field: ClassVar[str] = ""
    """The parameter that says how many steps (trees, rounds) it grows, when `FitOptions.validation` can choose it."""
    version: ClassVar[int] = 1
    """Part of the cache key: raise it when the same parameters give another result."""

    @model_validator(mode="after")
    def _without_effect_is_default(self) -> Self:
        """Reset parameters that do not apply: forms keep what they hide, and equal fits have equal documents."""
        for name, condition in conditions(type(self)).items():
            if not is_met(condition, self):
                object.__setattr__(self, name, type(self).model_fields[name].default)
        return self

    @classmethod
    def card_extra(cls) -> dict[str, Any]:
        """Return the tasks and what the engine takes."""
        return {
            "tasks": list(cls.tasks),
            "takes_missing": cls.takes_missing,
            "takes_categories": cls.takes_categories,
            "takes_budget": cls.takes_budget,
        }

    def problems(self, schema: Schema) -> list[str]:
        """Return why this engine cannot be fitted on these columns; sentences that say what to do."""
        raise NotImplementedError

    def needed_files(self) -> tuple[str, ...]:
        """Return the hashes of the yard's files that a fit needs beside the rows."""
        return ()

    def localised(self, files: Files) -> Self:
        """Return the engine with what it is fitted from beside the rows on this machine; most need nothing."""
        return self

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fit on all rows of `table` (training rows); the target is `table.schema.target`."""
        raise NotImplementedError

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include `fitted.features`."""
        raise NotImplementedError

    def predict_matrix(self, fitted: Fitted, x: Any) -> Prediction:
        """Predict rows of a matrix whose columns are `fitted.features`; of engines that read matrices."""
        raise NotImplementedError

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the engine's native importance per feature, summing to 1, or None when it has none."""
        return None

    def memory_bytes(self, *, n_rows: int, n_features: int, n_classes: int, n_categories: int = 0) -> int | None:
        """Return about how much memory a fit takes beside the rows, or None when nobody has measured it.

        `n_classes` is 0 for regression, `n_categories` the number of features that are categories.
        """
        return None

    def contributions(self, fitted: Fitted, frame: "pl.DataFrame") -> "np.ndarray[Any, Any] | None":
        """Return how much each feature moved each row's raw score, exactly, or None when the engine cannot tell.

        Shape (n_rows, n_features + 1); with more than two classes (n_rows, n_classes, n_features + 1). The last place
        is the base value, and the sum over the last axis is the raw score: the number predicted (before the inverse
        link, if the loss has one), the log-odds of the second of two classes, or the logit of each class.
        """
        return None

    def tells_wholly(self, fitted: Fitted, frame: "pl.DataFrame") -> bool:
        """Say whether `contributions` are those of everything that decides a prediction."""
        return True

    def text_reasons(self, fitted: Fitted, text: str, of: str | None = None) -> TextReasons | None:
        """Return how much each word of a text speaks for its class, or for the class `of`; None when it cannot tell."""
        return None

    def loaded_bytes(self, folder: Path) -> int | None:
        """Return about how much memory the model in this folder takes once it is loaded; None: of the files' order."""
        return None

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the fitted state as files: skops or the booster's own format, never pickle."""
        raise NotImplementedError

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        raise NotImplementedError

    def code(self) -> str:
        """Return the equivalent Python that makes an unfitted estimator called `estimator`."""
        return ""

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Return the equivalent Python that fits `estimator` on the matrix `x` and the target `y`.

        `places` are those of the categories in the matrix. Afterwards `estimator.predict(x)` answers new rows.
        """
        if class_weight == "none":
            return "estimator.fit(x, y)"
        return """weights = [name for name in estimator.get_params() if name.endswith("class_weight")]
estimator.set_params(**dict.fromkeys(weights, "balanced"))
estimator.fit(x, y)"""
