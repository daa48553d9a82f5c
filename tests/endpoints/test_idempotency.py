"""Idempotency keys: the same request twice is answered once, and nothing is done twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import func, select, update

from modelyard.endpoints.idempotency import (
    ANSWERS_KEPT,
    GIVEN_UP_AFTER,
    Asking,
    StillRunning,
    answer_once,
    forget_old_answers,
)
from modelyard.endpoints.tables import KeptAnswer
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound, Unavailable
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from tests.endpoints.conftest import ROW, Programs
from tests.endpoints.test_keys import key_of

pytestmark = pytest.mark.postgres
KEY = {"Idempotency-Key": "7a6f"}


class Counted(BaseModel):
    """An answer that says how often it was made."""

    n: int


class Maker:
    """Makes a new answer each time."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> Counted:
        self.n += 1
        return Counted(n=self.n)


@pytest.fixture
def asking(yard: Yard, owner: Actor, model: Model) -> Asking:
    return Asking(yard, owner, str(model.endpoint_id), "calls", "k", "f")


def n_kept(client: TestClient, address: str) -> int:
    return len(client.get(f"{address}/calls").json()["items"])


def test_the_same_request_is_answered_once(client: TestClient, address: str) -> None:
    first = client.post(f"{address}/calls", json={"inputs": [ROW]}, headers=KEY)
    again = client.post(f"{address}/calls", json={"inputs": [dict(reversed(ROW.items()))]}, headers=KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == "application/json"
    assert n_kept(client, address) == 1


def test_a_key_used_for_another_request_is_refused(client: TestClient, address: str) -> None:
    client.post(f"{address}/calls", json={"inputs": [ROW]}, headers=KEY)
    answer = client.post(f"{address}/calls", json={"inputs": [{**ROW, "age": 41}]}, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "This Idempotency-Key was used for another request."
    assert "new key" in answer.json()["hint"]
    assert n_kept(client, address) == 1


def test_a_refused_call_is_replayed_too(client: TestClient, address: str) -> None:
    body = {"inputs": [{**ROW, "age": "forty"}]}
    first, again = (client.post(f"{address}/calls", json=body, headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.headers["Idempotent-Replayed"] == "true"
    without = [{**answer.json(), "request_id": None} for answer in (first, again)]
    assert without[0] == without[1]
    assert n_kept(client, address) == 1


def test_keys_of_different_callers_do_not_meet(client: TestClient, address: str, programs: Programs) -> None:
    bodies: list[Any] = [{"inputs": [{**ROW, "age": age}]} for age in (20, 30)]
    for body in bodies:
        program = programs(key_of(client, address)["key"])
        answer = program.post(f"{address}/calls", json=body, headers=KEY)
        assert answer.status_code == 200, answer.text
        assert "Idempotent-Replayed" not in answer.headers


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_an_unusable_key_is_refused(client: TestClient, address: str, key: str) -> None:
    answer = client.post(f"{address}/calls", json={"inputs": [ROW]}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422


def test_a_request_in_flight_is_told_when_to_come_back(asking: Asking) -> None:
    started, may_end = threading.Event(), threading.Event()

    def slow() -> Counted:
        started.set()
        assert may_end.wait(30)
        return Counted(n=1)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answer_once, asking, slow)
        assert started.wait(30)
        with pytest.raises(StillRunning) as refused:
            answer_once(asking, Maker())
        may_end.set()
        kept = first.result(30)
    assert (refused.value.status, refused.value.headers) == (409, {"Retry-After": "1"})
    again = answer_once(asking, Maker())
    assert (again.body, again.is_replayed) == (kept.body, True)


def test_many_at_once_are_answered_once(asking: Asking) -> None:
    make = Maker()

    def ask(_: int) -> str:
        try:
            return answer_once(asking, make).body
        except StillRunning:
            return "later"

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(ask, range(64)))
    assert make.n == 1
    assert answers <= {'{"n":1}', "later"}


@pytest.mark.parametrize("error", [NotFound("no"), Unavailable("busy"), RuntimeError("a fault")])
def test_what_may_succeed_later_is_not_kept(asking: Asking, error: Exception) -> None:
    def fail() -> Counted:
        raise error

    with pytest.raises(type(error)):
        answer_once(asking, fail)
    assert answer_once(asking, Maker()).body == '{"n":1}'


def test_a_request_that_died_is_taken_over(asking: Asking) -> None:
    make = Maker()
    answer_once(asking, make)
    with asking.yard.context(asking.actor) as ctx:
        died = update(KeptAnswer).values(status=None, body=None)
        ctx.session.execute(died.values(created_at=ctx.clock() - GIVEN_UP_AFTER))
    assert answer_once(asking, make).body == '{"n":2}'


def test_answers_are_forgotten_after_a_day(asking: Asking, yard: Yard, owner: Actor) -> None:
    make = Maker()
    answer_once(asking, make)
    tomorrow = yard.at(lambda: yard.clock() + ANSWERS_KEPT + timedelta(seconds=1))
    later = Asking(tomorrow, owner, asking.endpoint_id, asking.of, asking.key, "another request")
    assert answer_once(later, make).body == '{"n":2}'
    forget_old_answers(yard)
    assert count(yard, owner) == 1, "the one of tomorrow"
    forget_old_answers(yard.at(lambda: yard.clock() + 3 * ANSWERS_KEPT))
    assert count(yard, owner) == 0


def test_a_key_at_an_endpoint_that_is_not_there(yard: Yard, owner: Actor) -> None:
    with pytest.raises(NotFound):
        answer_once(Asking(yard, owner, "ep_nothing", "calls", "k", "f"), Maker())
    assert count(yard, owner) == 0


def test_a_refusal_keeps_its_fields(asking: Asking) -> None:
    from modelyard.kernel.errors import FieldError

    def refuse() -> Counted:
        raise Invalid("wrong", hint="right it", fields=[FieldError(("inputs", 0, "a"), "wrong here")])

    with pytest.raises(Invalid):
        answer_once(asking, refuse)
    with pytest.raises(Exception, match="wrong") as replayed:
        answer_once(asking, refuse)
    assert (replayed.value.status, replayed.value.code, replayed.value.hint) == (422, "invalid", "right it")  # type: ignore[attr-defined]
    assert replayed.value.fields == (FieldError(("inputs", 0, "a"), "wrong here"),)  # type: ignore[attr-defined]


def count(yard: Yard, owner: Actor) -> int:
    with yard.context(owner) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(KeptAnswer)) or 0
