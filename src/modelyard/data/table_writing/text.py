"""CSV and JSON Lines, a frame at a time."""

from typing import TYPE_CHECKING

from modelyard.data.table_writing.cells import flat, with_written_times
from modelyard.data.table_writing.formulas import neutralised
from modelyard.data.table_writing.sink import Sink

if TYPE_CHECKING:
    import polars as pl

BOM = b"\xef\xbb\xbf"


class CsvWriter:
    """Commas, UTF-8, one header line; a missing cell is empty, an empty text is `""`."""

    def __init__(self, out: Sink, *, neutralise: bool, bom: bool) -> None:
        self._out, self._neutralise, self._bom = out, neutralise, bom
        self._is_begun = False

    def write(self, frame: "pl.DataFrame") -> None:
        """Add rows, after the header when they are the first."""
        frame = with_written_times(flat(frame))
        if self._neutralise:
            frame = neutralised(frame)
        # A missing cell alone in its row would be a blank line, which readers skip.
        missing = '""' if frame.width == 1 else ""
        content = frame.write_csv(include_header=not self._is_begun, null_value=missing).encode()
        self._out.write(BOM + content if self._bom and not self._is_begun else content)
        self._is_begun = True

    def close(self) -> list[str]:
        """End the file; return what its reader should know."""
        return []


class JsonLinesWriter:
    """One JSON object per row, UTF-8. Nothing in JSON is computed, so every text stays as it is."""

    def __init__(self, out: Sink) -> None:
        self._out = out

    def write(self, frame: "pl.DataFrame") -> None:
        """Add rows."""
        self._out.write(with_written_times(frame).write_ndjson().encode())

    def close(self) -> list[str]:
        """End the file; return what its reader should know."""
        return []
