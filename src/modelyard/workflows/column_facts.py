"""What a node's columns are like after it: missing, different and extreme values of those that it made or changed."""

from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table

if TYPE_CHECKING:
    import polars as pl

MAX_COLUMNS = 60


def column_facts(after: Table, before: Table | None) -> list[dict[str, Any]]:
    """Return the facts of each column that is new or has other values than before, the first 60; all when rows went.

    `minimum` and `maximum` are None where a column has no order, or nothing but missing values.
    """
    changed = [name for name in after.frame.columns if _is_changed(name, after, before)]
    return [_facts(after.frame.get_column(name)) for name in changed[:MAX_COLUMNS]]


def _is_changed(name: str, after: Table, before: Table | None) -> bool:
    if before is None or name not in before.frame.columns or before.n_rows != after.n_rows:
        return True
    was, now = before.frame.get_column(name), after.frame.get_column(name)
    return was.dtype != now.dtype or not was.equals(now, null_equal=True)


def _facts(values: "pl.Series") -> dict[str, Any]:
    n_missing = values.null_count() + (int(values.is_nan().sum()) if values.dtype.is_float() else 0)
    ends = values.drop_nans() if values.dtype.is_float() else values
    is_ordered = values.dtype.is_numeric() or values.dtype.is_temporal()
    return {
        "name": values.name,
        "dtype": str(values.dtype),
        "missing_fraction": n_missing / len(values) if len(values) else None,
        "n_unique": values.drop_nulls().n_unique(),
        "minimum": _end(ends.min()) if is_ordered else None,
        "maximum": _end(ends.max()) if is_ordered else None,
    }


def _end(value: Any) -> float | int | str | None:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    return str(value)
