"""The use of an endpoint: counted exactly, latencies to within the width of a bin, whatever is deleted later."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from modelyard.endpoints import usage, usage_steps
from modelyard.endpoints.history_removal import delete_calls
from modelyard.endpoints.latencies import GROWTH, bin_of, middle_of, quantiles
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.endpoints.usage import Usage, usage_of
from modelyard.endpoints.usage_steps import count_usage
from modelyard.endpoints.usage_tally import start_of
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from tests.endpoints.past import NOON, called, endpoint_of

pytestmark = pytest.mark.postgres
HOUR = timedelta(hours=1)


@pytest.fixture
def endpoint(yard: Yard, owner: Actor) -> Endpoint:
    return endpoint_of(yard, owner)


def use(yard: Yard, owner: Actor, endpoint: Endpoint, **asked: Any) -> Usage:
    with yard.context(owner, writes=False) as ctx:
        return usage_of(ctx, endpoint.id, **{"since": NOON, "until": NOON + 6 * HOUR, "step": "hour", **asked})


def drawn(yard: Yard, owner: Actor, endpoint: Endpoint, n_calls: int = 80) -> list[Call]:
    chance = random.Random(11)
    return [
        called(
            *(yard, owner, endpoint),
            [(chance.choice(["good", "bad"]), 0.7)] * chance.choice([1, 1, 4]),
            at=NOON + timedelta(minutes=4 * place),
            latency_seconds=chance.lognormvariate(-4, 1),
            failed=chance.random() < 0.2,
        )
        for place in range(n_calls)
    ]


def check(found: Usage, made: list[Call]) -> None:
    """Compare with counting all calls one by one."""
    for step in found.steps:
        calls = [call for call in made if start_of(call.created_at, found.step) == step.at]
        answered = [call for call in calls if call.status == "succeeded"]
        names = Counter(output["prediction"] for call in answered for output in call.outputs)
        assert (step.n_calls, step.n_errors) == (len(calls), len(calls) - len(answered))
        assert step.n_rows == sum(call.n_inputs for call in answered) == names.total()
        assert step.classes == dict(names)
        seconds = sorted(call.latency_seconds for call in answered)
        for share, told in ((0.5, step.p50_seconds), (0.95, step.p95_seconds)):
            if seconds:
                exact = seconds[-(-round(share * 100) * len(seconds) // 100) - 1]
                assert told == pytest.approx(exact, rel=0.026)
            else:
                assert told is None
    assert found.total.n_calls == len(made)


@pytest.mark.parametrize("n_at_once", [7, 2000])
def test_steps_count_what_counting_each_call_gives(
    yard: Yard, owner: Actor, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, n_at_once: int
) -> None:
    monkeypatch.setattr(usage_steps, "MOST_AT_ONCE", n_at_once)
    made = drawn(yard, owner, endpoint)
    check(use(yard, owner, endpoint), made)
    half = yard.at(lambda: NOON + 3 * HOUR + timedelta(seconds=61))
    n_counted = count_usage(half)
    assert 0 < n_counted < len(made)
    check(use(yard, owner, endpoint), made)
    assert count_usage(yard) == len(made) - n_counted
    assert count_usage(yard) == 0
    check(use(yard, owner, endpoint), made)
    check(use(yard, owner, endpoint, since=NOON - 48 * HOUR, step="day"), made)


def test_what_is_counted_outlives_the_calls(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    made = drawn(yard, owner, endpoint, 40)
    count_usage(yard.at(lambda: NOON + HOUR))
    delete_calls(yard, owner, endpoint.id)
    check(use(yard, owner, endpoint), made)
    count_usage(yard)
    check(use(yard, owner, endpoint), made)


def test_young_calls_are_counted_later(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    now = yard.clock()
    called(yard, owner, endpoint, [("good", 0.5)], at=now)
    assert count_usage(yard.at(lambda: now + usage_steps.SETTLED_AFTER)) == 0
    assert count_usage(yard.at(lambda: now + 2 * usage_steps.SETTLED_AFTER)) == 1


def test_numbers_have_a_mean(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    called(yard, owner, endpoint, [1.0, 2.0, 6.0], at=NOON)
    called(yard, owner, endpoint, [11.0], at=NOON)
    called(yard, owner, endpoint, at=NOON, failed=True)
    for _ in range(2):
        found = use(yard, owner, endpoint)
        assert (found.total.mean, found.total.classes) == (5.0, None)
        assert found.steps[1].mean is None
        count_usage(yard)


def test_very_many_classes_are_the_most_frequent_and_others(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    rows = [(f"class {number:02}", 0.9) for number in range(30) for _ in range(30 - number)]
    called(yard, owner, endpoint, rows)
    total = use(yard, owner, endpoint).total
    assert total.classes is not None
    assert (len(total.classes), total.n_rows) == (20, len(rows))
    assert sum(total.classes.values()) + total.n_other_rows == len(rows)


def test_more_than_a_page_waits_for_is_told(
    yard: Yard, owner: Actor, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "MOST_UNCOUNTED", 10)
    made = drawn(yard, owner, endpoint, 25)
    found = use(yard, owner, endpoint)
    assert (found.total.n_calls, found.counted_until) == (10, made[9].created_at)
    count_usage(yard)
    assert (use(yard, owner, endpoint).total.n_calls, use(yard, owner, endpoint).counted_until) == (25, None)


def test_nobody_called(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    assert count_usage(yard) == 0
    found = use(yard, owner, endpoint)
    assert (len(found.steps), found.total.n_calls, found.total.p95_seconds) == (6, 0, None)


@pytest.mark.parametrize(
    "asked",
    [
        {"since": NOON, "until": NOON},
        {"since": NOON, "until": NOON - HOUR},
        {"since": NOON.replace(tzinfo=None)},
        {"since": NOON.replace(year=1)},
        {"since": NOON - timedelta(days=40)},
        {"since": NOON - timedelta(days=1000), "step": "day"},
    ],
)
def test_times_that_mean_nothing_are_refused(
    yard: Yard, owner: Actor, endpoint: Endpoint, asked: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        use(yard, owner, endpoint, **asked)


def test_the_use_of_others_is_not_there(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    with pytest.raises(NotFound):
        use(yard, replace(owner, id="us_stranger"), endpoint)


def test_bins_are_right_to_within_half_their_width() -> None:
    chance = random.Random(2)
    for seconds in (chance.lognormvariate(-3, 2) for _ in range(1000)):
        within = min(max(seconds, 1e-4), 1e4)
        assert abs(middle_of(bin_of(seconds)) / within - 1) <= GROWTH**0.5 - 1 + 1e-9
    assert quantiles({}, (0.5, 0.95)) == [None, None]
    assert quantiles({3: 1}, (0.5, 0.95)) == [middle_of(3)] * 2
    assert bin_of(0.0) == 0
    assert bin_of(1e9) == bin_of(1e4)
