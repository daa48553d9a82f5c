"""Cron text and time zones: when something comes due, in the reader's own clock, summer time included."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from modelyard.kernel.errors import FieldError, Invalid

MAX_LENGTH = 100
PARTS = ("minute", "hour", "day of month", "month", "day of week")
NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
"""What cron programs take as a short name."""


def cleaned(cron: str) -> str:
    """Return the cron text as five parts with single spaces; raise Invalid."""
    text = " ".join(cron.split())
    text = NAMED.get(text.lower(), text)
    if len(text) > MAX_LENGTH:
        raise _wrong(f"Cron text has at most {MAX_LENGTH} characters.")
    parts = text.split()
    if len(parts) != len(PARTS):
        given = "is empty" if not parts else f"has {len(parts)}"
        raise _wrong(f"Cron text has five parts: {', '.join(PARTS)}; this {given}. For example: 30 6 * * 1-5.")
    return text


def zone(name: str) -> ZoneInfo:
    """Return the time zone of that name; raise Invalid."""
    if name not in _zones():
        message = f"There is no time zone {name[:64]!r}. Names look like Europe/Berlin, Asia/Ho_Chi_Minh or UTC."
        raise Invalid(message, fields=[FieldError(("timezone",), message)])
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def times(cron: str, timezone: str, after: datetime) -> Iterator[datetime]:
    """Yield the instants (UTC) after `after` at which the text comes due; raise Invalid when it cannot be read.

    The text counts in the zone's local time, as cron on Debian does: a time that the clock jumps over in spring comes
    due right after the jump, one that the clock shows twice in autumn comes due once.
    """
    text = cleaned(cron)
    local = after.astimezone(zone(timezone))
    try:
        found = CronSim(text, local)
    except CronSimError as error:
        raise _wrong(_told(str(error), text)) from None
    return (instant.astimezone(UTC) for instant in found)


def next_times(cron: str, timezone: str, after: datetime, n: int = 5) -> list[datetime]:
    """Return the next `n` instants (UTC); raise Invalid for what cannot be read or never comes due."""
    found = list(islice(times(cron, timezone, after), n))
    if not found:
        raise _wrong(f"{cleaned(cron)!r} never comes due: no such day within fifty years.")
    return found


def explained(cron: str) -> str:
    """Return the text in words: "At 06:30, Monday through Friday"."""
    text = cleaned(cron)
    try:
        return CronSim(text, datetime(2024, 1, 1, tzinfo=UTC)).explain()
    except CronSimError as error:
        raise _wrong(_told(str(error), text)) from None


def following(cron: str, timezone: str, due: datetime, now: datetime, *, limit: int) -> tuple[list[datetime], datetime]:
    """Return what came due from `due` until `now`, at most `limit` of it, and what comes due next after `now`."""
    passed, start = [due], due
    for instant in times(cron, timezone, start):
        if instant > now:
            return passed, instant
        if len(passed) == limit:
            break
        passed.append(instant)
    return passed, next_times(cron, timezone, max(now, due + timedelta(seconds=1)), 1)[0]


def _told(message: str, text: str) -> str:
    """Say which part is wrong; the library names it in the end of its message."""
    names = {"minute": 0, "hour": 1, "day-of-month": 2, "month": 3, "day-of-week": 4}
    place = names.get(message.removeprefix("Bad "))
    if place is None:
        return f"{text!r} is no cron text: {message}."
    absent = ", or none of the months has it" if message == "Bad day-of-month" else ""
    return f"The {PARTS[place]} {text.split()[place]!r} cannot be read{absent}."


def _wrong(message: str) -> Invalid:
    return Invalid(message, fields=[FieldError(("cron",), message)])
