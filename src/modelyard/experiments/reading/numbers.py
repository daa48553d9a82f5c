"""The numbers in a text, as people and LLMs write them, read exactly."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Decimal = Literal["point", "comma"]
"""What parts the whole from the rest: 1,234.5 or 1.234,5."""
MOST_DIGITS = 60
"""A run of more digits is no number that anybody compares."""
MOST_POWER = 100
"""Of ten, in 1e100."""
_FRACTIONS = re.compile("[¼-¾⅐-⅞]")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
"""Numbers that are written in words more often than not, from 0."""
_LATEX = re.compile(r"\\[dt]?frac\s*\{\s*(-?\d+)\s*\}\s*\{\s*(\d+)\s*\}")
_NUMBER = re.compile(
    rf"""
    (?<![\w.])(?P<sign>[-+−–]?)(?:[$€£¥₫]\s?)?
    (?: (?P<whole>\d{{1,3}}(?:(?P<mark>['’,.\u00a0\u2009\u202f])\d{{3}})(?:(?P=mark)\d{{3}})*(?!\d) | \d+ | (?=[.,]\d))
        (?P<rest>[.,]\d+)? (?P<power>[eE][+-]?\d{{1,4}}(?!\w))?
        (?: (?:\s*/\s*(?P<under>\d+)) | (?:\s+(?P<over2>\d+)/(?P<under2>\d+)) )?
      | (?<!\w-)(?P<word>{"|".join(_SMALL)})\b(?!-)
    )
    (?:\s?(?P<percent>%)|\s+(?P<scale>thousand|million|billion|trillion)\b)?
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Number:
    """A number, and whether it is a percentage: the value of 50 % is 50."""

    value: Fraction
    is_percent: bool = False

    def is_near(self, other: "Number", *, tolerance: float) -> bool:
        """Return whether both are the same but for a share of the other one; 50 % is also 0.5."""
        pairs = [(self.value, other.value)]
        if self.is_percent != other.is_percent:
            pairs += [(self.value / 100, other.value)] if self.is_percent else [(self.value, other.value / 100)]
        return any(abs(mine - theirs) <= Fraction(tolerance) * abs(theirs) for mine, theirs in pairs)


def numbers_in(text: str, *, decimal: Decimal = "point") -> list[Number]:
    """Return the numbers of a text in order: with signs, thousands marks, fractions, percent, and small ones in words.

    `2 1/2` and `2½` are 5/2, `1.5e3` is 1500, `3 million` is 3000000. Digits within a word (`B12`) are none.
    """
    plain = _LATEX.sub(r"\1/\2", text)
    plain = _FRACTIONS.sub(lambda one: " " + unicodedata.normalize("NFKC", one.group()).replace("\u2044", "/"), plain)
    return [number for found in _NUMBER.finditer(plain) if (number := _read(found, decimal)) is not None]


def last_number(text: str, *, decimal: Decimal = "point") -> Number | None:
    """Return the last number of a text, or None."""
    found = numbers_in(text, decimal=decimal)
    return found[-1] if found else None


def _read(found: re.Match[str], decimal: Decimal) -> Number | None:
    value = Fraction(_SMALL.index(found["word"].lower())) if found["word"] else _digits(found, decimal)
    if value is None:
        return None
    if found["sign"] in ("-", "−", "–"):
        value = -value
    if found["scale"]:
        value *= _SCALES[found["scale"].lower()]
    return Number(value, is_percent=found["percent"] is not None)


def _digits(found: re.Match[str], decimal: Decimal) -> Fraction | None:
    """Return the number that stands in digits; None for one that is too long.

    A single group of three (1.234) is read as `decimal` says; other marks can be read in one way only.
    """
    whole, mark, rest = found["whole"], found["mark"], found["rest"] or ""
    point = "." if decimal == "point" else ","
    if mark == point and not rest and whole.count(mark) == 1:
        whole, _, after = whole.partition(mark)
        rest = mark + after
    digits = re.sub(r"\D", "", whole)
    if len(digits) + len(rest) > MOST_DIGITS:
        return None
    value = Fraction(f"{digits or '0'}.{rest[1:] or '0'}")
    power = int((found["power"] or "e0")[1:])
    return None if abs(power) > MOST_POWER else _with_fraction(value * Fraction(10) ** power, found)


def _with_fraction(value: Fraction, found: re.Match[str]) -> Fraction | None:
    under, over2, under2 = found["under"], found["over2"], found["under2"]
    if any(part and len(part) > MOST_DIGITS for part in (under, over2, under2)):
        return None
    if under:
        return value / int(under) if int(under) else None
    if under2:
        return value + Fraction(int(over2), int(under2)) if int(under2) else None
    return value
