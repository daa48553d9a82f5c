"""The history of calls: every filter, alone and together, is what a scan of all calls would find."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from modelyard.endpoints import call_search, history
from modelyard.endpoints.call_filters import CallFilters, cursor_after
from modelyard.endpoints.history import PastCall, get_call, list_calls, page_of_calls
from modelyard.endpoints.history_removal import delete_call, delete_calls
from modelyard.endpoints.housekeeping import remove_old_calls
from modelyard.endpoints.marks import STEPS, class_key, confidence_of, step_of
from modelyard.endpoints.tables import Call, CallClass, Endpoint
from modelyard.endpoints.verbs import change_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Forbidden, Invalid, NotFound
from modelyard.kernel.ids import first_id, instant_of, new_id
from modelyard.kernel.yard import Yard
from tests.endpoints.past import NOON, called, endpoint_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def endpoint(yard: Yard, owner: Actor) -> Endpoint:
    return endpoint_of(yard, owner)


def pages(yard: Yard, owner: Actor, endpoint: Endpoint, filters: CallFilters, limit: int = 7) -> list[str]:
    """Walk all pages and return the ids."""
    found: list[str] = []
    cursor = None
    while True:
        with yard.context(owner, writes=False) as ctx:
            page = page_of_calls(ctx, endpoint.id, filters, limit=limit, cursor=cursor)
        assert len(page.calls) <= limit
        found += [call.id for call in page.calls]
        if (cursor := page.next) is None:
            return found


def drawn(yard: Yard, owner: Actor, endpoint: Endpoint, n_calls: int = 120) -> list[Call]:
    chance = random.Random(5)
    confidences = [0.0, 0.3, 0.599, 0.6, 0.601, 0.64, 0.65, 0.95, 0.9995, 1.0]
    made = []
    for place in range(n_calls):
        rows = [
            (chance.choice(["good", "bad", "x" * 300]), chance.choice(confidences))
            for _ in range(chance.choice([1, 1, 1, 3, 12]))
        ]
        made.append(
            called(
                *(yard, owner, endpoint),
                rows,
                at=NOON + timedelta(minutes=place),
                texts=[chance.choice(["Tốt lắm", "tệ", "50 % off"])],
                version=chance.choice([1, 2]),
                failed=chance.random() < 0.1,
            )
        )
    return made


def is_meant(call: Call, filters: CallFilters) -> bool:
    """Say it as plainly as possible: what the indexes must agree with."""
    low, high = filters.min_confidence or 0.0, 1.0 if filters.max_confidence is None else filters.max_confidence
    rows = [(output["prediction"], confidence_of(output)) for output in call.outputs]
    has_row = any(
        filters.class_name in (None, name) and (not filters.has_confidence or low <= (confidence or 0.0) <= high)
        for name, confidence in rows
    )
    text = " ".join(str(row["text"]) for row in call.inputs).casefold()
    return (
        (has_row or not filters.is_by_answer)
        and filters.version in (None, call.version)
        and filters.status in (None, call.status)
        and (filters.search or "").casefold() in text
        and (filters.since is None or call.created_at >= filters.since)
        and (filters.until is None or call.created_at < filters.until)
    )


FILTERS: list[dict[str, Any]] = [
    {},
    {"class_name": "good"},
    {"class_name": "x" * 300},
    {"class_name": "nobody"},
    {"min_confidence": 0.6},
    {"max_confidence": 0.6},
    {"min_confidence": 0.6, "max_confidence": 0.601},
    {"max_confidence": 0.0},
    {"min_confidence": 1.0},
    {"min_confidence": 0.9, "class_name": "bad"},
    {"version": 2},
    {"version": 7},
    {"status": "failed"},
    {"status": "succeeded"},
    {"status": "failed", "version": 1},
    {"status": "failed", "class_name": "good"},
    {"version": 1, "class_name": "bad", "max_confidence": 0.64},
    {"since": NOON + timedelta(minutes=30), "until": NOON + timedelta(minutes=90)},
    {"since": NOON + timedelta(minutes=30), "class_name": "good"},
    {"until": NOON},
    {"search": "TỐT"},
    {"search": "50 %", "version": 2},
    {"search": "_"},
    {"search": "\\"},
]


def test_every_filter_finds_what_a_scan_finds(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    made = drawn(yard, owner, endpoint)
    other = endpoint_of(yard, owner)
    called(yard, owner, other, [("good", 0.6)])
    n_found = 0
    for stated in FILTERS:
        filters = CallFilters(**stated)
        expected = sorted((call.id for call in made if is_meant(call, filters)), reverse=True)
        assert pages(yard, owner, endpoint, filters) == expected, stated
        assert pages(yard, owner, endpoint, filters, limit=1) == expected, stated
        n_found += len(expected)
    assert n_found > 500


def test_ids_are_ranges_of_time() -> None:
    made = [new_id("cl", at=NOON + timedelta(milliseconds=n)) for n in range(5)]
    assert made == sorted(made)
    assert made[1] < first_id("cl", NOON + timedelta(milliseconds=2)) <= made[2]
    assert instant_of(made[3]) == NOON + timedelta(milliseconds=3)


@pytest.mark.parametrize(("confidence", "step"), [(0.0, 0), (0.05, 1), (0.6, 12), (0.999, 21), (1.0, 21), (None, -1)])
def test_steps_of_confidence(confidence: float | None, step: int) -> None:
    assert step_of(confidence) == step
    assert len(STEPS) == 21


def test_long_classes_are_told_apart() -> None:
    first, second = class_key("a" * 500 + "1"), class_key("a" * 500 + "2")
    assert first != second
    assert max(len(first), len(second)) <= 200
    assert class_key("a\0b") != class_key("a\0c")
    assert "\0" not in class_key("a\0b")


def test_a_call_of_many_rows_shows_three_and_counts_all(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    rows = [("good", 0.7)] * 900 + [("bad", 0.99)] * 99 + [("rare", 0.2)]
    call = called(yard, owner, endpoint, rows)
    with yard.context(owner) as ctx:
        (shown,) = list_calls(ctx, endpoint.id, CallFilters(class_name="rare"))
        whole = get_call(ctx, endpoint.id, call.id)
    assert (len(shown.inputs), len(shown.outputs), shown.n_inputs) == (3, 3, 1000)
    assert shown.inputs == call.inputs[:3]
    assert shown.outputs == call.outputs[:3]
    assert shown.classes == {"good": 900, "bad": 99, "rare": 1}
    assert (shown.lowest_confidence, shown.highest_confidence) == (0.2, 0.99)
    assert (whole.inputs, whole.outputs) == (call.inputs, call.outputs)


def test_hostile_text_comes_back_as_it_was(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    texts = ["<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "{{7*7}}", "a\u202eb", "👨‍👩‍👧‍👦", "שלום", "e\u0301"]
    call = called(yard, owner, endpoint, [("good", 0.5)] * len(texts), texts=texts)
    for searched in (*texts, "É", "שלו"):
        assert pages(yard, owner, endpoint, CallFilters(search=searched)) == [call.id]
    with yard.context(owner) as ctx:
        assert [row["text"] for row in get_call(ctx, endpoint.id, call.id).inputs] == texts


def test_a_search_says_how_far_it_looked(
    yard: Yard, owner: Actor, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PIECE", 4)
    monkeypatch.setattr(call_search, "MOST_ROWS_IN_MEMORY", 3)
    monkeypatch.setattr(history, "MOST_SEARCHED", 8)
    made = [
        called(yard, owner, endpoint, at=NOON + timedelta(minutes=n), texts=["here" if n == 1 else "-"])
        for n in range(20)
    ]
    with yard.context(owner) as ctx:
        first = page_of_calls(ctx, endpoint.id, CallFilters(search="here"), limit=3)
        assert first.calls == []
        assert first.searched_until == made[12].created_at
    assert pages(yard, owner, endpoint, CallFilters(search="here"), limit=3) == [made[1].id]


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"min_confidence": 1.1}, "min_confidence"),
        ({"max_confidence": -0.1}, "max_confidence"),
        ({"min_confidence": float("nan")}, "min_confidence"),
        ({"min_confidence": 0.7, "max_confidence": 0.6}, "min_confidence"),
        ({"since": NOON, "until": NOON}, "since"),
        ({"since": NOON.replace(tzinfo=None)}, "since"),
        ({"until": NOON.replace(year=9999)}, "until"),
    ],
)
def test_filters_that_mean_nothing_are_refused(stated: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        CallFilters(**stated)
    assert caught.value.fields[0].path == (field,)


def test_a_cursor_of_another_endpoint_is_refused(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    other = endpoint_of(yard, owner)
    call = called(yard, owner, other)
    for cursor in (cursor_after(other.id, call.id), call.id, "x", "cl_.00000000", "'; --"):
        with yard.context(owner) as ctx, pytest.raises(Invalid, match="not one of this endpoint"):
            page_of_calls(ctx, endpoint.id, cursor=cursor)


def test_no_calls_and_one_call(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    with yard.context(owner) as ctx:
        assert page_of_calls(ctx, endpoint.id) == history.Page([], None, None)
    call = called(yard, owner, endpoint)
    with yard.context(owner) as ctx:
        page = page_of_calls(ctx, endpoint.id, limit=1)
    assert ([each.id for each in page.calls], page.next) == ([call.id], None)


def test_what_others_own_is_not_there(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    call = called(yard, owner, endpoint)
    stranger = replace(owner, id="us_stranger")
    with yard.context(stranger) as ctx:
        for look in (
            lambda: list_calls(ctx, endpoint.id),
            lambda: get_call(ctx, endpoint.id, call.id),
            lambda: delete_call(ctx, endpoint.id, call.id),
        ):
            with pytest.raises(NotFound):
                look()
    with pytest.raises(NotFound):
        delete_calls(yard, stranger, endpoint.id)
    other = endpoint_of(yard, owner)
    with yard.context(owner) as ctx, pytest.raises(NotFound):
        get_call(ctx, other.id, call.id)


def test_deleting_needs_its_scope(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    reader = replace(owner, scopes=frozenset({"endpoints:read"}))
    called(yard, owner, endpoint)
    with pytest.raises(Forbidden):
        delete_calls(yard, reader, endpoint.id)


def left(yard: Yard, owner: Actor, endpoint: Endpoint) -> list[PastCall]:
    with yard.context(owner) as ctx:
        return list_calls(ctx, endpoint.id, limit=200)


def test_deleting_one_and_all_that_match(
    yard: Yard, owner: Actor, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelyard.endpoints.history_removal.AT_ONCE", 3)
    made = drawn(yard, owner, endpoint, 40)
    with yard.context(owner) as ctx:
        delete_call(ctx, endpoint.id, made[0].id)
    filters = CallFilters(class_name="good")
    meant = {call.id for call in made[1:] if is_meant(call, filters)}
    removed = delete_calls(yard, owner, endpoint.id, filters)
    assert (removed.n_deleted, removed.next) == (len(meant), None)
    assert {call.id for call in left(yard, owner, endpoint)} == {call.id for call in made[1:]} - meant
    delete_calls(yard, owner, endpoint.id)
    with yard.context(owner) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(CallClass)) == 0
    assert left(yard, owner, endpoint) == []


def test_a_long_deletion_says_where_to_go_on(
    yard: Yard, owner: Actor, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelyard.endpoints.history_removal.AT_ONCE", 3)
    monkeypatch.setattr("modelyard.endpoints.history_removal.MOST_SECONDS", -1.0)
    for n in range(8):
        called(yard, owner, endpoint, at=NOON + timedelta(minutes=n))
    counted, cursor = [], None
    while True:
        removed = delete_calls(yard, owner, endpoint.id, cursor=cursor)
        counted.append(removed.n_deleted)
        if (cursor := removed.next) is None:
            break
    assert counted == [3, 3, 2]


def test_each_endpoint_keeps_its_calls_for_its_own_time(yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    other = endpoint_of(yard, owner)
    now = yard.clock()
    for each in (endpoint, other):
        for days in (0, 5, 89, 91):
            called(yard, owner, each, [("good", 0.5)], at=now - timedelta(days=days))
    with yard.context(owner) as ctx:
        change_endpoint(ctx, endpoint.id, calls_kept_days=3)
    remove_old_calls(yard)
    assert (len(left(yard, owner, endpoint)), len(left(yard, owner, other))) == (1, 3)
    with yard.context(owner) as ctx:
        change_endpoint(ctx, endpoint.id, name="Renamed")
        assert change_endpoint(ctx, other.id, calls_kept_days=None).calls_kept_days is None
    remove_old_calls(yard)
    assert (len(left(yard, owner, endpoint)), len(left(yard, owner, other))) == (1, 3)


def test_the_history_over_http(client: TestClient, yard: Yard, owner: Actor, endpoint: Endpoint) -> None:
    made = drawn(yard, owner, endpoint, 30)
    address = f"/api/v1/endpoints/{endpoint.id}"
    asked = {"class": "good", "max_confidence": 0.64, "since": NOON.isoformat(), "limit": 4}
    page = client.get(f"{address}/calls", params=asked).json()
    meant = [call.id for call in reversed(made) if is_meant(call, CallFilters(class_name="good", max_confidence=0.64))]
    assert [call["id"] for call in page["items"]] == meant[:4]
    assert page["searched_until"] is None
    following = client.get(f"{address}/calls", params={**asked, "cursor": page["next"]}).json()
    assert [call["id"] for call in following["items"]] == meant[4:8]
    failed = client.get(f"{address}/calls", params={"status": "failed"}).json()["items"]
    assert all(call["error"]["detail"] == "That is not a row." for call in failed)
    assert client.get(f"{address}/calls/{meant[0]}").json()["id"] == meant[0]
    assert client.delete(f"{address}/calls/{meant[0]}").status_code == 204
    assert client.get(f"{address}/calls/{meant[0]}").status_code == 404
    removed = client.delete(f"{address}/calls", params={"class": "good", "max_confidence": 0.64}).json()
    assert removed == {"n_deleted": len(meant) - 1, "next": None}
    used = client.get(f"{address}/usage", params={"since": NOON.isoformat(), "step": "hour"})
    assert used.status_code == 422  # from NOON until now are too many hours
    used = client.get(f"{address}/usage", params={"since": NOON.isoformat(), "until": "2026-03-11T00:00:00Z"}).json()
    assert (used["n_calls"], used["step"], len(used["steps"])) == (30, "day", 1)


@pytest.mark.parametrize(
    "asked",
    [
        {"min_confidence": 1.5},
        {"max_confidence": "nan"},
        {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"since": "2026-03-02T00:00:00"},
        {"search": "a\0b"},
        {"cursor": "cl_0"},
        {"status": "lost"},
    ],
)
def test_bad_filters_over_http_are_refused_in_a_sentence(
    client: TestClient, endpoint: Endpoint, asked: dict[str, Any]
) -> None:
    address = f"/api/v1/endpoints/{endpoint.id}/calls"
    for answer in (client.get(address, params=asked), client.delete(address, params=asked)):
        assert answer.status_code == 422, answer.text
        assert answer.json()["fields"][0]["message"]


def test_how_long_calls_are_kept_is_set_over_http(client: TestClient, endpoint: Endpoint) -> None:
    address = f"/api/v1/endpoints/{endpoint.id}"
    assert client.patch(address, json={"calls_kept_days": 30}).json()["calls_kept_days"] == 30
    for days in (0, -1, 10**6, "x"):
        assert client.patch(address, json={"calls_kept_days": days}).status_code == 422
    assert client.patch(address, json={"calls_kept_days": None}).json()["calls_kept_days"] is None
