"""From when to when: instants of a request, checked."""

from collections.abc import Iterator
from datetime import datetime

from modelyard.kernel.errors import FieldError

YEARS = range(1970, 9000)


def problems_of_times(since: datetime | None, until: datetime | None) -> list[FieldError]:
    """Return what is wrong with a stretch of time; either end may be open."""
    found = [problem for name, at in (("since", since), ("until", until)) for problem in _problems(name, at)]
    if not found and since is not None and until is not None and since >= until:
        return [FieldError(("since",), "The first day is not before the last one.")]
    return found


def _problems(name: str, at: datetime | None) -> Iterator[FieldError]:
    if at is not None and at.tzinfo is None:
        yield FieldError((name,), f"{name!r} needs a time zone, such as 2026-01-31T00:00:00Z.")
    elif at is not None and at.year not in YEARS:
        yield FieldError((name,), f"{name!r} must be a year from {YEARS.start} on.")
