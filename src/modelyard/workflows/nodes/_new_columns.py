"""What nodes that make new columns share: numbers in and out as matrices, and how many columns there may be."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.workflows.node import NodeProblem
from modelyard.workflows.nodes._columns import KIND_NAMES, chosen, columns_code

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Matrix = np.ndarray[Any, np.dtype[np.float64]]

NUMBER: frozenset[ColumnKind] = frozenset({"number"})
MAX_NEW_COLUMNS = 1000
"""Columns that one node may add: more is slower to train on than it is worth, and a table of 10 000 still opens."""


def number_column(name: str, missing: float | None = 0.0) -> Column:
    """Return a column of decimals; `missing` is None where it is not known before the rows are."""
    return Column(name=name, kind="number", dtype="float", missing_fraction=missing)


def flag_column(name: str) -> Column:
    """Return a column of 0 and 1 without gaps."""
    return Column(name=name, kind="number", dtype="integer", n_unique=2, missing_fraction=0.0, minimum=0, maximum=1)


def any_missing(columns: Iterable[Column]) -> float | None:
    """Return how much is missing in what is made of all these columns: 0 when nothing is, else not known."""
    return 0.0 if all(column.missing_fraction == 0 for column in columns) else None


def too_many(n_new: int, field: str) -> list[NodeProblem]:
    """Return a problem when a node would add more columns than one may."""
    if n_new <= MAX_NEW_COLUMNS:
        return []
    message = f"This would make {n_new:,} columns; at most {MAX_NEW_COLUMNS:,} are made. Choose fewer."
    return [NodeProblem(message, field)]


def nothing_chosen(schema: Schema, columns: Sequence[str] | None, kinds: Collection[ColumnKind]) -> list[NodeProblem]:
    """Return a warning when no column is chosen, so that the node changes nothing."""
    if columns is None and not chosen(schema, None, kinds):
        wanted = " or ".join(KIND_NAMES[kind] for kind in sorted(kinds))
        return [NodeProblem(f"No column that reaches this node is {wanted}, so nothing changes.", "columns", "warning")]
    if columns is not None and not columns:
        return [NodeProblem("No column is chosen, so nothing changes.", "columns", "warning")]
    return []


def number_matrix(frame: "pl.DataFrame", names: Sequence[str]) -> "Matrix":
    """Return the columns as floats, shape (n_rows, n_columns), row after row; missing and infinite are NaN."""
    import numpy as np
    import polars as pl

    matrix = np.array(frame.select(pl.col(names).cast(pl.Float64)).to_numpy(), dtype=np.float64, order="C")
    matrix[~np.isfinite(matrix)] = np.nan
    return matrix


def series_of(matrix: "Matrix", names: Sequence[str]) -> "list[pl.Series]":
    """Return the columns of a matrix; whatever is not finite is missing."""
    import numpy as np
    import polars as pl

    finite = np.where(np.isfinite(matrix), matrix, np.nan)
    return [pl.Series(name, finite[:, place], nan_to_null=True) for place, name in enumerate(names)]


def ordered_code(columns: Sequence[str] | None, kinds: Collection[ColumnKind]) -> str:
    """Return the Python expression of the names that `chosen` gives, in the table's order, for exported code."""
    if columns is None:
        return columns_code(None, kinds)
    return f"[name for name in frame.columns if name in {sorted(set(columns))!r}]"
