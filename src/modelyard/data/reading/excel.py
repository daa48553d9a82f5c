"""The first sheet of a workbook that holds anything, as a frame of texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.data.errors import UnreadableFile
from modelyard.data.reading.dialects import IsHeader, has_header
from modelyard.data.reading.notes import Note

if TYPE_CHECKING:
    import polars as pl


class ExcelReader:
    """One sheet in memory: a workbook has at most a million rows."""

    def __init__(self, path: Path, *, is_header: IsHeader | None = None) -> None:
        frame, self._others = _first_filled_sheet(path)
        rows = [list(row) for row in frame.head(50).iter_rows()]
        self.header = tuple(rows[0]) if (is_header or has_header)(rows) else None
        self.n_columns = frame.width
        self._frame = frame.slice(1) if self.header is not None else frame
        if self._frame.is_empty():
            raise UnreadableFile("There is a header but no row below it.", hint="Check that the export finished.")

    def batches(self) -> "Iterator[pl.DataFrame]":
        """Yield the rows below the header."""
        yield self._frame

    def notes(self) -> list[Note]:
        """Return which sheets were left out."""
        if not self._others:
            return []
        names = ", ".join(repr(name) for name in self._others)
        message, hint = f"Only the first sheet with rows was read; left out: {names}.", "Save the others as files."
        return [Note(kind="ignored_sheets", message=message, hint=hint)]


def _first_filled_sheet(path: Path) -> "tuple[pl.DataFrame, list[str]]":
    import fastexcel
    import polars as pl

    try:
        workbook = fastexcel.read_excel(path)
        for name in workbook.sheet_names:
            sheet = workbook.load_sheet(name, header_row=None, dtypes="string")
            frame = sheet.to_polars().fill_null("")
            # Blank lines, like in CSV, are no rows.
            frame = frame.filter(pl.any_horizontal(pl.all().str.strip_chars() != "")) if frame.width else frame
            if not frame.is_empty():
                renamed = frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)})
                return renamed, [other for other in workbook.sheet_names if other != name]
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(
            f"The workbook cannot be read: {str(error).splitlines()[0]}.",
            hint="Open it in Excel and save it again, or save the sheet as CSV.",
        ) from None
    raise UnreadableFile("The workbook holds no rows.")
