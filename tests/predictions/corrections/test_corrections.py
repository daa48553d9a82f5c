"""Corrections over HTTP: of calls and of batches, replaced, taken back, refused, and kept when their subject goes."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.predictions.batches.tables import Batch
from tests.models.rows import Table, numbers, schema_of
from tests.models.yard import draft_of, register
from tests.predictions.batches.yard import Batches

API = "/api/v1"
HOSTILE = "<img src=x onerror=alert(1)> =cmd|' /C calc'!A0 great 👨‍👩‍👧 \u202e*bold* {{7*7}}"
HOUSE = {"size": 80.0, "rooms": 3, "town": "Hue", "garden": True, "built": "2010-05-01"}
Corrects = Callable[..., httpx.Response]


@pytest.fixture
def correct(client: TestClient) -> Corrects:
    return lambda **said: client.post(f"{API}/corrections", json=said)


def called(client: TestClient, model: Model, *inputs: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"{API}/endpoints/{model.endpoint_id}/calls", json={"inputs": list(inputs)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def listed(client: TestClient, model: Model, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{API}/endpoints/{model.endpoint_id}/corrections", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.mark.postgres
def test_a_row_of_a_call_is_corrected_replaced_and_taken_back(
    client: TestClient, correct: Corrects, reviews: Model
) -> None:
    call = called(client, reviews, {"review": "great phone"}, {"review": HOSTILE})
    made = correct(call_id=call["call_id"], row=1, correct="bad")
    assert made.status_code == 201, made.text
    first = made.json()
    assert (first["row"], first["correct"], first["batch_id"], first["version"]) == (1, "bad", None, 1)
    assert first["predicted"] == call["outputs"][1]["prediction"] == "good"
    assert first["inputs"] == {"review": HOSTILE}
    assert first["actor_name"]
    second = correct(call_id=call["call_id"], row=1, correct="good").json()
    assert (second["id"], second["correct"]) == (first["id"], "good")
    assert second["created_at"] > first["created_at"]
    confirmed = correct(call_id=call["call_id"], row=0, correct="good").json()
    assert [each["id"] for each in listed(client, reviews)] == [confirmed["id"], first["id"]]
    assert [each["row"] for each in listed(client, reviews, call_id=call["call_id"], row=1)] == [1]
    assert listed(client, reviews, cursor=confirmed["id"])[0]["id"] == first["id"]
    assert client.delete(f"{API}/corrections/{first['id']}").status_code == 204
    assert client.delete(f"{API}/corrections/{first['id']}").status_code == 404
    assert [each["id"] for each in listed(client, reviews)] == [confirmed["id"]]


def test_a_correction_outlives_the_call(client: TestClient, correct: Corrects, reviews: Model) -> None:
    call = called(client, reviews, {"review": "great phone"})
    assert correct(call_id=call["call_id"], row=0, correct="bad").status_code == 201
    assert client.delete(f"{API}/endpoints/{reviews.endpoint_id}/calls/{call['call_id']}").status_code == 204
    [kept] = listed(client, reviews)
    assert (kept["inputs"], kept["correct"]) == ({"review": "great phone"}, "bad")
    assert correct(call_id=call["call_id"], row=0, correct="good").status_code == 404


def test_rows_of_a_batch_show_what_they_should_have_been(
    client: TestClient, correct: Corrects, batches: Batches, reviews: Model
) -> None:
    batch = batches.predicted(reviews, 'review\ngreat phone\n" "\nbad screen\nlove it\n')
    assert (batch.state, batch.n_failed) == ("succeeded", 1)
    there = f"{API}/batches/{batch.id}/rows"
    assert client.get(there, params={"only": "corrected"}).json() == {"total": 0, "items": []}
    assert correct(batch_id=batch.id, row=3, correct="good").status_code == 201
    failed = correct(batch_id=batch.id, row=2, correct="bad").json()
    assert (failed["predicted"], failed["inputs"]) == (None, {"review": None})
    rows = client.get(there).json()["items"]
    assert {row["row"]: row["correct"] for row in rows} == {1: None, 2: "bad", 3: "good", 4: None}
    only = client.get(there, params={"only": "corrected", "sort": "confidence"}).json()
    assert (only["total"], [row["row"] for row in only["items"]]) == (2, [3, 2])
    assert client.delete(f"{API}/batches/{batch.id}").status_code == 204
    assert {(each["row"], each["correct"]) for each in listed(client, reviews)} == {(2, "bad"), (3, "good")}


def test_what_cannot_be_right_is_refused(client: TestClient, correct: Corrects, reviews: Model) -> None:
    call = called(client, reviews, {"review": "great phone"})["call_id"]
    unknown = correct(call_id=call, row=0, correct="mixed")
    assert unknown.status_code == 422
    assert "'bad', 'good'" in unknown.json()["hint"]
    assert unknown.json()["fields"][0]["path"] == ["correct"]
    assert correct(call_id=call, row=0, correct="\u001b", is_new_class=True).status_code == 422
    assert correct(call_id=call, row=0, correct="  ", is_new_class=True).status_code == 422
    assert correct(call_id=call, row=0, correct="x" * 201, is_new_class=True).status_code == 422
    new = correct(call_id=call, row=0, correct=" mixed ", is_new_class=True)
    assert (new.status_code, new.json()["correct"]) == (201, "mixed")
    beyond = correct(call_id=call, row=1, correct="good")
    assert (beyond.status_code, beyond.json()["fields"][0]["path"]) == (422, ["row"])
    assert correct(call_id=call, row=-1, correct="good").status_code == 422
    assert correct(call_id=call, row=0, correct=True).status_code == 422
    assert correct(row=0, correct="good").status_code == 422
    assert correct(call_id=call, batch_id="bt_1", row=0, correct="good").status_code == 422
    assert correct(call_id="cl_none", row=0, correct="good").status_code == 404
    client.post(f"{API}/endpoints/{reviews.endpoint_id}/calls", json={"inputs": [{"wrong": "x"}]})
    refused = client.get(f"{API}/endpoints/{reviews.endpoint_id}/calls").json()["items"][0]["id"]
    assert correct(call_id=refused, row=0, correct="good").status_code == 409


def test_numbers_are_corrected_with_numbers(
    client: TestClient, correct: Corrects, batches: Batches, houses: Model
) -> None:
    call = called(client, houses, HOUSE)["call_id"]
    assert correct(call_id=call, row=0, correct=310).json()["correct"] == 310.0
    assert correct(call_id=call, row=0, correct="dear").status_code == 422
    for bad in ("NaN", "Infinity", "-Infinity", "1e999"):
        body = f'{{"call_id": "{call}", "row": 0, "correct": {bad}}}'
        answer = client.post(f"{API}/corrections", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, bad
    batch = batches.predicted(houses, "size,rooms,town,garden,built\n80,3,Hue,true,2010-05-01\nbig,2,Hue,true,x\n")
    assert batch.n_failed == 1
    assert correct(batch_id=batch.id, row=2, correct=-1.5).json()["predicted"] is None
    beyond = correct(batch_id=batch.id, row=3, correct=1)
    assert (beyond.status_code, beyond.json()["fields"][0]["path"]) == (422, ["row"])
    assert correct(batch_id=batch.id, row=0, correct=1).status_code == 422


def test_a_batch_without_results_has_nothing_to_correct(correct: Corrects, batches: Batches, reviews: Model) -> None:
    batch: Batch = batches.given(reviews, "review\ngreat\n")
    assert correct(batch_id=batch.id, row=1, correct="good").status_code == 409


def test_another_person_finds_nothing(
    client: TestClient, anonymous: TestClient, correct: Corrects, batches: Batches, reviews: Model
) -> None:
    call = called(client, reviews, {"review": "great phone"})["call_id"]
    batch = batches.predicted(reviews, "review\ngreat phone\n")
    made = correct(call_id=call, row=0, correct="bad").json()
    other = anonymous
    person = {"email": "other@example.com", "password": "correct horse battery", "name": "Other"}
    other.post(f"{API}/auth/register", json=person).raise_for_status()
    other.headers["X-CSRF-Token"] = other.post(f"{API}/auth/sign-in", json=person).json()["csrf_token"]
    for said in ({"call_id": call, "row": 0}, {"batch_id": batch.id, "row": 1}):
        assert other.post(f"{API}/corrections", json={**said, "correct": "bad"}).status_code == 404
    assert other.delete(f"{API}/corrections/{made['id']}").status_code == 404
    there = f"{API}/endpoints/{reviews.endpoint_id}"
    assert other.get(f"{there}/corrections").status_code == 404
    assert other.get(f"{there}/accuracy").status_code == 404
    assert other.post(f"{there}/corrections/dataset").status_code == 404
    assert other.get(f"{API}/batches/{batch.id}/rows/1/why").status_code == 404
    assert other.get(f"{API}/models/{reviews.id}/thresholds").status_code == 404


def test_clusters_have_no_right_answer(client: TestClient, yard: Yard, owner: Actor, correct: Corrects) -> None:
    frame = numbers(60).select("a", "b")
    table = Table(frame, schema_of(frame, None, "clustering"))
    _, draft = draft_of(yard, table, family("engine").parse({"kind": "k_means", "n_clusters": 2}))
    model = register(yard, owner, draft)
    call = called(client, model, {"a": 0.1, "b": 0.2})["call_id"]
    answer = correct(call_id=call, row=0, correct="1")
    assert answer.status_code == 422
    assert "no right answer" in answer.json()["detail"]
    assert client.get(f"{API}/endpoints/{model.endpoint_id}/accuracy").status_code == 422


def test_that_they_go_with_the_last_version_is_told_before(
    client: TestClient, correct: Corrects, reviews: Model
) -> None:
    call = called(client, reviews, {"review": "great phone"})
    address = f"{API}/models/{reviews.id}/dependents"
    assert client.get(address).json()["goes"] == {}
    correct(call_id=call["call_id"], row=0, correct="bad")
    assert client.get(address).json()["goes"] == {"corrections": 1}
