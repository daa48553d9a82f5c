"""Parquet, a row group at a time."""

from typing import TYPE_CHECKING, Any

from modelyard.data.table_writing.sink import Sink

if TYPE_CHECKING:
    import polars as pl

_GROUP_ROWS = 65_536
_GROUP_BYTES = 16 * 1024**2


class ParquetWriter:
    """Every type and every text as it is. Small frames are collected into row groups."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._writer: Any = None
        self._waiting: list[pl.DataFrame] = []

    def write(self, frame: "pl.DataFrame") -> None:
        """Add rows."""
        self._waiting.append(frame)
        n_rows = sum(each.height for each in self._waiting)
        if n_rows >= _GROUP_ROWS or sum(each.estimated_size() for each in self._waiting) >= _GROUP_BYTES:
            self._flush()

    def close(self) -> list[str]:
        """End the file; return what its reader should know."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        return []

    def _flush(self) -> None:
        import polars as pl
        import pyarrow.parquet as pq

        if not self._waiting:
            return
        # Large strings: the same Arrow schema for every group, whatever each frame came from.
        group = pl.concat(self._waiting).to_arrow(compat_level=pl.CompatLevel.oldest())
        self._waiting = []
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._out, group.schema, compression="zstd")
        self._writer.write_table(group, row_group_size=max(group.num_rows, 1))
