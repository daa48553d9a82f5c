"""Frames of the same columns to one file, in memory that does not grow with the rows."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from modelyard.data.table_writing.parquet import ParquetWriter
from modelyard.data.table_writing.sink import Pipe, Sink
from modelyard.data.table_writing.text import CsvWriter, JsonLinesWriter
from modelyard.data.table_writing.xlsx import XlsxWriter
from modelyard.kernel.artifacts import storage_errors

if TYPE_CHECKING:
    import polars as pl

TableFormat = Literal["csv", "jsonl", "parquet", "xlsx"]
MEDIA_TYPES: dict[TableFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PIECE_BYTES = 256 * 1024


class TableWriter(Protocol):
    """Writes frames to an open file."""

    def write(self, frame: "pl.DataFrame") -> None:
        """Add rows."""

    def close(self) -> list[str]:
        """End the file; return what its reader should know."""
        raise NotImplementedError


@dataclass(frozen=True)
class Written:
    """What was written."""

    n_rows: int
    notes: tuple[str, ...]
    """Sentences that the file's reader should know, such as how many texts were cut."""


def write_table(
    frames: "Iterable[pl.DataFrame]",
    format: TableFormat,  # noqa: A002 — the word of the address
    out: Sink,
    *,
    neutralise: bool = True,
    bom: bool = False,
    folder: Path | None = None,
) -> Written:
    """Write the frames, all of the same columns, to `out`, which is neither closed nor read.

    When there are no rows, one frame without rows still gives the header. With `neutralise` a text in CSV that a
    spreadsheet would compute gets an apostrophe; XLSX writes each text as a text anyway. `bom` marks CSV as UTF-8 for
    Excel. XLSX collects its rows in `folder` (the system's temporary folder by default).
    """
    with storage_errors():
        writer = _writer(format, out, neutralise=neutralise, bom=bom, folder=folder)
        n_rows = 0
        for frame in frames:
            writer.write(frame)
            n_rows += frame.height
        return Written(n_rows, tuple(writer.close()))


def table_pieces(
    frames: "Iterable[pl.DataFrame]",
    format: TableFormat,  # noqa: A002 — the word of the address
    *,
    neutralise: bool = True,
    bom: bool = False,
    folder: Path | None = None,
) -> Iterator[bytes]:
    """Yield the same file in pieces while the frames come: the body of an answer that has no length beforehand."""
    if format == "xlsx":
        # A ZIP whose table of contents stands at the end: made on disk, then sent.
        with tempfile.TemporaryFile(dir=folder) as file:
            write_table(frames, format, file, folder=folder)
            file.seek(0)
            while piece := file.read(_PIECE_BYTES):
                yield piece
        return
    pipe = Pipe()
    writer = _writer(format, pipe, neutralise=neutralise, bom=bom, folder=folder)
    for frame in frames:
        writer.write(frame)
        if pipe.n_waiting >= _PIECE_BYTES:
            yield pipe.take()
    writer.close()
    yield pipe.take()


def _writer(
    format: TableFormat,  # noqa: A002 — the word of the address
    out: Sink,
    *,
    neutralise: bool,
    bom: bool,
    folder: Path | None,
) -> TableWriter:
    if format == "csv":
        return CsvWriter(out, neutralise=neutralise, bom=bom)
    if format == "jsonl":
        return JsonLinesWriter(out)
    return ParquetWriter(out) if format == "parquet" else XlsxWriter(out, folder=folder)
