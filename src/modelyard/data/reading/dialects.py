"""How a delimited text is written: delimiter, quote, escape, header; found from its first rows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from modelyard.data.errors import UnreadableFile

HEAD_CHARACTERS = 262_144
_HEAD_ROWS = 200
_DELIMITERS = (",", ";", "\t", "|")
_NUMBER_LIKE = re.compile(r"\s*-?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")

IsHeader = Callable[[Sequence[Sequence[str]]], bool]

_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Dialect:
    """How the rows are written, and the names that the header gives (None: no header)."""

    delimiter: str
    quote: str
    escape: str | None
    n_columns: int
    header: tuple[str, ...] | None


@dataclass(frozen=True)
class _Attempt:
    delimiter: str
    quote: str
    escape: str | None
    rows: list[list[str]]

    @property
    def n_columns(self) -> int:
        return Counter(len(row) for row in self.rows).most_common(1)[0][0]

    @property
    def score(self) -> tuple[float, bool, float]:
        """How many rows agree on the number of columns, whether there are several, how few are left in quotes."""
        n_agreeing = sum(len(row) == self.n_columns for row in self.rows)
        # A header that disagrees with the rows below it speaks against the delimiter.
        has_several = self.n_columns > 1
        leftovers = sum(_is_in_quotes(column) for column in zip_longest(*self.rows, fillvalue=""))
        agreement = round(n_agreeing / len(self.rows), 1) if has_several else 0.5
        return agreement if agreement >= 0.8 else min(agreement, 0.4), has_several, -leftovers


def sniff(path: Path, *, is_header: IsHeader | None = None) -> Dialect:
    """Return the dialect of a UTF-8 text; raise UnreadableFile when there is no row below the header.

    `is_header` decides from the first rows whether the first of them holds names; None: `has_header`.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.read(HEAD_CHARACTERS)
        is_cut = bool(file.read(1))
    attempts = [
        attempt
        for quote in ('"', "'")
        for escape in ((None, "\\") if f"\\{quote}" in head else (None,))
        for delimiter in _DELIMITERS
        if (attempt := _parse(head, delimiter, quote, escape, is_cut=is_cut)) is not None
    ]
    if not attempts:
        raise UnreadableFile(
            "The first row is longer than 256 kB or has an opening quote that is never closed.",
            hint="Check the quotes in the first rows; is this really a CSV file?",
        )
    best = max(attempts, key=lambda attempt: attempt.score)  # the first of equals: comma, double quote, no escape
    header = tuple(best.rows[0]) if (is_header or has_header)(best.rows) else None
    if len(best.rows) == 1 and header is not None and not is_cut:  # else the row below it is longer than the head
        raise UnreadableFile("There is a header but no row below it.", hint="Check that the export finished.")
    return Dialect(best.delimiter, best.quote, best.escape, len(header) if header else best.n_columns, header)


def _parse(head: str, delimiter: str, quote: str, escape: str | None, *, is_cut: bool) -> _Attempt | None:
    # Strict for single quotes, which are letters of many texts: what does not close them all was not quoted by them.
    is_strict = quote == "'"
    reader = csv.reader(
        io.StringIO(head, newline=""),
        delimiter=delimiter,
        quotechar=quote,
        escapechar=escape,
        doublequote=True,
        strict=is_strict,
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _HEAD_ROWS:
                break
    except csv.Error:
        if is_strict and not is_cut:
            return None
        # A cell over the csv module's limit; what was read before it still tells the dialect.
        is_cut = False
    if is_cut and len(rows) <= _HEAD_ROWS:
        rows = rows[:-1]
    return _Attempt(delimiter, quote, escape, rows) if rows else None


def _is_in_quotes(column: Sequence[str]) -> bool:
    """Say whether all cells below the first stand in quotes, two or more with the first: one cell may be a citation."""
    quoted = [len(cell) > 1 and cell[0] == cell[-1] and cell[0] in "\"'" for cell in column]
    return sum(quoted) > 1 and all(is_quoted for cell, is_quoted in zip(column[1:], quoted[1:], strict=True) if cell)


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Weigh the columns that hold numbers below the first row: a name above them speaks for a header."""
    if len(rows) == 1:
        return not any(_NUMBER_LIKE.fullmatch(cell) for cell in rows[0])
    above = [
        first
        for position, first in enumerate(rows[0])
        if (below := [row[position] for row in rows[1:50] if len(row) > position and row[position].strip()])
        and all(_NUMBER_LIKE.fullmatch(cell) for cell in below)
    ]
    n_names = sum(not _NUMBER_LIKE.fullmatch(cell) for cell in above)
    return (
        not above or n_names * 2 >= len(above) or _are_years([cell for cell in above if _NUMBER_LIKE.fullmatch(cell)])
    )


def _are_years(cells: Sequence[str]) -> bool:
    """Say whether the cells are years in a row, as a wide table has them for names."""
    if len(cells) < 2 or not all(_YEAR.fullmatch(cell.strip()) for cell in cells):
        return False
    years = [int(cell) for cell in cells]
    return years == list(range(years[0], years[0] + len(years)))
