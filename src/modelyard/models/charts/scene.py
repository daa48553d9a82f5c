"""Scored rows as charts draw them: which they are is said under every title."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName
from modelyard.models.engine import Prediction
from modelyard.models.metrics.evaluate import scored_as
from modelyard.models.metrics.scored import Classified, scored_rows
from modelyard.models.target import as_text, class_names

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]


class Scene:
    """Rows that have a target, their predictions, and how to say which rows they are."""

    def __init__(self, target: "pl.Series", prediction: Prediction, task: Task, split: SplitName, seed: int) -> None:
        rows = scored_rows(target, task=task)
        self.target = target.filter(rows)
        self.values = prediction.values[rows]
        self.probabilities = prediction.probabilities[rows] if prediction.probabilities is not None else None
        self.classes = prediction.classes or ()
        self.task, self.split, self.seed, self.n = task, split, seed, len(self.target)

    def about(self, more: str = "") -> str:
        """Return the subtitle: which rows, how many, and what was left out."""
        return f"{self.split} rows, n = {self.n:,}{more}"

    @cached_property
    def classified(self) -> Classified:
        """The rows as metrics see them."""
        prediction = Prediction(self.values, self.probabilities, self.classes)
        found = scored_as("classification", self.target, prediction, self.target)
        assert isinstance(found, Classified)
        return found

    @cached_property
    def actual(self) -> "Array":
        """Actual numbers, shape (n_rows,)."""
        import polars as pl

        return self.target.cast(pl.Float64).to_numpy()

    @cached_property
    def names(self) -> list[str]:
        """The classes in the order of the probabilities, those never seen in training last."""
        unseen = [name for name in class_names(as_text(self.target)) if name not in self.classes]
        return [*self.classes, *unseen]

    def frequent(self, limit: int) -> tuple[list[str], str]:
        """Return the classes to show in their order, and a note when some are left out."""
        if len(self.names) <= limit:
            return self.names, ""
        counts = dict(as_text(self.target).value_counts(name="n_rows").iter_rows())
        chosen = set(sorted(self.names, key=lambda name: -counts.get(name, 0))[:limit])
        kept = [name for name in self.names if name in chosen]
        return kept, f", the {limit} most frequent of {len(self.names)} classes"
