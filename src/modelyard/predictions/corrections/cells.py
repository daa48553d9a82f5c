"""Cells of corrected rows in the types that the model was trained on; what is not of its type is left empty."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype, polars_type

if TYPE_CHECKING:
    import polars as pl


def typed(name: str, cells: Sequence[Any], dtype: Dtype) -> "pl.Series":
    """Return cells of calls and batches, texts among them, as a column; whole numbers with 3.5 among them as decimals.

    Of rows that could not be predicted the cells are what was written.
    """
    import polars as pl

    read = [None if cell is None else _READERS[dtype](cell) for cell in cells]
    if dtype == "integer":
        is_whole = all(cell is None or float(cell).is_integer() for cell in read)
        read = [None if cell is None else int(cell) if is_whole else float(cell) for cell in read]
        dtype = "integer" if is_whole else "float"
    return pl.Series(name, read, dtype=polars_type(dtype))


def targets(name: str, classes: Sequence[str], dtype: Dtype) -> "pl.Series":
    """Return classes in the type of the target; as texts when one of them, a new one, would not be the same in it."""
    import polars as pl

    found = typed(name, classes, dtype)
    is_same = found.cast(pl.String).to_list() == list(classes)
    return found if is_same else pl.Series(name, classes, dtype=pl.String)


def dtype_of_classes(classes: Sequence[str]) -> Dtype:
    """Return the type of a target of which only the classes are known."""
    if set(classes) <= {"true", "false"}:
        return "boolean"
    is_whole = all(name.isascii() and name.removeprefix("-").isdecimal() for name in classes)
    return "integer" if is_whole and all(str(int(name)) == name for name in classes) else "string"


def _number(cell: Any) -> int | float | None:
    if isinstance(cell, bool):
        return None
    try:
        number = cell if isinstance(cell, int) else float(cell)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and abs(number) < 2**63 else None


def _float(cell: Any) -> float | None:
    try:
        number = math.nan if isinstance(cell, bool) else float(cell)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _boolean(cell: Any) -> bool | None:
    return cell if isinstance(cell, bool) else {"true": True, "false": False}.get(str(cell).strip().lower())


def _text(cell: Any) -> str | None:
    return cell if isinstance(cell, str) and cell.strip() else None


def _date(cell: Any) -> date | None:
    try:
        return date.fromisoformat(cell)
    except (TypeError, ValueError):
        return None


def _datetime(cell: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(cell)
    except (TypeError, ValueError):
        return None
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo is not None else instant


_READERS: dict[Dtype, Callable[[Any], Any]] = {
    "integer": _number,
    "float": _float,
    "boolean": _boolean,
    "string": _text,
    "date": _date,
    "datetime": _datetime,
}
