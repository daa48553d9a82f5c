"""The target as engines and metrics see it: labels are text, numbers floats; what cannot be learned is refused."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Schema, Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

MAX_MISSING_FRACTION = 0.5
"""More of the target missing than this is refused: what is left says little about the rows it stands for."""


@dataclass(frozen=True)
class Target:
    """The target of the rows that have one.

    `values`: shape (n_rows,), class positions (int) or numbers (float). `classes`: names, None for regression.
    `table`: the rows it belongs to. `notes`: what was left out.
    """

    values: "np.ndarray[Any, Any]"
    classes: tuple[str, ...] | None
    task: Task
    table: Table
    notes: tuple[str, ...] = ()

    def usable(self, column: "pl.Series") -> "pl.Series":
        """Return for each row whether its target is there and of a class that was learned."""
        present = without_nan(column).is_not_null()
        return present if self.classes is None else present & as_text(column).is_in(list(self.classes))

    def encoded(self, column: "pl.Series") -> "np.ndarray[Any, Any]":
        """Return usable targets as `values` has them: class positions or numbers."""
        import polars as pl

        return column.cast(pl.Float64).to_numpy() if self.classes is None else positions(column, self.classes)


def as_text(series: "pl.Series") -> "pl.Series":
    """Return class labels as text, missing where missing: 1 becomes "1", True becomes "true"."""
    import polars as pl

    return without_nan(series).cast(pl.String)


def without_nan(series: "pl.Series") -> "pl.Series":
    """Return the series with "not a number" as missing."""
    return series.fill_nan(None) if series.dtype.is_float() else series


def class_names(series: "pl.Series") -> tuple[str, ...]:
    """Return the classes as text in their natural order: numbers by size, text by character."""
    present = without_nan(series).drop_nulls().unique().sort()
    return tuple(as_text(present).to_list())


def target_problems(schema: Schema) -> list[str]:
    """Return why nothing can learn this target, as far as the schema tells."""
    column = schema.get(schema.target) if schema.target is not None else None
    if column is None:
        return ["There is no target: choose the column to predict in the dataset node."]
    if column.missing_fraction is not None and column.missing_fraction > MAX_MISSING_FRACTION:
        return [_mostly_missing(column.name, column.missing_fraction)]
    if column.n_unique is not None and column.n_unique <= 1:
        return [f"The target {column.name!r} has one value only: there is nothing to learn."]
    if schema.task == "regression" and column.dtype not in ("integer", "float", "boolean"):
        return [f"The target {column.name!r} is not a number: choose classification, or another target."]
    return []


def training_target(table: Table) -> Target:
    """Return the target of the rows that have one; raise Invalid when nothing can be learned from it."""
    name, task = table.schema.target, table.schema.task
    if name is None or task is None:
        raise Invalid("There is no target to learn.", hint="Choose the column to predict in the dataset node.")
    kept, notes = _rows_with_target(table, name)
    column = kept.target()
    if task == "regression":
        return Target(_numbers(column), None, task, kept, notes)
    classes = class_names(column)
    _check_classes(name, classes, kept.n_rows)
    return Target(positions(column, classes), classes, task, kept, notes)


def refuse_below(target: Target, least: float, *, what: str, strictly: bool = False) -> None:
    """Raise Invalid when a number is below `least`, or (strictly) not above it."""
    smallest = float(target.values.min())
    if smallest < least or (strictly and smallest == least):
        bound = f"above {least:g}" if strictly else f"of at least {least:g}"
        raise Invalid(f"{what} needs a target {bound}; the smallest is {smallest:g}.")


def positions(labels: "pl.Series", classes: tuple[str, ...]) -> "np.ndarray[Any, Any]":
    """Return each label's place in `classes`, -1 for a label that is not among them; shape (n_rows,), int64."""
    import polars as pl

    codes = as_text(labels).cast(pl.Enum(classes), strict=False).to_physical().cast(pl.Int64)
    return codes.fill_null(-1).to_numpy()


def _rows_with_target(table: Table, name: str) -> tuple[Table, tuple[str, ...]]:
    present = without_nan(table.target()).is_not_null()
    n_missing = table.n_rows - int(present.sum())
    if table.n_rows == 0:
        raise Invalid("There are no training rows.", hint="Give the training part of the split more rows.")
    if n_missing / table.n_rows > MAX_MISSING_FRACTION:
        raise Invalid(_mostly_missing(name, n_missing / table.n_rows), hint="Choose another target, or fill it in.")
    if n_missing == 0:
        return table, ()
    split = table.split.filter(present) if table.split is not None else None
    rows = "1 row" if n_missing == 1 else f"{n_missing} rows"
    kept = replace(table, frame=table.frame.filter(present), split=split)
    return kept, (f"{rows} without a target ({name}) left out of the training.",)


def _mostly_missing(name: str, fraction: float) -> str:
    return f"The target {name!r} is missing in {fraction:.0%} of the rows; at most half may be."


def _check_classes(name: str, classes: tuple[str, ...], n_rows: int) -> None:
    if len(classes) == 1:
        raise Invalid(
            f"The target {name!r} has one class only in the training rows ({classes[0]!r}): nothing can be told apart.",
            hint="Choose another target, or a stratified split so that every class is in every part.",
        )
    if len(classes) == n_rows:
        raise Invalid(
            f"The target {name!r} has as many classes as rows ({n_rows}): every row would be a class of its own.",
            hint="It looks like an identifier: choose another target, or regression when it is a number.",
        )


def _numbers(column: "pl.Series") -> "np.ndarray[Any, Any]":
    import numpy as np
    import polars as pl

    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise Invalid(f"The target {column.name!r} is not a number.", hint="Choose classification, or another target.")
    values = column.cast(pl.Float64).to_numpy()
    n_infinite = int(np.isinf(values).sum())
    if n_infinite:
        raise Invalid(
            f"The target {column.name!r} has infinite values in {n_infinite} rows.",
            hint="Correct or remove these rows.",
        )
    if np.ptp(values) == 0:
        raise Invalid(f"The target {column.name!r} is constant ({values[0]:g}): there is nothing to learn.")
    return values
