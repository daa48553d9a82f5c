"""Why a row of a batch was predicted as it was."""

import pytest
from fastapi.testclient import TestClient

from modelyard.models.tables import Model
from tests.predictions.batches.yard import Batches

API = "/api/v1"
HOSTILE = "<img src=x onerror=alert(1)> great phone"


def test_words_of_a_row_add_up_to_its_score(client: TestClient, batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, f'review\n"{HOSTILE}"\n" "\n')
    there = f"{API}/batches/{batch.id}/rows"
    why = client.get(f"{there}/1/why").json()
    assert why["of"] == client.get(there).json()["items"][0]["prediction"] == "good"
    told = why["base"] + sum(reason["contribution"] for reason in why["reasons"]) + why["rest"]
    assert told == pytest.approx(why["score"])
    strongest = why["reasons"][0]
    assert (strongest["column"], strongest["contribution"] > 0) == ("review", True)
    start, end = strongest["spans"][0]
    assert HOSTILE[start:end] == strongest["feature"] == "great"
    called = {"inputs": [{"review": HOSTILE}], "explain": True}
    of_call = client.post(f"{API}/endpoints/{reviews.endpoint_id}/calls", json=called).json()["outputs"][0]["why"]
    assert of_call == why
    failed = client.get(f"{there}/2/why").json()
    assert (failed["reasons"], failed["score"]) == ([], None)
    assert failed["unavailable"].startswith("This row was not predicted.")
    assert client.get(f"{there}/3/why").status_code == 404
    assert client.get(f"{there}/0/why").status_code == 422
    assert client.delete(f"{API}/models/{reviews.id}", params={"all_versions": True}).status_code == 204
    assert "was deleted" in client.get(f"{there}/1/why").json()["unavailable"]
    said = client.post(f"{API}/corrections", json={"batch_id": batch.id, "row": 1, "correct": "bad"})
    assert (said.status_code, "deleted" in said.json()["detail"]) == (409, True)


def test_columns_push_a_number(client: TestClient, batches: Batches, houses: Model) -> None:
    batch = batches.predicted(houses, "size,rooms,town,garden,built\n190,3,Saigon,true,2010-05-01\n")
    why = client.get(f"{API}/batches/{batch.id}/rows/1/why").json()
    pushes = {reason["column"]: reason["contribution"] for reason in why["reasons"]}
    assert pushes["size"] > 0
    assert pushes["town"] > 0
    assert why["score"] == pytest.approx(client.get(f"{API}/batches/{batch.id}/rows").json()["items"][0]["prediction"])
