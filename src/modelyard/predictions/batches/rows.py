"""The rows of a batch as they were given: a Parquet file of texts, and the rows that did not fit into it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from modelyard.data.reading.csv import RaggedRow

if TYPE_CHECKING:
    import polars as pl


def dumped_ragged(rows: Sequence[RaggedRow], *, of: str) -> bytes:
    """Return rows of another width as bytes that no other batch than `of` has."""
    return json.dumps({"batch": of, "rows": [astuple(row) for row in rows]}).encode()


def loaded_ragged(content: bytes) -> list[RaggedRow]:
    """Return what `dumped_ragged` wrote."""
    return [RaggedRow(*row) for row in json.loads(content)["rows"]]


class FileRows:
    """Rows one after the other, a row group in memory at a time; `n_rows` counts those that did not fit too."""

    def __init__(self, path: Path, ragged: Sequence[RaggedRow] = ()) -> None:
        import pyarrow.parquet as pq

        self._file: Any = pq.ParquetFile(path)
        self.ragged = sorted(ragged, key=lambda row: row.row)
        self.n_whole: int = self._file.metadata.num_rows
        self.n_rows = self.n_whole + len(self.ragged)
        self.columns: list[str] = list(self._file.schema_arrow.names)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def groups(self, first: int = 0) -> "Iterator[tuple[int, pl.DataFrame]]":
        """Yield the row groups from place `first` (from 0) on, each with the place of its first row."""
        import polars as pl

        begin = 0
        for index in range(self._file.num_row_groups):
            n_rows = self._file.metadata.row_group(index).num_rows
            if begin + n_rows > first:
                frame = pl.from_arrow(self._file.read_row_group(index))
                assert isinstance(frame, pl.DataFrame)
                skipped = max(first - begin, 0)
                yield begin + skipped, frame.slice(skipped)
            begin += n_rows

    def numbers(self, first: int, n_rows: int) -> "pl.Series":
        """Return the numbers in the file, from 1, of the rows from place `first` on: those left out are counted."""
        import numpy as np
        import polars as pl

        places = np.arange(first + 1, first + n_rows + 1)
        # The i-th row left out stands before a whole row when its own number less i is not beyond that row's place.
        before = np.array([row.row - i for i, row in enumerate(self.ragged)], dtype=np.int64)
        return pl.Series("row", places + np.searchsorted(before, places, side="right"), dtype=pl.Int64)
