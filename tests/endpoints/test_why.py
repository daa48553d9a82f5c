"""Calls that ask why, and answers that are not sure."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.random_forest import RandomForest
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.fill_missing import FillMissing
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

pytestmark = pytest.mark.postgres
ROW = {"a": 0.3, "city": "Huế", "age": 40, "member": True}


@pytest.fixture(params=["exact", "occlusion"])
def address(request: pytest.FixtureRequest, yard: Yard, owner: Actor) -> str:
    table = table_of(mixed(200).drop("value"), "two", "classification")
    exact = draft_of(yard, table, LightGBM(n_estimators=5))
    forest = (RandomForest(n_estimators=5), [FillMissing(), EncodeCategories()])
    _, draft = exact if request.param == "exact" else draft_of(yard, table, *forest)
    return f"/api/v1/endpoints/{register(yard, owner, draft).endpoint_id}"


def call(client: TestClient, address: str, **more: Any) -> dict[str, Any]:
    """Return the answer's outputs and the rest."""
    answer = client.post(f"{address}/calls", json={"inputs": [ROW], **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["outputs"][0]
    return found


def test_reasons_come_when_they_are_asked_for_and_are_kept(client: TestClient, address: str) -> None:
    assert call(client, address)["why"] is None
    output = call(client, address, explain=True)
    why = output["why"]
    assert why["of"] == output["prediction"]
    assert {reason["column"] for reason in why["reasons"]} <= set(ROW)
    total = why["base"] + why["rest"] + sum(reason["contribution"] for reason in why["reasons"])
    assert total == pytest.approx(why["score"], abs=1e-9)
    if why["scale"] == "probability":
        assert why["score"] == pytest.approx(output["probabilities"][output["prediction"]], abs=1e-9)
    kept = client.get(f"{address}/calls").json()["items"]
    assert kept[0]["outputs"][0]["why"] == why
    assert "why" not in kept[1]["outputs"][0]


def test_reasons_of_many_rows_are_refused(client: TestClient, address: str) -> None:
    answer = client.post(f"{address}/calls", json={"inputs": [ROW] * 21, "explain": True})
    assert answer.status_code == 422
    assert answer.json()["fields"] == [
        {"path": ["explain"], "message": "At most 20 rows are explained at once; these are 21."}
    ]


def test_an_answer_below_the_threshold_is_not_sure(client: TestClient, address: str) -> None:
    output = call(client, address)
    assert output["is_sure"] is None
    best = max(output["probabilities"].values())
    for threshold, is_sure in ((best, True), (min(best + 0.001, 1.0), best >= 1.0), (0.0, True), (None, None)):
        assert client.patch(address, json={"not_sure_below": threshold}).status_code == 200
        assert call(client, address)["is_sure"] is is_sure


def test_a_row_that_cannot_be_taken_is_refused_with_its_path(client: TestClient, address: str) -> None:
    answer = client.post(f"{address}/calls", json={"inputs": [{**ROW, "age": "old"}], "explain": True})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == ["inputs", 0, "age"]
