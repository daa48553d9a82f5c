"""Columns and their schema: what is known about a dataset without touching its rows."""

from collections.abc import Iterable
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

ColumnKind = Literal["number", "category", "text", "date", "id", "constant"]
Dtype = Literal["integer", "float", "boolean", "string", "date", "datetime"]
Task = Literal["classification", "regression", "clustering"]
"""What is predicted: a class, a number, or (without a target) which rows are alike."""
SplitMethod = Literal["random", "stratified", "group", "time"]


class Column(BaseModel):
    """One column: its name, what it means (`kind`), how it is stored (`dtype`), and what its values look like."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: ColumnKind
    dtype: Dtype
    n_unique: int | None = None
    missing_fraction: float | None = None
    categories: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


class Splitting(BaseModel):
    """How rows were set aside; folds made later keep to it. `column` holds the groups or the time."""

    model_config = ConfigDict(frozen=True)

    method: SplitMethod
    column: str | None = None
    seed: int = 0


class Schema(BaseModel):
    """The columns of a table in order, the target among them, and whether rows are assigned to a split."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]
    target: str | None = None
    task: Task | None = None
    has_split: bool = False
    splitting: Splitting | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(column.name for column in self.columns)

    @property
    def features(self) -> tuple[Column, ...]:
        """All columns but the target."""
        return tuple(column for column in self.columns if column.name != self.target)

    def get(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def without(self, names: Iterable[str]) -> Self:
        """Return the schema with these columns removed; a removed target is no target any more."""
        gone = set(names)
        kept = tuple(column for column in self.columns if column.name not in gone)
        is_target_kept = self.target not in gone
        return self.model_copy(
            update={
                "columns": kept,
                "target": self.target if is_target_kept else None,
                "task": self.task if is_target_kept else None,
            }
        )

    def replaced(self, name: str, *columns: Column) -> Self:
        """Return the schema with one column replaced, in its place, by others (or by none)."""
        new = (item for column in self.columns for item in (columns if column.name == name else (column,)))
        return self.model_copy(update={"columns": tuple(new)})


def polars_type(dtype: Dtype) -> Any:
    """Return how a column of this type is stored in frames."""
    import polars as pl

    return {
        "integer": pl.Int64,
        "float": pl.Float64,
        "boolean": pl.Boolean,
        "string": pl.String,
        "date": pl.Date,
        "datetime": pl.Datetime("us"),
    }[dtype]
