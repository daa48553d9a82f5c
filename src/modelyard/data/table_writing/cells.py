"""Cells that a format has no type for, as text."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

_ISO = "%Y-%m-%dT%H:%M:%S%.f"


def flat(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return the frame with numbers, booleans, times and text only.

    Lists and records become JSON, bytes hexadecimal digits, durations seconds.
    """
    import polars as pl

    changes: list[pl.Series | pl.Expr] = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype.is_nested() or dtype == pl.Object:
            changes.append(pl.Series(name, [_json(cell) for cell in frame[name].to_list()], dtype=pl.String))
        elif dtype == pl.Binary:
            changes.append(column.bin.encode("hex"))
        elif isinstance(dtype, pl.Categorical | pl.Enum | pl.Null):
            changes.append(column.cast(pl.String))
        elif dtype == pl.Duration:
            changes.append(column.dt.total_microseconds() / 1_000_000)
    return frame.with_columns(changes) if changes else frame


def with_written_times(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return the frame with instants as ISO 8601 text: `2026-11-21T09:30:00`, with the offset where there is one."""
    import polars as pl

    changes = [
        pl.col(name).dt.strftime(_ISO if dtype.time_zone is None else f"{_ISO}%:z")
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Datetime)
    ]
    return frame.with_columns(changes) if changes else frame


def _json(cell: Any) -> str | None:
    return None if cell is None else json.dumps(cell, ensure_ascii=False, default=_simple)


def _simple(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.hex() if isinstance(value, bytes) else str(value)
