"""New rows as the model's raw columns: JSON rows or a frame in, a typed frame or a sentence per wrong cell out."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype, Schema, polars_type
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.models.signature import Signature, SignatureInput

if TYPE_CHECKING:
    import polars as pl

MAX_FIELDS = 100
"""Wrong cells named in one answer."""
MAX_NAMED = 3
"""Unseen categories named in one warning."""

Cells = list[Any]


class _Wrong(Exception):
    """One cell that cannot be taken; the message says why."""


def frame_of_rows(
    rows: Sequence[Mapping[str, Any]], signature: Signature, schema: Schema
) -> tuple["pl.DataFrame", list[str]]:
    """Return JSON rows as a frame of `schema`, and warnings; raise Invalid with paths ["inputs", i, column]."""
    import polars as pl

    problems = _name_problems(rows, signature)
    columns: dict[str, Cells] = {}
    for item in signature.inputs:
        columns[item.name], wrong = _cells(rows, item)
        problems += wrong
    if problems:
        raise _invalid(problems, signature)
    taken = {item.name: item for item in signature.inputs}
    series = [
        pl.Series(column.name, columns[column.name], dtype=_stored(column.dtype, columns[column.name]))
        if column.name in taken
        else pl.Series(column.name, [None] * len(rows), dtype=polars_type(column.dtype))
        for column in schema.columns
    ]
    warnings = [text for item in signature.inputs if (text := _unseen(item, columns[item.name]))]
    return pl.DataFrame(series), [*_ignored(signature, {name for row in rows for name in row}), *warnings]


def frame_of_table(
    frame: "pl.DataFrame", signature: Signature, schema: Schema, *, first_row: int = 0
) -> tuple["pl.DataFrame", list[str]]:
    """Return a file's columns as a frame of `schema`, and warnings; unknown columns are left out and said.

    Raises Invalid for absent columns and for cells of another type; `first_row` is the number of the first row.
    """
    import polars as pl

    absent = [item.name for item in signature.inputs if item.name not in frame.columns]
    unknown = [name for name in frame.columns if name not in {*schema.names, *signature.ignored}]
    if absent:
        missing = [FieldError(("inputs", first_row, name), _absent(name, unknown)) for name in absent]
        raise _invalid(missing, signature, is_of_a_row=False)
    series, problems, warnings = [], [], []
    taken = {item.name: item for item in signature.inputs}
    for column in schema.columns:
        item = taken.get(column.name)
        if item is None:
            series.append(pl.Series(column.name, [None] * frame.height, dtype=polars_type(column.dtype)))
            continue
        cells, wrong = _cast(frame.get_column(column.name), item, first_row)
        series.append(cells)
        problems += wrong
        if item.categories and (text := _unseen(item, cells.unique(maintain_order=True).to_list())):
            warnings.append(text)
    if problems:
        raise _invalid(problems, signature)
    return pl.DataFrame(series), [*_left_out(unknown), *warnings]


def _name_problems(rows: Sequence[Mapping[str, Any]], signature: Signature) -> list[FieldError]:
    wanted = [item.name for item in signature.inputs]
    known = {*wanted, *signature.ignored}
    found = []
    for place, row in enumerate(rows):
        unknown = [name for name in row if name not in known]
        absent = [name for name in wanted if name not in row]
        found += [FieldError(("inputs", place, name), _unknown(name, absent or wanted)) for name in unknown]
        found += [FieldError(("inputs", place, name), _absent(name, unknown)) for name in absent]
    return found


def _unknown(name: str, wanted: Sequence[str]) -> str:
    return f"The model knows no column {name!r}.{_near(name, wanted)}"


def _absent(name: str, unknown: Sequence[str]) -> str:
    near = get_close_matches(name.lower(), [other.lower() for other in unknown], n=1, cutoff=0.6)
    there = next((other for other in unknown if near and other.lower() == near[0]), None)
    renamed = f" There is {there!r}: was it renamed?" if there is not None else ""
    return f"The column {name!r} is missing.{renamed}"


def _near(name: str, wanted: Sequence[str]) -> str:
    near = get_close_matches(name.lower(), [other.lower() for other in wanted], n=1, cutoff=0.6)
    meant = next((other for other in wanted if near and other.lower() == near[0]), None)
    return f" Did you mean {meant!r}?" if meant is not None else ""


def _cells(rows: Sequence[Mapping[str, Any]], item: SignatureInput) -> tuple[Cells, list[FieldError]]:
    read = _READERS[item.dtype]
    cells: Cells = []
    wrong = []
    for place, row in enumerate(rows):
        if item.name not in row:
            continue
        value = row[item.name]
        try:
            cells.append(None if _is_empty(value, item) else read(value, item))
        except _Wrong as error:
            wrong.append(FieldError(("inputs", place, item.name), f"{item.name!r} {error}"))
    return cells, wrong


def _is_empty(value: Any, item: SignatureInput) -> bool:
    if value is None and item.required:
        raise _Wrong("must not be empty: this model cannot take a missing value here.")
    return value is None


def _integer(value: Any, item: SignatureInput) -> int | float:
    number = _float(value, item)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise _Wrong("must be a smaller number.")
        return value
    if number.is_integer():
        return int(number)
    if item.kind == "category":
        raise _Wrong(f"must be a whole number, not {value!r}.")
    return number


def _float(value: Any, item: SignatureInput) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(f"must be a number, not {_shown(value)}.")
    try:
        number = float(value)
    except OverflowError:
        raise _Wrong("must be a smaller number.") from None
    if not math.isfinite(number):
        raise _Wrong(f"must be a finite number, not {number}.")
    return number


def _boolean(value: Any, item: SignatureInput) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"must be true or false, not {_shown(value)}.")
    return value


def _string(value: Any, item: SignatureInput) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"must be text, not {_shown(value)}.")
    if "\0" in value:
        raise _Wrong("must not hold NUL characters.")
    return value


def _date(value: Any, item: SignatureInput) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Wrong(f"must be a date like 2026-01-31, not {_shown(value)}.") from None


def _datetime(value: Any, item: SignatureInput) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Wrong(f"must be a time like 2026-01-31T12:00:00, not {_shown(value)}.") from None
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo is not None else instant


_READERS: dict[Dtype, Callable[[Any, SignatureInput], Any]] = {
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "string": _string,
    "date": _date,
    "datetime": _datetime,
}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _cast(column: "pl.Series", item: SignatureInput, first_row: int) -> tuple["pl.Series", list[FieldError]]:
    import polars as pl

    given = column.fill_nan(None) if column.dtype.is_float() else column
    cells = _converted(given, item)
    wrong = given.is_not_null() & cells.is_null()
    if cells.dtype.is_float():
        wrong |= cells.is_infinite().fill_null(False)
    said = {"integer": "a number", "float": "a finite number", "boolean": "true or false", "string": "text"}
    problems = [
        FieldError(
            ("inputs", first_row + row, item.name),
            f"{item.name!r} must be {said.get(item.dtype, 'a ' + item.dtype)}, not {_shown(given[row])}.",
        )
        for row in wrong.arg_true().head(MAX_FIELDS)
    ]
    if item.required:
        problems += [
            FieldError(("inputs", first_row + row, item.name), f"{item.name!r} must not be empty in this model.")
            for row in given.is_null().arg_true().head(MAX_FIELDS)
        ]
    return cells.cast(polars_type(item.dtype)) if cells.dtype == pl.Null else cells, problems


def _converted(given: "pl.Series", item: SignatureInput) -> "pl.Series":
    import polars as pl

    wanted = polars_type(item.dtype)
    if given.dtype == wanted:
        return given
    if item.dtype == "boolean":
        words = {"true": True, "false": False, "1": True, "0": False}
        return given.cast(pl.String).str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    if item.dtype in ("date", "datetime") and given.dtype == pl.String:
        return given.str.to_datetime(strict=False, time_unit="us").cast(wanted)
    if item.dtype == "integer":
        numbers = given.cast(pl.Float64, strict=False)
        is_whole = bool((numbers == numbers.round()).fill_null(True).all())
        if is_whole or item.kind == "category":
            return numbers.set(numbers != numbers.round(), None).cast(wanted, strict=False)
        return numbers
    if item.dtype == "string" and given.dtype.is_float() and bool((given == given.round()).fill_null(True).all()):
        given = given.cast(pl.Int64, strict=False)
    return given.cast(wanted, strict=False)


def _stored(dtype: Dtype, cells: Cells) -> Any:
    # A whole-number column of training may meet 3.5 in a new row: then the column is one of decimals.
    is_broken = dtype == "integer" and any(isinstance(cell, float) for cell in cells)
    return polars_type("float" if is_broken else dtype)


def _unseen(item: SignatureInput, cells: Cells) -> str | None:
    if not item.categories:
        return None
    known = set(item.categories)
    texts = (str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in cells if cell is not None)
    new = list(dict.fromkeys(text for text in texts if text not in known))
    if not new:
        return None
    named = ", ".join(_shown(text) for text in new[:MAX_NAMED])
    more = f" and {len(new) - MAX_NAMED} more" if len(new) > MAX_NAMED else ""
    return f"{item.name!r}: {named}{more} not seen in training; treated as unknown."


def _ignored(signature: Signature, given: set[str]) -> list[str]:
    target = signature.output.name
    said = [f"{target!r} is what the model predicts; it was ignored."] if target in given else []
    unused = [name for name in signature.ignored if name in given and name != target]
    return [*said, f"The model does not use {', '.join(map(repr, unused))}."] if unused else said


def _left_out(unknown: list[str]) -> list[str]:
    if not unknown:
        return []
    named = ", ".join(map(repr, unknown[:5]))
    return [f"Columns that the model does not know were left out: {named}{' …' if len(unknown) > 5 else ''}."]


def _invalid(problems: list[FieldError], signature: Signature, *, is_of_a_row: bool = True) -> Invalid:
    wanted = ", ".join(item.name for item in signature.inputs[:20])
    first = problems[0]
    more = f" ({len(problems) - 1} more problems)" if len(problems) > 1 else ""
    place = f"Row {int(first.path[1]) + 1}: " if is_of_a_row else ""
    return Invalid(
        f"{place}{first.message}{more}",
        hint=f"The model takes: {wanted}{' …' if len(signature.inputs) > 20 else ''}.",
        fields=problems[:MAX_FIELDS],
    )
