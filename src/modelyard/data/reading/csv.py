"""Delimited text as frames of texts, a megabyte at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.errors import UnreadableFile
from modelyard.data.reading.dialects import Dialect

if TYPE_CHECKING:
    import polars as pl

# PyArrow reads some 40 blocks ahead: with 1 MB, a 1 GB file passes through 175 MB of memory in 2 s; with 8 MB, 550 MB.
_BLOCK_BYTES = 1024**2
_FRAME_BYTES = 8 * 1024**2
_FRAME_ROWS = 65_536
# Every column of a frame costs a fixed time, so frames of wide files are larger.
_MANY_COLUMNS = 500
_WIDE_FRAME_BYTES = 32 * 1024**2
_NAMED_BAD_ROWS = 5
_MAX_BAD_ROWS = 100_000
_MAX_TEXT = 1000
_Handler = Callable[[Any], str]


@dataclass(frozen=True)
class RaggedRow:
    """A row with another number of cells than the others; `row` counts from 1 below the header."""

    row: int
    n_cells: int
    text: str
    """The beginning of the row as it stands in the file."""


class CsvReader:
    """A delimited text in UTF-8; `batches` can be called again and again.

    A `tolerant` reader leaves rows of another width out and has them in `ragged` after each pass.
    """

    def __init__(
        self,
        path: Path,
        dialect: Dialect,
        *,
        max_cell_bytes: int,
        report: Callable[[float], None],
        tolerant: bool = False,
    ) -> None:
        self._path = path
        self._dialect = dialect
        self._max_cell_bytes = max_cell_bytes
        self._report = report
        self._is_tolerant = tolerant
        self._bad: list[tuple[int | None, int]] = []
        self.ragged: list[RaggedRow] = []

    def batches(self) -> "Iterator[pl.DataFrame]":
        """Yield all rows below the header as texts; raise UnreadableFile naming rows that have another width."""
        n_given, last = 0, None
        for block_bytes in (_BLOCK_BYTES, 2 * self._max_cell_bytes):
            try:
                for frame in self._frames(block_bytes, skipped=n_given):
                    n_given += frame.height
                    last = frame if frame.height else last
                    yield frame
                break
            except _RowTooLong:
                continue
        else:
            raise self._row_too_long(n_given)
        if not self._is_tolerant:
            self._check_rows()
        if last is not None:
            self._check_last_quote(last, n_given)

    def _frames(self, block_bytes: int, *, skipped: int) -> "Iterator[pl.DataFrame]":
        self._bad, self.ragged = [], []
        waiting: list[Any] = []
        n_bytes = n_rows = 0
        frame_bytes = _FRAME_BYTES if self._dialect.n_columns <= _MANY_COLUMNS else _WIDE_FRAME_BYTES
        n_dropped = skipped + (self._dialect.header is not None)
        for batch in self._stream(block_bytes):
            dropped = min(n_dropped, batch.num_rows)
            n_dropped -= dropped
            waiting.append(batch.slice(dropped))
            n_bytes, n_rows = n_bytes + batch.nbytes, n_rows + batch.num_rows
            if n_bytes > frame_bytes or n_rows > _FRAME_ROWS:
                yield _frame(waiting)
                waiting, n_bytes, n_rows = [], 0, 0
        if waiting:
            yield _frame(waiting)

    def _stream(self, block_bytes: int) -> Iterator[Any]:
        import pyarrow as pa
        import pyarrow.csv as pc

        dialect, size = self._dialect, max(self._path.stat().st_size, 1)
        names = [f"c{i}" for i in range(dialect.n_columns)]
        with self._path.open("rb") as file:
            try:
                yield from self._reported(
                    pc.open_csv(
                        file,
                        read_options=pc.ReadOptions(column_names=names, block_size=block_bytes, use_threads=False),
                        parse_options=pc.ParseOptions(
                            delimiter=dialect.delimiter,
                            quote_char=dialect.quote,
                            double_quote=True,
                            escape_char=dialect.escape or False,
                            newlines_in_values=True,
                            invalid_row_handler=self._note_bad_row,
                        ),
                        convert_options=pc.ConvertOptions(
                            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
                        ),
                    ),
                    file,
                    size,
                )
            except pa.ArrowInvalid as error:
                if "straddling" in str(error):
                    raise _RowTooLong from None
                self._check_rows()
                raise UnreadableFile(f"The file cannot be read as CSV: {error}.") from None

    def _reported(self, batches: Any, file: Any, size: int) -> Iterator[Any]:
        for batch in batches:
            self._report(min(file.tell() / size, 1.0))
            yield batch

    def _note_bad_row(self, row: Any) -> str:
        self._bad.append((row.number, row.actual_columns))
        if self._is_tolerant:
            number = row.number - (self._dialect.header is not None)  # blank lines are not counted
            self.ragged.append(RaggedRow(number, row.actual_columns, row.text[:_MAX_TEXT]))
        return "skip" if len(self._bad) < _MAX_BAD_ROWS else "error"

    def _check_rows(self) -> None:
        if not self._bad:
            return
        named = ", ".join(
            f"row {number:,} has {width:,}" if number else f"one has {width:,}"
            for number, width in self._bad[:_NAMED_BAD_ROWS]
        )
        more = f", and {len(self._bad) - _NAMED_BAD_ROWS:,} more" if len(self._bad) > _NAMED_BAD_ROWS else ""
        first = "the header" if self._dialect.header is not None else "most rows"
        some = "One row has" if len(self._bad) == 1 else f"{len(self._bad):,} rows have"
        raise UnreadableFile(
            f"{some} another number of columns than {first} ({self._dialect.n_columns:,}): {named}{more}.",
            hint="Nothing was dropped or guessed. Correct those rows (a delimiter inside a value needs quotes), and "
            "remove any lines above the header.",
        )

    def _check_last_quote(self, last: "pl.DataFrame", n_rows: int) -> None:
        # PyArrow takes everything after a quote that is never closed for one cell, silently.
        cell = last.item(last.height - 1, last.width - 1)
        if "\n" not in cell and "\r" not in cell:
            return
        with self._path.open("rb") as file:
            file.seek(max(self._path.stat().st_size - 64, 0))
            tail = file.read().rstrip(b"\r\n")
        if not tail.endswith(self._dialect.quote.encode()):
            raise UnreadableFile(
                f"Row {n_rows + (self._dialect.header is not None):,} opens a quote that is never closed.",
                hint="Everything after it would become one cell. Close the quote, or double it inside a value.",
            )

    def _row_too_long(self, n_rows: int) -> UnreadableFile:
        row = n_rows + 1 + (self._dialect.header is not None)
        return UnreadableFile(
            f"A row at or after row {row:,} is longer than {2 * self._max_cell_bytes / 1024**2:.0f} MB.",
            hint="Is a quote never closed there? Otherwise shorten it or raise MODELYARD_MAX_CELL_BYTES.",
        )


class _RowTooLong(Exception):
    """A row does not fit into the block."""


def _frame(batches: list[Any]) -> "pl.DataFrame":
    import polars as pl
    import pyarrow as pa

    return pl.DataFrame(pl.from_arrow(pa.Table.from_batches(batches)))
