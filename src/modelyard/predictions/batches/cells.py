"""Cells of a file as what the model takes: typed values, and for each cell that cannot be one a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype, polars_type
from modelyard.data.reading.types import Candidate, candidates
from modelyard.models.signature import SignatureInput

if TYPE_CHECKING:
    import polars as pl

AMBIGUOUS = "ambiguous"
"""The form of a column of dates that can be read day first or month first."""
_FORMS: Mapping[Dtype, frozenset[Dtype]] = {
    "integer": frozenset({"integer", "float"}),
    "float": frozenset({"integer", "float"}),
    "boolean": frozenset({"boolean"}),
    "date": frozenset({"date", "datetime"}),
    "datetime": frozenset({"date", "datetime"}),
    "string": frozenset(),
}
_REASONS: Mapping[Dtype, str] = {
    "integer": "is not a number",
    "float": "is not a finite number",
    "boolean": "is not true or false",
    "string": "holds NUL characters, which no text has",
    "date": "is not a date such as 2026-01-31",
    "datetime": "is not a time such as 2026-01-31T12:00:00",
}
IS_EMPTY = "is empty, and the model cannot take an empty cell here"
NOT_WHOLE = "is not a whole number"
TWO_READINGS = "can be read day first or month first; write it as 2026-01-31"
_MORE_TRUTH_WORDS = {"1": True, "0": False}


@dataclass(frozen=True)
class Cells:
    """One input of some rows. `reasons` has a sentence where a cell cannot be taken, else null."""

    values: "pl.Series"
    reasons: "pl.Series"

    def as_decimals(self) -> "Cells":
        """Return whole numbers as decimals: all rows of an input have one type."""
        import polars as pl

        return Cells(self.values.cast(pl.Float64), self.reasons)


class FormFinder:
    """Finds how the texts of each column are written: as the most of them are."""

    def __init__(self, inputs: Sequence[SignatureInput], mapping: Mapping[str, str | None]) -> None:
        self._inputs = [item for item in inputs if mapping.get(item.name) is not None and _FORMS[item.dtype]]
        self._mapping = mapping
        self._counts: dict[str, dict[str, int]] = {item.name: {} for item in self._inputs}

    def look(self, frame: "pl.DataFrame") -> None:
        """Take the next rows into account."""
        import polars as pl

        asked = {}
        for place, item in enumerate(self._inputs):
            column = self._mapping[item.name] or ""
            if frame.schema[column] != pl.String:
                continue
            text = pl.col(column).str.strip_chars()
            for each in _candidates(item.dtype):
                seen = text.str.contains(each.evidence) if each.evidence else pl.lit(True)
                asked[f"{place} {each.name}"] = each.matches(text).fill_null(False).sum()
                asked[f"{place} {each.name} for"] = (seen & text.is_not_null()).sum()
        if not asked:
            return
        counts = frame.select(**asked).row(0, named=True)
        for key, n_rows in counts.items():
            at, _, name = key.partition(" ")
            known = self._counts[self._inputs[int(at)].name]
            known[name] = known.get(name, 0) + n_rows

    def forms(self) -> dict[str, str]:
        """Return the name of each text column's form by input; an input of no such column has none."""
        return {name: form for name, counts in self._counts.items() if (form := _form(counts)) is not None}


def _form(counts: Mapping[str, int]) -> str | None:
    by_name = {each.name: each for each in candidates()}
    found = {name: n for name, n in counts.items() if n and name in by_name and counts.get(f"{name} for")}
    if not found:
        return None
    best = max(found, key=lambda name: found[name])  # the first of equals, as in `candidates`
    rival = by_name[best].rival
    return AMBIGUOUS if rival is not None and found.get(rival) == found[best] else best


def convert(column: "pl.Series", item: SignatureInput, form: str | None) -> Cells:
    """Return a column of the file as values of an input; `form` is how its texts are written, as FormFinder found."""
    import polars as pl

    given = column.fill_nan(None) if column.dtype.is_float() else column
    given = given.set(given.str.strip_chars() == "", None) if given.dtype == pl.String else given
    values, reason = _values(given, item, form), _REASONS[item.dtype]
    if form == AMBIGUOUS:
        reason = TWO_READINGS
    wrong = given.is_not_null() & values.is_null()
    reasons = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, len(given))
    if item.dtype == "integer" and item.kind == "category" and values.dtype.is_float():
        broken = (values != values.round()).fill_null(False)
        reasons = reasons.set(broken, NOT_WHOLE)
        values = values.set(broken, None)
    if values.dtype.is_float():
        values = _whole_if_whole(values, item)
    reasons = reasons.set(wrong, reason)
    if item.required:
        reasons = reasons.set(given.is_null(), IS_EMPTY)
    return Cells(values.alias(item.name), reasons)


def empty(item: SignatureInput, n_rows: int) -> Cells:
    """Return the cells of an input that is read from no column."""
    import polars as pl

    values = pl.Series(item.name, [None] * n_rows, dtype=polars_type(item.dtype))
    reason = IS_EMPTY if item.required else None
    return Cells(values, pl.Series("reason", [reason] * n_rows, dtype=pl.String))


def _values(given: "pl.Series", item: SignatureInput, form: str | None) -> "pl.Series":
    """Return the values that can be had, null for the others; whole numbers may come as decimals."""
    import polars as pl

    if item.dtype == "string":
        texts = _as_text(given)
        return texts.set(texts.str.contains("\0", literal=True).fill_null(False), None)
    if given.dtype == pl.String:
        return _finite(_of_text(given.str.strip_chars(), item.dtype, form))
    if item.dtype == "boolean":
        return _of_text(_as_text(given).str.to_lowercase(), "boolean", "boolean")
    is_date = given.dtype in (pl.Date, pl.Datetime) or isinstance(given.dtype, pl.Datetime)
    if is_date != (item.dtype in ("date", "datetime")):
        return pl.Series(given.name, [None] * len(given), dtype=polars_type(item.dtype))
    if isinstance(given.dtype, pl.Datetime) and given.dtype.time_zone is not None:
        given = given.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    wanted = pl.Float64 if item.dtype == "integer" and given.dtype.is_float() else polars_type(item.dtype)
    return _finite(given.cast(wanted, strict=False))


def _of_text(text: "pl.Series", dtype: Dtype, form: str | None) -> "pl.Series":
    import polars as pl

    if dtype == "boolean":
        words = {"true": True, "false": False, **_MORE_TRUTH_WORDS}
        return text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    chosen = next((each for each in _candidates(dtype) if each.name == form), None)
    if chosen is None:
        return pl.Series(text.name, [None] * len(text), dtype=polars_type(dtype))
    frame = pl.DataFrame({"text": text})
    if chosen.name == "integer" and not frame.select(chosen.matches(pl.col("text")).all()).item():
        chosen = next(each for each in _candidates(dtype) if each.name == "float")  # 3.5 among whole numbers
    kept = pl.when(chosen.matches(pl.col("text")).fill_null(False)).then(pl.col("text"))
    return frame.select(chosen.convert(kept).alias(text.name)).to_series().cast(_kept(chosen.dtype, dtype))


def _finite(values: "pl.Series") -> "pl.Series":
    return values.set(values.is_infinite().fill_null(False), None) if values.dtype.is_float() else values


def _whole_if_whole(values: "pl.Series", item: SignatureInput) -> "pl.Series":
    """Return decimals of a whole-number column as whole numbers when all of them are."""
    import polars as pl

    if item.dtype != "integer" or not bool((values == values.round()).fill_null(True).all()):
        return values
    return values.cast(pl.Int64, strict=False)


def _as_text(given: "pl.Series") -> "pl.Series":
    import polars as pl

    if given.dtype == pl.String:
        return given
    if given.dtype.is_float() and bool((given == given.round()).fill_null(True).all()):
        given = given.cast(pl.Int64, strict=False)
    return given.cast(pl.String, strict=False)


def _candidates(dtype: Dtype) -> list[Candidate]:
    return [each for each in candidates() if each.dtype in _FORMS[dtype]]


def _kept(read: Dtype, wanted: Dtype) -> Any:
    """Return the type of values that were read as one thing and are wanted as another: decimals stay decimals."""
    return polars_type(read if wanted == "integer" else wanted)
