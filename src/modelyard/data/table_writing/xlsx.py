"""XLSX, a row at a time and on as many sheets as it takes."""

import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.table_writing.cells import flat
from modelyard.data.table_writing.sink import Sink
from modelyard.kernel.errors import TooLarge

if TYPE_CHECKING:
    import polars as pl

SHEET_ROWS = 1_048_576
"""Rows of one sheet with its header: the format's limit, like the next two."""
MAX_COLUMNS = 16_384
MAX_CELL_CHARACTERS = 32_767
MAX_EXACT_INTEGER = 10**15
"""Excel keeps 15 digits; a longer whole number is written as text."""
_CUT_MARK = "…"
_FIRST_EXCEL_YEAR = 1900
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class XlsxWriter:
    """Texts are written as texts, so that none is a formula; numbers, booleans and times keep their types."""

    def __init__(self, out: Sink, *, folder: Path | None = None, sheet_rows: int = SHEET_ROWS) -> None:
        import xlsxwriter

        self._sheet_rows = sheet_rows
        self._book = xlsxwriter.Workbook(out, _OPTIONS | ({"tmpdir": str(folder)} if folder else {}))
        # Fixed, so that the same rows give the same bytes.
        self._book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 — the format's times have no zone
        self._bold = self._book.add_format({"bold": True})
        self._formats = {
            kind: self._book.add_format({"num_format": pattern})
            for kind, pattern in {"date": "yyyy-mm-dd", "time": "hh:mm:ss", "datetime": "yyyy-mm-dd hh:mm:ss"}.items()
        }
        self._sheet: Any = None
        self._names: list[str] = []
        self._at = 0
        self._n_sheets = 0
        self._n_cut = 0

    def write(self, frame: "pl.DataFrame") -> None:
        """Add rows; begin another sheet when one is full."""
        frame = flat(frame)
        if frame.width > MAX_COLUMNS:
            raise TooLarge(
                f"An XLSX sheet has at most {MAX_COLUMNS:,} columns; there are {frame.width:,}.",
                hint="Take the file as CSV or Parquet.",
            )
        self._names = frame.columns
        if self._sheet is None:
            self._begin_sheet()
        writers = [self._writer_of(dtype) for dtype in frame.dtypes]
        for row in frame.iter_rows():
            if self._at >= self._sheet_rows:
                self._begin_sheet()
            for column, (cell, write) in enumerate(zip(row, writers, strict=True)):
                if cell is not None:
                    write(self._at, column, cell)
            self._at += 1

    def close(self) -> list[str]:
        """End the file; return what its reader should know, which a sheet of its own says too."""
        notes = self._notes()
        if notes or self._sheet is None:
            sheet = self._book.add_worksheet("About this file" if notes else "Rows")
            for at, note in enumerate(notes):
                sheet.write_string(at, 0, note)
        self._book.close()
        return notes

    def _notes(self) -> list[str]:
        notes = []
        if self._n_cut:
            cells = "1 text is" if self._n_cut == 1 else f"{self._n_cut:,} texts are"
            notes.append(
                f"{cells} cut: a cell of XLSX holds {MAX_CELL_CHARACTERS:,} characters. "
                f"A cut text ends with “{_CUT_MARK}”; CSV and Parquet have all of it."
            )
        if self._n_sheets > 1:
            rows = f"{self._sheet_rows:,} rows with its header"
            notes.append(f"The rows are on {self._n_sheets} sheets: a sheet of XLSX holds {rows}.")
        return notes

    def _begin_sheet(self) -> None:
        self._n_sheets += 1
        self._sheet = self._book.add_worksheet("Rows" if self._n_sheets == 1 else f"Rows {self._n_sheets}")
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._names):
            self._sheet.write_string(0, column, self._fitting(name), self._bold)
        self._at = 1

    def _writer_of(self, dtype: "pl.DataType") -> Callable[[int, int, Any], None]:
        import polars as pl

        if dtype == pl.String:
            return self._write_text
        if dtype == pl.Boolean:
            return lambda row, column, cell: self._sheet.write_boolean(row, column, cell)
        if dtype.is_temporal():
            kind = "date" if dtype == pl.Date else "time" if dtype == pl.Time else "datetime"
            return lambda row, column, cell: self._write_time(row, column, cell, kind)
        return self._write_number

    def _write_text(self, row: int, column: int, cell: str) -> None:
        if cell:
            self._sheet.write_string(row, column, self._fitting(cell))

    def _write_number(self, row: int, column: int, cell: Any) -> None:
        if isinstance(cell, int) and abs(cell) > MAX_EXACT_INTEGER:
            self._sheet.write_string(row, column, str(cell))
        elif math.isfinite(cell):
            self._sheet.write_number(row, column, cell)
        else:
            self._sheet.write_string(row, column, str(float(cell)))

    def _write_time(self, row: int, column: int, cell: Any, kind: str) -> None:
        if getattr(cell, "year", _FIRST_EXCEL_YEAR) < _FIRST_EXCEL_YEAR:
            self._sheet.write_string(row, column, cell.isoformat())
            return
        if isinstance(cell, datetime):
            cell = cell.replace(tzinfo=None)
        self._sheet.write_datetime(row, column, cell, self._formats[kind])

    def _fitting(self, text: str) -> str:
        # Excel counts UTF-16 units: an emoji is two.
        if len(text) * 2 <= MAX_CELL_CHARACTERS or len(units := text.encode("utf-16-le")) <= 2 * MAX_CELL_CHARACTERS:
            return text
        self._n_cut += 1
        return units[: 2 * (MAX_CELL_CHARACTERS - len(_CUT_MARK))].decode("utf-16-le", errors="ignore") + _CUT_MARK
