"""Rows for a page: a slice of the Parquet file as JSON-able cells, without loading the rest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

MAX_CELL_LENGTH = 2000
EXACT_IN_BROWSERS = 2**53
"""Larger integers lose digits in JavaScript, so they travel as text."""


@dataclass(frozen=True)
class Rows:
    """A page of rows: names of the columns, cells row by row, and how many rows there are in all."""

    columns: tuple[str, ...]
    rows: list[list[Any]]
    total: int


def read_rows(path: Path, *, offset: int, limit: int, columns: Sequence[str]) -> Rows:
    """Return a slice; only the row groups and columns that it touches are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        total, first, seen = file.metadata.num_rows, 0, 0
        groups: list[int] = []
        for index in range(file.num_row_groups):
            n_rows = file.metadata.row_group(index).num_rows
            if seen + n_rows > offset and seen < offset + limit:
                first = first if groups else seen
                groups.append(index)
            seen += n_rows
        # By position: Parquet takes a dot in a name for a path into a nested column.
        wanted = [file.schema_arrow.get_field_index(name) for name in columns]
        page = file.read_row_groups(groups, columns=_paths(file, wanted)) if groups else pa.table({})
    page = page.slice(offset - first, limit) if groups else page
    cells = [[_cell(value) for value in page.column(name).to_pylist()] for name in columns] if groups else []
    return Rows(tuple(columns), [list(row) for row in zip(*cells, strict=True)], total)


def _paths(file: Any, wanted: Sequence[int]) -> list[str]:
    return [file.schema.column(index).path for index in wanted]


def _cell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, str) and len(value) > MAX_CELL_LENGTH:
        return value[:MAX_CELL_LENGTH] + "…"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT_IN_BROWSERS:
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
