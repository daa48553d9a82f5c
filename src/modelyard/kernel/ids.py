"""Identifiers: a two-letter prefix that says the noun, then time-sortable random characters."""

import secrets
import time
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _encode(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def new_id(prefix: str, at: datetime | None = None) -> str:
    """Return e.g. `ds_01jd…`: 48 bits of milliseconds then 50 random bits, so ids sort by age and cannot be guessed.

    `at` is the instant it is made for; None: now.
    """
    milliseconds = time.time_ns() // 1_000_000 if at is None else _milliseconds(at)
    return f"{prefix}_{_encode(milliseconds, 10)}{_encode(secrets.randbits(50), 10)}"


def first_id(prefix: str, at: datetime) -> str:
    """Return what sorts before every id made at `at` or later, and after every earlier one."""
    return f"{prefix}_{_encode(_milliseconds(at), 10)}"


def instant_of(identifier: str) -> datetime:
    """Return when an id was made, to the millisecond."""
    number = 0
    for character in identifier.split("_", 1)[1][:10]:
        number = number * 32 + _ALPHABET.index(character)
    return _EPOCH + timedelta(milliseconds=number)


def _milliseconds(at: datetime) -> int:
    return max((at - _EPOCH) // timedelta(milliseconds=1), 0)
