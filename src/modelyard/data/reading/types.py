"""What texts may mean: integers, decimals, truth values, dates; a column is what all its values are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from modelyard.data.columns import Dtype

if TYPE_CHECKING:
    import polars as pl

MISSING_WORDS = ("", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "NaN", "nan", "None", "?")
"""Cells of CSV and XLSX files that mean "no value", with or without quotes and spaces around them."""
TRUTH_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

# Not numbers: 007 (a code), +84912345678 (a telephone number), 1,234.5 (whose comma?).
_INTEGER = r"^-?(?:0|[1-9]\d*)$"
NUMBER = r"^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$"
_INFINITY = r"^-?(?i:inf|infinity)$"
# From 2**53 on (16 digits) a float cannot hold every whole number: such a column stays text unless all are integers.
_TOO_LONG_FOR_FLOAT = r"^-?\d{16,}(?:\.0*)?$"
_COMMA_NUMBER = r"^-?(?:0|[1-9]\d*)(?:,\d+)?$"
_CLEARLY_DECIMAL_COMMA = r",(?:\d{1,2}|\d{4,})$"

_DATES = (
    (r"^\d{4}-\d{1,2}-\d{1,2}$", "%Y-%m-%d"),
    (r"^\d{4}/\d{1,2}/\d{1,2}$", "%Y/%m/%d"),
    (r"^\d{1,2}\.\d{1,2}\.\d{4}$", "%d.%m.%Y"),
    (r"^\d{1,2}/\d{1,2}/\d{4}$", "%d/%m/%Y"),
    (r"^\d{1,2}/\d{1,2}/\d{4}$", "%m/%d/%Y"),
    (r"^\d{1,2}-\d{1,2}-\d{4}$", "%d-%m-%Y"),
    (r"^\d{1,2}-\d{1,2}-\d{4}$", "%m-%d-%Y"),
)
_TIMES = (
    (r"\d{1,2}:\d{2}$", "%H:%M"),
    (r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?$", "%H:%M:%S%.f"),
)
_ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True)
class Candidate:
    """One thing that the texts of a column may mean.

    `shape`: a pattern that all values have; `matches` says precisely which texts it takes. `matches` and `convert` take
    an expression of stripped texts. `evidence`: a pattern that at least one value must
    have. `rival`: the candidate that, when it holds too, makes the column ambiguous.
    """

    name: str
    dtype: Dtype
    shape: str
    matches: "Callable[[pl.Expr], pl.Expr]"
    convert: "Callable[[pl.Expr], pl.Expr]"
    evidence: str | None = None
    rival: str | None = None


@cache
def candidates() -> tuple[Candidate, ...]:
    """Return all candidates; of those that hold, the first is taken."""
    import polars as pl

    numbers = (
        Candidate(
            "integer",
            "integer",
            _INTEGER,
            lambda text: text.str.contains(_INTEGER) & text.cast(pl.Int64, strict=False).is_not_null(),
            lambda text: text.cast(pl.Int64),
        ),
        Candidate("float", "float", f"{NUMBER}|{_INFINITY}", _is_float, lambda text: text.cast(pl.Float64)),
        Candidate(
            "decimal_comma",
            "float",
            _COMMA_NUMBER,
            lambda text: text.str.contains(_COMMA_NUMBER) & ~text.str.contains(_TOO_LONG_FOR_FLOAT),
            lambda text: text.str.replace(",", ".", literal=True).cast(pl.Float64),
            evidence=_CLEARLY_DECIMAL_COMMA,
        ),
        Candidate(
            "boolean",
            "boolean",
            f"^(?:{'|'.join(TRUTH_WORDS)})$",
            lambda text: text.is_in(list(TRUTH_WORDS)),
            lambda text: text.replace_strict(TRUTH_WORDS, return_dtype=pl.Boolean),
        ),
    )
    return (*numbers, *_dates(), *_datetimes())


def _is_float(text: "pl.Expr") -> "pl.Expr":
    import polars as pl

    is_exact = text.str.contains(NUMBER) & ~text.str.contains(_TOO_LONG_FOR_FLOAT)
    return (is_exact & text.cast(pl.Float64, strict=False).is_finite()) | text.str.contains(_INFINITY)


def _rival(pattern: str) -> str | None:
    for mine, other in (("%d/%m", "%m/%d"), ("%m/%d", "%d/%m"), ("%d-%m", "%m-%d"), ("%m-%d-%Y", "%d-%m-%Y")):
        if pattern.startswith(mine):
            return pattern.replace(mine, other, 1)
    return None


def _dates() -> list[Candidate]:
    return [
        Candidate(
            form,
            "date",
            shape,
            lambda text, shape=shape, form=form: (  # type: ignore[misc]  # mypy infers no default
                text.str.contains(shape) & text.str.to_date(form, strict=False).is_not_null()
            ),
            lambda text, form=form: text.str.to_date(form),  # type: ignore[misc]  # likewise
            rival=_rival(form),
        )
        for shape, form in _DATES
    ]


def _datetimes() -> list[Candidate]:
    import polars as pl

    found = []
    for date_shape, date_form in _DATES:
        for time_shape, time_form in _TIMES:
            for between in " T" if date_form == "%Y-%m-%d" else " ":
                shape, form = f"{date_shape[:-1]}{between}{time_shape}", f"{date_form}{between}{time_form}"
                found.append(_datetime(shape, form))
    zoned = Candidate(
        "zoned",
        "datetime",
        _ZONED,
        lambda text: text.str.contains(_ZONED) & _to_utc(text, strict=False).is_not_null(),
        lambda text: _to_utc(text, strict=True).dt.replace_time_zone(None).cast(pl.Datetime("us")),
    )
    return [*found, zoned]


def _datetime(shape: str, form: str) -> Candidate:
    import polars as pl

    return Candidate(
        form,
        "datetime",
        shape,
        lambda text: text.str.contains(shape) & text.str.to_datetime(form, time_unit="us", strict=False).is_not_null(),
        lambda text: text.str.to_datetime(form, time_unit="us").cast(pl.Datetime("us")),
        rival=_rival(form),
    )


def _to_utc(text: "pl.Expr", *, strict: bool) -> "pl.Expr":
    plain = text.str.replace("Z$", "+00:00").str.replace(" ", "T", literal=True)
    return plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", time_zone="UTC", strict=strict)
