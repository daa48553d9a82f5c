"""Cron text in a time zone: five parts, summer time, and sentences for what cannot be read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from modelyard.kernel.errors import Invalid
from modelyard.workflows.cron import cleaned, explained, following, next_times

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_next_five_times_are_instants_of_the_zones_clock() -> None:
    assert next_times("30 6 * * 1-5", "Asia/Ho_Chi_Minh", NOON) == [
        at(f"2026-{day}T23:30+00:00") for day in ("03-29", "03-30", "03-31", "04-01", "04-02")
    ]
    assert explained("30 6 * * 1-5") == "At 06:30 on Monday through Friday"


def test_a_time_that_the_clock_jumps_over_comes_due_right_after() -> None:
    assert next_times("30 2 * * *", "Europe/Berlin", NOON, 2) == [at("2026-03-29T01:00Z"), at("2026-03-30T00:30Z")]


def test_a_time_that_the_clock_shows_twice_comes_due_once() -> None:
    found = next_times("30 2 * * *", "Europe/Berlin", at("2026-10-24T12:00Z"), 2)
    assert found == [at("2026-10-25T00:30Z"), at("2026-10-26T01:30Z")]


def test_every_half_hour_stays_every_half_hour_through_the_change_of_clocks() -> None:
    found = next_times("*/30 * * * *", "Europe/Berlin", at("2026-10-24T23:45Z"), 8)
    assert {after - before for before, after in pairwise(found)} == {timedelta(minutes=30)}


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("", "has five parts.* is empty"),
        ("* * * *", "this has 4"),
        ("0 0 0 * * *", "this has 6"),
        ("61 * * * *", "minute '61' cannot be read"),
        ("* 24 * * *", "hour '24' cannot be read"),
        ("* * * * mo", "day of week 'mo' cannot be read"),
        ("0 0 31 2 *", "none of the months has it"),
        ("٣ * * * *", "minute '٣' cannot be read"),
        ("*/0 * * * *", r"minute '\*/0' cannot be read"),
        ("0 0 1 1 * # $(reboot)", "five parts"),
        ("1," * 40 + "1 " + "2," * 40 + "2 * * *", "at most 100 characters"),
    ],
)
def test_what_is_no_cron_text_is_told_with_its_part(cron: str, told: str) -> None:
    with pytest.raises(Invalid, match=told) as caught:
        next_times(cron, "UTC", NOON)
    assert [field.path for field in caught.value.fields] == [("cron",)]


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "America", "europe/berlin", "x" * 9999])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="no time zone") as caught:
        next_times("* * * * *", name, NOON)
    assert [field.path for field in caught.value.fields] == [("timezone",)]
    assert len(caught.value.message) < 200


def test_short_names_and_spaces_are_taken() -> None:
    assert cleaned("@Daily") == "0 0 * * *"
    assert cleaned("  0\t6 *  * 1 ") == "0 6 * * 1"


def test_what_passed_is_counted_and_the_next_time_is_in_the_future() -> None:
    due, now = NOON, NOON + timedelta(hours=3, minutes=10)
    passed, then = following("0 * * * *", "UTC", due, now, limit=100)
    assert passed == [NOON + timedelta(hours=hour) for hour in range(4)]
    assert then == NOON + timedelta(hours=4)
    passed, then = following("* * * * *", "UTC", due, NOON + timedelta(days=365), limit=50)
    assert len(passed) == 50
    assert then == NOON + timedelta(days=365, minutes=1)
