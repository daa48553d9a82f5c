"""Which type each column has, decided after every row was looked at; and the conversion that loses nothing."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype
from modelyard.data.errors import UnreadableFile
from modelyard.data.reading.notes import Note
from modelyard.data.reading.types import MISSING_WORDS, NUMBER, Candidate, candidates

if TYPE_CHECKING:
    import polars as pl

DATE_DTYPES: frozenset[Dtype] = frozenset({"date", "datetime"})
_HEAD_ROWS = 100
_NAMED_COLUMNS = 5
# Asked about 5 000 columns at once, Polars takes twice as long as about 200 at a time.
_GROUP_COLUMNS = 200
MOSTLY = 0.5
"""From this share of numbers on, a text column is reported as a number column with something else in it."""


@dataclass
class _Seen:
    """What was seen of one column so far."""

    alive: list[Candidate]
    evidence: Counter[str] = field(default_factory=Counter)
    missing_words: Counter[str] = field(default_factory=Counter)
    n_values: int = 0
    n_numbers: int = 0
    first_other: tuple[int, str] | None = None


class TypeFinder:
    """Looks at all frames of a file, then converts them. Only text columns are looked at; others stay as they are.

    `as_text`: text columns stay as they are too, but for words that mean a missing value.
    """

    def __init__(
        self,
        *,
        max_cell_bytes: int,
        knows_missing_words: bool = True,
        allowed: Mapping[str, frozenset[Dtype]] | None = None,
        first_row: int = 1,
        as_text: bool = False,
    ) -> None:
        self._max_cell_bytes = max_cell_bytes
        self._words = MISSING_WORDS if knows_missing_words else ()
        self._allowed = allowed if allowed is not None else {}
        self._first_row = first_row
        self._is_text = as_text
        self._seen: dict[str, _Seen] = {}
        self.n_rows = 0

    def look(self, frame: "pl.DataFrame") -> None:
        """Take the next frame into account; raise UnreadableFile for a cell over the limit."""
        import polars as pl

        names = [name for name, dtype in frame.schema.items() if dtype == pl.String]
        for name in names:
            if name not in self._seen:
                self._seen[name] = _Seen(self._candidates(name, frame.get_column(name)))
        for group in _groups(names):
            counts = frame.select(self._questions(group)).row(0, named=True)
            for name in group:
                self._take(frame, name, counts)
        self.n_rows += frame.height

    def _candidates(self, name: str, column: "pl.Series") -> list[Candidate]:
        """Return what the first value allows: asking all questions of all columns is slow when columns are many."""
        if self._is_text:
            return []
        allowed = self._allowed.get(name)
        head = (text.strip() for text in column.head(_HEAD_ROWS) if text is not None)
        first = next((text for text in head if text not in self._words), None)
        return [
            each
            for each in candidates()
            if (allowed is None or each.dtype in allowed) and (first is None or re.search(each.shape, first))
        ]

    def _questions(self, names: Sequence[str]) -> "list[pl.Expr]":
        import polars as pl

        asked = []
        for name in names:
            text = pl.col(name).str.strip_chars()
            value = ~self._is_missing(text)
            asked += [
                pl.col(name).str.len_bytes().max().alias(f"{name} longest"),
                value.sum().alias(f"{name} values"),
                (~value & (text != "")).sum().alias(f"{name} words"),
            ]
            if not self._is_text:
                asked.append((value & text.str.contains(NUMBER)).sum().alias(f"{name} numbers"))
            for each in self._seen[name].alive:
                asked.append((value & ~each.matches(text).fill_null(False)).any().alias(f"{name} not {each.name}"))
                if each.evidence:
                    asked.append((value & text.str.contains(each.evidence)).sum().alias(f"{name} for {each.name}"))
        return asked

    def _is_missing(self, text: "pl.Expr") -> "pl.Expr":
        return text.is_null() | text.is_in(list(self._words)) if self._words else text.is_null()

    def _take(self, frame: "pl.DataFrame", name: str, counts: Mapping[str, Any]) -> None:
        seen = self._seen[name]
        if (counts[f"{name} longest"] or 0) > self._max_cell_bytes:
            raise self._too_long(frame, name)
        n_values, n_numbers = counts[f"{name} values"], counts.get(f"{name} numbers", 0)
        if n_values > n_numbers and seen.first_other is None and (seen.n_numbers or n_numbers):
            seen.first_other = self._first_other(frame, name)
        seen.n_values += n_values
        seen.n_numbers += n_numbers
        for each in seen.alive:
            seen.evidence[each.name] += counts.get(f"{name} for {each.name}") or 0
        seen.alive = [each for each in seen.alive if not counts[f"{name} not {each.name}"]]
        if counts[f"{name} words"]:
            self._count_words(frame, name)

    def _count_words(self, frame: "pl.DataFrame", name: str) -> None:
        import polars as pl

        text = frame.get_column(name).str.strip_chars()
        words = text.filter(text.is_in([word for word in self._words if word])).value_counts(name="n")
        self._seen[name].missing_words.update(dict(words.select(pl.col(name), pl.col("n")).iter_rows()))

    def _first_other(self, frame: "pl.DataFrame", name: str) -> tuple[int, str] | None:
        import polars as pl

        text = pl.col(name).str.strip_chars()
        others = frame.select(
            pl.int_range(pl.len()).alias("row"), pl.col(name).alias("text"),
            (~self._is_missing(text) & ~text.str.contains(NUMBER)).alias("other"),
        ).filter(pl.col("other"))  # fmt: skip
        return (self.n_rows + self._first_row + others["row"][0], others["text"][0]) if others.height else None

    def _too_long(self, frame: "pl.DataFrame", name: str) -> UnreadableFile:
        row = self.n_rows + self._first_row + (frame.get_column(name).str.len_bytes().arg_max() or 0)
        return UnreadableFile(
            f"Row {row:,} has a cell of more than {self._max_cell_bytes / 1024**2:.1f} MB.",
            hint="Is a quote never closed there? Otherwise shorten it or raise MODELYARD_MAX_CELL_BYTES.",
        )

    def found_nothing(self, n_columns: int) -> bool:
        """Say whether all columns are texts and all cells are missing."""
        return len(self._seen) == n_columns and not any(seen.n_values for seen in self._seen.values())

    def restrict(self, allowed: Mapping[str, frozenset[Dtype]] | None) -> None:
        """Drop what a column cannot mean by the types that the file itself states."""
        self._allowed = allowed or {}
        for name, dtypes in self._allowed.items():
            if name in self._seen:
                self._seen[name].alive = [each for each in self._seen[name].alive if each.dtype in dtypes]

    def chosen(self, name: str) -> Candidate | None:
        """Return what the column's texts mean, None for texts."""
        seen = self._seen[name]
        if seen.n_values == 0:
            return None
        holding = {each.name: each for each in seen.alive if not each.evidence or seen.evidence[each.name]}
        return next((each for each in holding.values() if each.rival not in holding), None)

    def convert(self, frame: "pl.DataFrame") -> "pl.DataFrame":
        """Return the frame with every column in its type; raises when a value would be lost."""
        import polars as pl

        parts = [frame.select(self._conversions(group)) for group in _groups(frame.columns)]
        return pl.concat(parts, how="horizontal")

    def _conversions(self, names: Sequence[str]) -> "list[pl.Expr]":
        import polars as pl

        converted = []
        for name in names:
            if name not in self._seen:
                converted.append(pl.col(name))
                continue
            text = pl.col(name).str.strip_chars()
            missing = self._is_missing(text)
            found = self.chosen(name)
            kept = found.convert(pl.when(~missing).then(text)) if found else pl.when(~missing).then(pl.col(name))
            converted.append(kept.alias(name))
        return converted

    def notes(self, names: Mapping[str, str]) -> list[Note]:
        """Return what a user should know about the columns; `names` gives the name that each is shown by."""
        notes = [note for key, seen in self._seen.items() for note in self._column_notes(key, seen, names[key])]
        return [*notes, *self._missing_words(names)]

    def _missing_words(self, names: Mapping[str, str]) -> list[Note]:
        total: Counter[str] = Counter()
        for seen in self._seen.values():
            total.update(seen.missing_words)
        if not total:
            return []
        words = ", ".join(f"{word!r} ({n:,})" for word, n in total.most_common())
        holding = [repr(names[key]) for key, seen in self._seen.items() if seen.missing_words]
        more = f" and {len(holding) - _NAMED_COLUMNS:,} more" if len(holding) > _NAMED_COLUMNS else ""
        message = f"Words read as missing values: {words}, in {', '.join(holding[:_NAMED_COLUMNS])}{more}."
        hint = "If one of them is a value of its own, write it differently in the file."
        return [Note(kind="missing_words", message=message, hint=hint)]

    def _column_notes(self, key: str, seen: _Seen, name: str) -> list[Note]:
        notes: list[Note] = []
        if self._is_text or self.chosen(key) is not None or not seen.n_values:
            return notes
        alive = {each.name for each in seen.alive}
        if any(each.rival in alive for each in seen.alive):
            message = f"{name!r} holds dates that can be read day first or month first, so they stay text."
            hint = "Write them as YYYY-MM-DD."
            notes.append(Note(kind="ambiguous_dates", severity="warning", column=name, message=message, hint=hint))
        elif seen.n_numbers == seen.n_values and "float" in self._allowed.get(key, ("float",)):
            message = f"{name!r} holds numbers too long to be stored exactly, so they stay text."
            notes.append(Note(kind="inexact_numbers", column=name, message=message))
        elif key not in self._allowed and seen.first_other and seen.n_numbers >= MOSTLY * seen.n_values:
            notes.append(_mixed(name, seen, seen.first_other))
        return notes


def _groups(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _GROUP_COLUMNS):
        yield names[start : start + _GROUP_COLUMNS]


def _mixed(name: str, seen: _Seen, first_other: tuple[int, str]) -> Note:
    row, text = first_other
    n_others = seen.n_values - seen.n_numbers
    return Note(
        kind="mixed_types",
        severity="warning",
        column=name,
        message=f"{name!r} holds {seen.n_numbers:,} numbers and {n_others:,} other values, "
        f"the first in row {row:,}: {text[:60]!r}.",
        hint="It was kept as text so that nothing is lost. Correct or empty those cells to get a number column.",
    )
