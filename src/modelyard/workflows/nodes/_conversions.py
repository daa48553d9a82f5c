"""Text read as numbers and dates, and values written as text; what cannot be read is missing."""

from typing import TYPE_CHECKING, Literal

from modelyard.data.reading.types import MISSING_WORDS

if TYPE_CHECKING:
    import polars as pl

_NUMBER = r"^[+-]?(?:\d+|\d{1,3}(?:[SEP' ]\d{3})+)?(?:DEC\d*)?(?:[eE][+-]?\d+)?$"
_HAS_DIGIT = r"^[+-]?[.,]?\d"
_TIMES = ("", " %H:%M", " %H:%M:%S%.f")
_ZONED = "%Y-%m-%d %H:%M:%S%.f%z"
_YEAR = r"\d{4}"
"""Without it 31.01.26 would be a day in the year 26."""
_CLOCK = ("%H", "%I", "%T", "%R", "%r", "%X", "%c")
EXACT_WHOLE = 2.0**53
"""From here on a float cannot hold every whole number."""


def number_pattern(decimal: Literal["point", "comma"]) -> str:
    """Return what a number in text looks like: thousands separated by the other sign, a space or an apostrophe."""
    sign, other = (".", ",") if decimal == "point" else (",", ".")
    return _NUMBER.replace("SEP", other).replace("DEC", f"[{sign}]")


def date_formats(*, day_first: bool) -> list[str]:
    """Return the usual formats of dates, each without and with a time of day, in the order they are tried."""
    slashes = ("%d/%m/%Y", "%d-%m-%Y") if day_first else ("%m/%d/%Y", "%m-%d-%Y")
    days = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", *slashes)
    return [*(f"{day}{time}" for time in _TIMES for day in days), _ZONED]


def written(values: "pl.Series") -> "pl.Series":
    """Return the text of each value without spaces around it; words for "no value" are missing."""
    text = values.cast(str).str.strip_chars()
    return text.set(text.is_in(MISSING_WORDS), None)


def as_number(values: "pl.Series", *, decimal: Literal["point", "comma"]) -> "pl.Series":
    """Return the values as numbers: text as floats, truth values as 0 and 1, numbers as they are."""
    import polars as pl

    if values.dtype == pl.Boolean:
        return values.cast(pl.Int64)
    if values.dtype != pl.String:
        return values
    text = written(values)
    is_number = text.str.contains(number_pattern(decimal)) & text.str.contains(_HAS_DIGIT)
    plain = text.str.replace_all("[' ,]" if decimal == "point" else "[' .]", "").str.replace(",", ".", literal=True)
    return plain.set(~is_number, None).cast(pl.Float64, strict=False)


def completed(form: str) -> tuple[str, str]:
    """Return a format that has a day, and what a text needs at its end to have it: %Y-%m is read as its first day."""
    has_day = any(part in form for part in ("%d", "%e", "%j", "%F", "%D", "%x", "%c"))
    has_month = has_day or any(part in form for part in ("%m", "%b", "%B"))
    if has_day:
        return form, ""
    return (f"{form} %d", " 01") if has_month else (f"{form} %m %d", " 01 01")


def as_date(values: "pl.Series", *, formats: list[str], with_time: bool, ending: str = "") -> "pl.Series":
    """Return the values as dates, or as times; of the formats the first that reads a value counts."""
    import polars as pl

    wanted = pl.Datetime("us") if with_time else pl.Date()
    if values.dtype.is_temporal():
        return values.cast(wanted)
    text = written(values) + ending
    if len(formats) > 1:
        text = text.set(~text.str.contains(_YEAR), None).str.replace(r"(\d)T(\d)", "$1 $2")
    # Dates repeat, and a format that does not fit costs as much as one that does: each distinct text is read once.
    left = text.drop_nulls().unique()
    read = [pl.DataFrame(schema={"text": pl.String, "at": pl.Datetime("us")})]
    for form in formats:
        at = _read(left, form)
        read.append(pl.DataFrame({"text": left, "at": at}).drop_nulls())
        left = left.filter(at.is_null())
    found = text.alias("text").to_frame().join(pl.concat(read), on="text", how="left", maintain_order="left")
    return found.get_column("at").cast(wanted).alias(values.name)


def _read(text: "pl.Series", form: str) -> "pl.Series":
    import polars as pl

    if "%z" in form:
        zoned = text.str.replace("Z$", "+00:00").str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
        return zoned.dt.replace_time_zone(None)
    if any(part in form for part in _CLOCK):
        return text.str.to_datetime(form, time_unit="us", strict=False)
    return text.str.to_date(form, strict=False).cast(pl.Datetime("us"))


def as_text(values: "pl.Series", *, keeps_whole: bool) -> "pl.Series":
    """Return the values as text, a whole float as a whole number; `keeps_whole`: whole numbers and truth stay."""
    import polars as pl

    if values.dtype == pl.String or (keeps_whole and (values.dtype == pl.Boolean or values.dtype.is_integer())):
        return values
    if not values.dtype.is_float():
        return values.cast(pl.String)
    is_whole = (values == values.round()) & (values.abs() < EXACT_WHOLE)
    text = values.fill_nan(None).cast(pl.String)
    return text.set(is_whole, None).fill_null(values.set(~is_whole, None).cast(pl.Int64).cast(pl.String))
