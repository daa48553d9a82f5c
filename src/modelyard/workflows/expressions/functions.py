"""What an expression may do: operators and functions, the types they take and what they are in Polars.

Every function here looks at one row only. There is no aggregate, no window, no clock and no random number: such a
column would differ between training and use, or carry something from the test rows to the training rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Type = Literal["number", "text", "truth", "date"]
Parameter = Literal["number", "text", "truth", "date", "any", "whole", "words"]
"""What an argument must be; `whole` and `words` are written out: a whole number, a text in quotation marks."""

TYPE_NAMES: dict[Parameter, str] = {
    "number": "a number",
    "text": "text",
    "truth": "true or false",
    "date": "a date",
    "any": "any value",
    "whole": "a whole number from 0 to 1000, written out",
    "words": "a text in single quotation marks",
}
Build = Callable[..., Any]
"""Makes a Polars expression, or its source, from Polars (or `Code`) and the arguments."""

MICROSECONDS_PER_DAY = 86_400_000_000


@dataclass(frozen=True)
class Function:
    """A function: what it takes and gives; `gives` None means what its last argument is, `more` any number of those."""

    takes: tuple[Parameter, ...]
    gives: Type | None
    build: Build
    more: bool = False


def _number(takes: tuple[Parameter, ...], build: Build, *, more: bool = False) -> Function:
    return Function(takes, "number", build, more)


def _part(name: str) -> Function:
    return _number(("date",), lambda pl, x: getattr(x.dt, name)().cast(pl.Float64))


def _if(pl: Any, condition: Any, yes: Any, no: Any) -> Any:
    return pl.when(condition).then(yes).otherwise(no)


FUNCTIONS: dict[str, Function] = {
    "abs": _number(("number",), lambda pl, x: x.abs()),
    "ceil": _number(("number",), lambda pl, x: x.ceil()),
    "floor": _number(("number",), lambda pl, x: x.floor()),
    "round": _number(("number", "whole"), lambda pl, x, digits=0: x.round(digits, mode="half_away_from_zero")),
    "sign": _number(("number",), lambda pl, x: x.sign()),
    "sqrt": _number(("number",), lambda pl, x: x.sqrt().fill_nan(None)),
    "exp": _number(("number",), lambda pl, x: x.exp()),
    "ln": _number(("number",), lambda pl, x: x.replace(0.0, None).log().fill_nan(None)),
    "log2": _number(("number",), lambda pl, x: x.replace(0.0, None).log(2.0).fill_nan(None)),
    "log10": _number(("number",), lambda pl, x: x.replace(0.0, None).log10().fill_nan(None)),
    "sin": _number(("number",), lambda pl, x: x.sin()),
    "cos": _number(("number",), lambda pl, x: x.cos()),
    "tan": _number(("number",), lambda pl, x: x.tan()),
    "min": _number(("number", "number"), lambda pl, *xs: pl.min_horizontal(*xs), more=True),
    "max": _number(("number", "number"), lambda pl, *xs: pl.max_horizontal(*xs), more=True),
    "number": _number(("text",), lambda pl, x: x.str.strip_chars().cast(pl.Float64, strict=False).fill_nan(None)),
    "length": _number(("text",), lambda pl, x: x.str.len_chars().cast(pl.Float64)),
    "lower": Function(("text",), "text", lambda pl, x: x.str.to_lowercase()),
    "upper": Function(("text",), "text", lambda pl, x: x.str.to_uppercase()),
    "trim": Function(("text",), "text", lambda pl, x: x.str.strip_chars()),
    "left": Function(("text", "whole"), "text", lambda pl, x, n: x.str.slice(0, n)),
    "right": Function(("text", "whole"), "text", lambda pl, x, n: x.str.tail(n)),
    "concat": Function(("text", "text"), "text", lambda pl, *xs: pl.concat_str(list(xs)), more=True),
    "replace": Function(
        ("text", "words", "words"), "text", lambda pl, x, old, new: x.str.replace_all(old, new, literal=True)
    ),
    "contains": Function(("text", "words"), "truth", lambda pl, x, part: x.str.contains(part, literal=True)),
    "starts_with": Function(("text", "words"), "truth", lambda pl, x, part: x.str.starts_with(part)),
    "ends_with": Function(("text", "words"), "truth", lambda pl, x, part: x.str.ends_with(part)),
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "weekday": _part("weekday"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "is_missing": Function(("any",), "truth", lambda pl, x: x.is_null()),
    "coalesce": Function(("any", "any"), None, lambda pl, *xs: pl.coalesce(*xs), more=True),
    "if": Function(("truth", "any", "any"), None, _if),
}


def per_row(pl: Any, number: Any) -> Any:
    """Return the number once for each row.

    Polars divides many rows by one number by multiplying with its reciprocal, so that one row alone would differ.
    """
    return number + pl.int_range(pl.len()) * 0


def _days(pl: Any, a: Any, b: Any) -> Any:
    passed = (a - b).dt.total_microseconds().cast(pl.Float64)
    return passed / per_row(pl, pl.lit(float(MICROSECONDS_PER_DAY)))


@dataclass(frozen=True)
class Operator:
    """An operator between two values: how strongly it binds, and for each type it takes what it gives and is."""

    binds: int
    on: dict[Type, tuple[Type, Build]]


def _compare(build: Build, *types: Type) -> Operator:
    return Operator(4, dict.fromkeys(types, ("truth", build)))


_EQUAL = _compare(lambda pl, a, b: a == b, "number", "text", "truth", "date")
_DIFFERENT = _compare(lambda pl, a, b: a != b, "number", "text", "truth", "date")

OPERATORS: dict[str, Operator] = {
    "or": Operator(1, {"truth": ("truth", lambda pl, a, b: a | b)}),
    "and": Operator(2, {"truth": ("truth", lambda pl, a, b: a & b)}),
    "=": _EQUAL,
    "==": _EQUAL,
    "!=": _DIFFERENT,
    "<>": _DIFFERENT,
    "<": _compare(lambda pl, a, b: a < b, "number", "text", "date"),
    "<=": _compare(lambda pl, a, b: a <= b, "number", "text", "date"),
    ">": _compare(lambda pl, a, b: a > b, "number", "text", "date"),
    ">=": _compare(lambda pl, a, b: a >= b, "number", "text", "date"),
    "+": Operator(5, {"number": ("number", lambda pl, a, b: a + b)}),
    "-": Operator(5, {"number": ("number", lambda pl, a, b: a - b), "date": ("number", _days)}),
    "*": Operator(6, {"number": ("number", lambda pl, a, b: a * b)}),
    "/": Operator(6, {"number": ("number", lambda pl, a, b: (a / b.replace(0.0, None)).fill_nan(None))}),
    "%": Operator(6, {"number": ("number", lambda pl, a, b: (a % b.replace(0.0, None)).fill_nan(None))}),
    "^": Operator(8, {"number": ("number", lambda pl, a, b: (a**b).fill_nan(None))}),
}
NEGATION = 7
"""How strongly a leading minus binds: less than a power, so that -2 ^ 2 is -4."""
NOT = 3
"""How strongly `not` binds: less than a comparison, more than `and`."""
