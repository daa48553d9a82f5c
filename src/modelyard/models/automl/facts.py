"""What a table is like, as far as it decides what to try on it."""

from dataclasses import dataclass

from modelyard.data.columns import Task
from modelyard.data.frames import Table
from modelyard.models.target import class_names

MEGABYTE = 1024**2
LIBRARY_BYTES = 240 * MEGABYTE
"""What a process with its libraries takes before it holds a row (measured: 267 MB with CatBoost, 184 without)."""
SHARED_BYTES = 60 * MEGABYTE
"""Of those, pages that all processes share (measured: 58 MB): the machine holds them once."""


@dataclass(frozen=True)
class Facts:
    """Counts about the training rows; `n_values` is the number of categories over all columns of categories."""

    task: Task
    n_rows: int
    n_numbers: int
    n_categories: int
    n_texts: int
    n_dates: int
    n_values: int
    most_values: int
    n_classes: int
    rarest: int
    """Rows of the rarest class."""
    has_missing: bool

    @property
    def n_features(self) -> int:
        """Columns that something is learned from."""
        return self.n_numbers + self.n_categories + self.n_texts + self.n_dates

    @property
    def n_outputs(self) -> int:
        """Scores that a booster grows trees for: one, or one a class when there are more than two."""
        return self.n_classes if self.n_classes > 2 else 1


def facts_of(table: Table) -> Facts:
    """Return the facts of the training rows in `table`, which has a target."""
    features = table.schema.features
    task = table.schema.task or "regression"
    categories = [c for c in features if c.kind == "category"]
    cardinalities = [table.frame.get_column(c.name).n_unique() for c in categories]
    target = table.target()
    classes = class_names(target) if task == "classification" else ()
    counts = target.drop_nulls().value_counts().get_column("count") if classes else None
    return Facts(
        task=task,
        n_rows=table.n_rows,
        n_numbers=sum(c.kind == "number" for c in features),
        n_categories=len(categories),
        n_texts=sum(c.kind == "text" for c in features),
        n_dates=sum(c.kind == "date" for c in features),
        n_values=sum(cardinalities),
        most_values=max(cardinalities, default=0),
        n_classes=len(classes),
        rarest=int(counts.min()) if counts is not None else 0,  # type: ignore[arg-type]  # counts are integers
        has_missing=any(table.frame.get_column(c.name).null_count() for c in features),
    )
