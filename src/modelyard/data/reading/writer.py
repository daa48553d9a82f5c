"""Typed frames to one Parquet file, row group by row group."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from modelyard.kernel.artifacts import storage_errors

if TYPE_CHECKING:
    import polars as pl

_GROUP_ROWS = 65_536
_GROUP_BYTES = 32 * 1024**2


class RowsWriter:
    """Collects frames of the same columns and writes them in groups small enough to page through."""

    def __init__(self, path: Path, *, metadata: Mapping[str, str] | None = None) -> None:
        self._path = path
        self._metadata = dict(metadata or {})
        self._writer: Any = None
        self._waiting: list[pl.DataFrame] = []
        self.n_rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            with storage_errors():
                self._writer.close()

    def write(self, frame: "pl.DataFrame") -> None:
        """Add rows."""
        self._waiting.append(frame)
        self.n_rows += frame.height
        is_long = sum(each.height for each in self._waiting) >= _GROUP_ROWS
        if is_long or sum(each.estimated_size() for each in self._waiting) >= _GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        import polars as pl
        import pyarrow.parquet as pq

        if not self._waiting:
            return
        # Large strings: the same Arrow schema for every group, whatever each frame came from.
        group = pl.concat(self._waiting).to_arrow(compat_level=pl.CompatLevel.oldest())
        self._waiting = []
        with storage_errors():
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._path, group.schema, compression="zstd")
                if self._metadata:
                    self._writer.add_key_value_metadata(self._metadata)
            self._writer.write_table(group, row_group_size=max(group.num_rows, 1))
