"""Parquet as frames in the few types that a dataset has."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype
from modelyard.data.errors import DatasetTooLarge, UnreadableFile
from modelyard.data.formats import BOMB_FLOOR_BYTES
from modelyard.data.reading.infer import DATE_DTYPES
from modelyard.data.reading.notes import Note

if TYPE_CHECKING:
    import polars as pl

_BATCH_ROWS = 65_536
_BATCH_CELLS = 2_000_000
_BUFFER_BYTES = 1024**2
"""Bytes read ahead per column; without it a column's whole chunk is read, and one group can be the whole file."""


class ParquetReader:
    """A Parquet file; nested values become JSON text, binary ones hexadecimal text."""

    def __init__(self, path: Path, *, max_columns: int, max_expansion: int, report: Callable[[float], None]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path = path
        self._report = report
        try:
            with pq.ParquetFile(path) as file:
                schema, metadata = file.schema_arrow, file.metadata
                self._check_size(metadata, max_expansion)
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(error) from None
        self.header = tuple(schema.names)
        if len(self.header) > max_columns:
            raise DatasetTooLarge(
                f"The file has {len(self.header):,} columns; the limit is {max_columns:,} (MODELYARD_MAX_COLUMNS)."
            )
        self._types = list(schema.types)

    def _check_size(self, metadata: Any, max_expansion: int) -> None:
        unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        cells, size = metadata.num_rows * metadata.num_columns, self._path.stat().st_size
        # Run-length encoding hides repeated values from the unpacked size, so cells are counted as a byte each, too.
        if max(unpacked, cells) > max(BOMB_FLOOR_BYTES, max_expansion * size):
            raise UnreadableFile(
                f"The file would grow more than {max_expansion}-fold when unpacked.",
                hint="Raise MODELYARD_MAX_EXPANSION if you trust the file.",
            )

    def batches(self) -> "Iterator[pl.DataFrame]":
        """Yield all rows."""
        import polars as pl
        import pyarrow as pa
        import pyarrow.parquet as pq

        rows = max(min(_BATCH_ROWS, _BATCH_CELLS // max(len(self.header), 1)), 1)
        try:
            with pq.ParquetFile(self._path, buffer_size=_BUFFER_BYTES) as file:
                # Group by group: over all groups at once, PyArrow keeps the whole file's bytes in memory.
                for index in range(file.num_row_groups):
                    self._report(index / file.num_row_groups)
                    for batch in file.iter_batches(batch_size=rows, row_groups=[index], use_threads=False):
                        yield pl.DataFrame({f"c{i}": _series(column) for i, column in enumerate(batch.columns)})
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(error) from None

    def allowed(self) -> Mapping[str, frozenset[Dtype]]:
        """Return which types the texts of each column may have: dates, and whole numbers of unusual width."""
        import pyarrow as pa

        return {
            f"c{i}": frozenset({"integer"}) if _is_long_integer(pa, kind) else DATE_DTYPES
            for i, kind in enumerate(self._types)
        }

    def notes(self, names: Mapping[str, str]) -> list[Note]:
        """Return which columns hold nested or binary values."""
        import pyarrow as pa

        return [
            Note(
                kind="nested_values",
                column=names[f"c{i}"],
                message=f"{names[f'c{i}']!r} holds {kind} values; they are kept as text.",
            )
            for i, kind in enumerate(self._types)
            if pa.types.is_nested(kind) or _is_binary(pa, kind)
        ]


def _is_long_integer(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_uint64(kind) or (pa.types.is_decimal(kind) and kind.scale <= 0))


def _is_binary(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _series(column: Any) -> "pl.Series":
    import polars as pl
    import pyarrow as pa

    kind = column.type
    if pa.types.is_nested(kind):
        texts = (
            None if value is None else json.dumps(value, default=str, ensure_ascii=False)
            for value in column.to_pylist()
        )
        return pl.Series(list(texts), dtype=pl.String)
    if pa.types.is_null(kind):
        return pl.Series([None] * len(column), dtype=pl.String)
    series = pl.Series(pl.from_arrow(column))
    if _is_binary(pa, kind):
        return series.cast(pl.Binary).bin.encode("hex")
    if _is_long_integer(pa, kind) or pa.types.is_time(kind) or isinstance(series.dtype, pl.Categorical | pl.Enum):
        return series.cast(pl.String)
    return _plain(series)


def _plain(series: "pl.Series") -> "pl.Series":
    import polars as pl

    if series.dtype.is_integer():
        return series.cast(pl.Int64)
    if series.dtype.is_float() or series.dtype.is_decimal():
        return series.cast(pl.Float64).fill_nan(None)
    if isinstance(series.dtype, pl.Duration):
        return series.dt.total_microseconds() / 1e6
    if isinstance(series.dtype, pl.Datetime):
        utc = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if series.dtype.time_zone else series
        return utc.dt.cast_time_unit("us")
    return series


def _damaged(error: Exception) -> UnreadableFile:
    reason = str(error).splitlines()[0]
    return UnreadableFile(f"The Parquet file is damaged: {reason}", hint="Copy or export it again.")
