"""Limits of keys: counted once for all processes, told in headers, and over when they are over."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from modelyard.doors.api.app import create_app
from modelyard.endpoints.quotas import (
    Limit,
    LimitReached,
    forget_old_allowances,
    give_back,
    limit_headers,
    take,
    used_now,
)
from modelyard.endpoints.tables import Allowance
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from tests.access.people import Clock
from tests.endpoints.conftest import ROW, Programs
from tests.endpoints.test_keys import key_of

pytestmark = pytest.mark.postgres
CALLS = Limit("ak_1", "calls", 100, "minute")
ROWS = Limit("ak_1", "rows", 1000, "day")

IN_ANOTHER_PROCESS = """
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from modelyard.endpoints.quotas import Limit, LimitReached, take
from modelyard.kernel.context import ANONYMOUS
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard

yard = Yard.open(Settings.revived(json.loads(sys.argv[1])))

def attempt(_):
    try:
        with yard.context(ANONYMOUS) as ctx:
            take(ctx, [(Limit("ak_1", "calls", 100, "minute"), 1)])
        return 1
    except LimitReached:
        return 0

with ThreadPoolExecutor(16) as pool:
    print(sum(pool.map(attempt, range(160))))
"""


def test_two_processes_and_many_threads_take_no_more_than_there_is(yard: Yard, owner: Actor) -> None:
    settings = json.dumps(yard.settings.dumped())
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, settings]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sum(int(out) for out, _ in told) == 100
    with yard.context(owner) as ctx:
        assert used_now(ctx, [CALLS]) == {CALLS: 100}


def test_32_threads_take_no_more_than_there_is(yard: Yard, owner: Actor) -> None:
    def attempt(_: int) -> int:
        try:
            with yard.context(owner) as ctx:
                take(ctx, [(CALLS, 1), (ROWS, 7)])
        except LimitReached:
            return 0
        return 1

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(attempt, range(320))) == 100
    with yard.context(owner) as ctx:
        assert used_now(ctx, [CALLS, ROWS]) == {CALLS: 100, ROWS: 700}


def test_all_or_none_is_taken(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        take(ctx, [(ROWS, 995)])
    with pytest.raises(LimitReached) as refused, yard.context(owner) as ctx:
        take(ctx, [(CALLS, 1), (ROWS, 6)])
    assert refused.value.message == "The limit of 1,000 rows a day is reached (5 left)."
    with yard.context(owner) as ctx:
        assert used_now(ctx, [CALLS, ROWS]) == {CALLS: 0, ROWS: 995}


def test_a_minute_and_a_day_end(yard: Yard, owner: Actor) -> None:
    clock = Clock()
    clock.now = datetime(2026, 11, 21, 23, 58, 30, tzinfo=UTC)
    timed, one, few = yard.at(clock), Limit("ak_1", "calls", 1, "minute"), Limit("ak_1", "rows", 1, "day")

    def attempt(limit: Limit) -> int | None:
        """Return None when it was taken, or the seconds to wait."""
        try:
            with timed.context(owner) as ctx:
                take(ctx, [(limit, 1)])
        except LimitReached as reached:
            return reached.retry_after_seconds
        return None

    assert [attempt(one), attempt(few), attempt(one), attempt(few)] == [None, None, 60, 90]
    clock.move(timedelta(seconds=59.5))
    assert [attempt(one), attempt(few)] == [1, 31]
    clock.move(timedelta(seconds=0.5))
    assert [attempt(one), attempt(few)] == [None, 30]
    clock.move(timedelta(seconds=30))
    assert [attempt(one), attempt(few)] == [30, None]


def test_what_is_given_back_can_be_taken_again(yard: Yard, owner: Actor) -> None:
    clock = Clock()
    timed = yard.at(clock)
    with timed.context(owner) as ctx:
        standings = take(ctx, [(ROWS, 1000)])
    with timed.context(owner) as ctx:
        give_back(ctx, standings)
        assert used_now(ctx, [ROWS]) == {ROWS: 0}
    clock.move(timedelta(days=1))
    with timed.context(owner) as ctx:
        take(ctx, [(ROWS, 10)])
        give_back(ctx, standings)
        assert used_now(ctx, [ROWS]) == {ROWS: 10}, "another day's rows stay taken"


def test_more_than_a_limit_ever_allows_is_said_at_once(yard: Yard, owner: Actor) -> None:
    with (
        pytest.raises(Invalid, match=r"This has 1,001 rows; 1,000 rows a day are allowed\."),
        yard.context(owner) as ctx,
    ):
        take(ctx, [(ROWS, 1001)])


def test_a_lowered_limit_counts_at_once(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        take(ctx, [(CALLS, 50)])
    with pytest.raises(LimitReached), yard.context(owner) as ctx:
        take(ctx, [(Limit("ak_1", "calls", 10, "minute"), 1)])


def test_the_headers_of_both_drafts(yard: Yard, owner: Actor) -> None:
    clock = Clock()
    clock.now = datetime(2026, 11, 21, 23, tzinfo=UTC)
    with yard.at(clock).context(owner) as ctx:
        headers = limit_headers(take(ctx, [(CALLS, 1), (ROWS, 250)]))
    assert headers == {
        "RateLimit-Policy": '"calls-per-minute";q=100;w=60, "rows-per-day";q=1000;w=86400',
        "RateLimit": '"calls-per-minute";r=99;t=60, "rows-per-day";r=750;t=3600',
        "RateLimit-Limit": "1000",
        "RateLimit-Remaining": "750",
        "RateLimit-Reset": "3600",
    }
    assert limit_headers([]) == {}


def test_a_key_over_its_rate_is_told_when_it_ends(client: TestClient, address: str, programs: Programs) -> None:
    program = programs(key_of(client, address, calls_per_minute=2)["key"])
    body = {"inputs": [ROW]}
    first, second, third = (program.post(f"{address}/calls", json=body) for _ in range(3))
    assert [first.status_code, second.status_code, third.status_code] == [200, 200, 429]
    assert [first.headers["RateLimit-Remaining"], second.headers["RateLimit-Remaining"]] == ["1", "0"]
    told = third.json()
    assert told["error"] == "limit_reached"
    assert told["detail"] == "The limit of 2 calls a minute is reached."
    assert f"in {third.headers['Retry-After']} s" in told["hint"]
    assert 1 <= int(third.headers["Retry-After"]) <= 60
    assert third.headers["RateLimit-Remaining"] == "0"
    assert len(client.get(f"{address}/calls").json()["items"]) == 2
    assert client.post(f"{address}/calls", json=body).status_code == 200, "the owner has no limit"


def test_rows_count_by_the_day_and_refused_ones_do_not(client: TestClient, address: str, programs: Programs) -> None:
    program = programs(key_of(client, address, rows_per_day=5)["key"])
    assert program.post(f"{address}/calls", json={"inputs": [{**ROW, "age": "x"}] * 4}).status_code == 422
    assert program.post(f"{address}/calls", json={"inputs": [ROW] * 4}).status_code == 200
    answer = program.post(f"{address}/calls", json={"inputs": [ROW] * 2})
    assert answer.status_code == 429
    assert answer.json()["detail"] == "The limit of 5 rows a day is reached (1 left)."
    assert "UTC" in answer.json()["hint"]
    listed = client.get(f"{address}/keys").json()[0]
    assert (listed["n_rows_today"], listed["n_calls_this_minute"]) == (4, 2)
    assert program.post(f"{address}/calls", json={"inputs": [ROW] * 6}).status_code == 422


def test_a_replayed_answer_costs_nothing(client: TestClient, address: str, programs: Programs) -> None:
    program = programs(key_of(client, address, calls_per_minute=1)["key"])
    again = [
        program.post(f"{address}/calls", json={"inputs": [ROW]}, headers={"Idempotency-Key": "k"}) for _ in range(3)
    ]
    assert [answer.status_code for answer in again] == [200, 200, 200]


def test_a_request_over_the_limit_may_be_repeated_with_its_key(yard: Yard, client: TestClient, address: str) -> None:
    clock = Clock()
    key = key_of(client, address, calls_per_minute=1)["key"]
    app = create_app(yard=yard.at(clock))
    with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as program:
        body, second = {"inputs": [ROW]}, {"Idempotency-Key": "second"}
        assert program.post(f"{address}/calls", json=body).status_code == 200
        assert program.post(f"{address}/calls", json=body, headers=second).status_code == 429
        clock.move(timedelta(minutes=1))
        answer = program.post(f"{address}/calls", json=body, headers=second)
    assert answer.status_code == 200
    assert "Idempotent-Replayed" not in answer.headers


def test_counts_that_are_long_over_are_forgotten(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        take(ctx, [(CALLS, 1), (ROWS, 1)])
    for days, n in ((1, 1), (3, 0)):
        later = yard.at(lambda days=days: datetime.now(UTC) + timedelta(days=days, minutes=2))  # type: ignore[misc]
        forget_old_allowances(later)
        with yard.context(owner) as ctx:
            assert ctx.session.scalar(select(func.count()).select_from(Allowance)) == n
