"""Calls: answered by column name, refused with paths, kept, and forgotten after their time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.history import list_calls
from modelyard.endpoints.housekeeping import remove_old_calls
from modelyard.endpoints.tables import Call
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.errors import Forbidden, Invalid, NotFound, Unauthenticated
from modelyard.kernel.yard import Yard
from modelyard.models.deletion import delete_model
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.serving import LoadedModels
from modelyard.models.tables import Model
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

pytestmark = pytest.mark.postgres
ROW = {"a": 0.3, "city": "Huế", "age": 40, "member": True}


@pytest.fixture
def model(yard: Yard, owner: Actor) -> Model:
    table = table_of(mixed(200).drop("value"), "two", "classification")
    return register(yard, owner, draft_of(yard, table, LightGBM(n_estimators=5))[1])


@pytest.fixture
def address(model: Model) -> str:
    return f"/api/v1/endpoints/{model.endpoint_id}"


def test_a_call_answers_the_class_and_all_probabilities(client: TestClient, address: str) -> None:
    answer = client.post(f"{address}/calls", json={"inputs": [ROW, {**ROW, "city": None}]})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [set(output["probabilities"]) for output in found["outputs"]] == [{"no", "yes"}] * 2
    first = found["outputs"][0]
    assert first["prediction"] == max(first["probabilities"], key=first["probabilities"].get)
    assert sum(first["probabilities"].values()) == pytest.approx(1)
    assert found["latency_seconds"] > 0
    kept = client.get(f"{address}/calls").json()["items"]
    assert [(call["id"], call["status"], call["inputs"][0]) for call in kept] == [(found["call_id"], "succeeded", ROW)]
    assert [{**output, "why": None} for output in kept[0]["outputs"]] == found["outputs"]
    assert client.get(address).json()["n_calls"] == 1


def test_an_unseen_category_is_answered_with_a_warning(client: TestClient, address: str) -> None:
    found = client.post(f"{address}/calls", json={"inputs": [{**ROW, "city": "Sapa"}]}).json()
    assert found["warnings"] == ["'city': 'Sapa' not seen in training; treated as unknown."]


def test_a_number_is_answered_as_a_number(client: TestClient, yard: Yard, owner: Actor) -> None:
    table = table_of(mixed(200).drop("two"), "value", "regression")
    model = register(yard, owner, draft_of(yard, table, LightGBM(n_estimators=5))[1])
    found = client.post(f"/api/v1/endpoints/{model.endpoint_id}/calls", json={"inputs": [ROW]}).json()["outputs"]
    assert isinstance(found[0]["prediction"], float)
    assert found[0]["probabilities"] is None


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"age": "forty"}, [["inputs", 0, "age"]]),
        ({"Age": 40}, [["inputs", 0, "Age"]]),
        ({"city": ["Huế"], "a": "x"}, [["inputs", 0, "a"], ["inputs", 0, "city"]]),
    ],
)
def test_a_wrong_column_is_answered_422_and_kept(
    client: TestClient, address: str, changes: dict[str, Any], paths: list[Any]
) -> None:
    answer = client.post(f"{address}/calls", json={"inputs": [{**ROW, **changes}]})
    assert answer.status_code == 422
    assert [field["path"] for field in answer.json()["fields"]] == paths
    kept = client.get(f"{address}/calls").json()["items"][0]
    assert (kept["status"], kept["outputs"]) == ("failed", [])
    assert kept["error"]["detail"] == answer.json()["detail"]
    assert client.get(address).json()["n_calls"] == 1


def test_a_missing_column_is_named(client: TestClient, address: str) -> None:
    row = {name: value for name, value in ROW.items() if name != "age"}
    answer = client.post(f"{address}/calls", json={"inputs": [row]})
    assert answer.json()["fields"] == [{"path": ["inputs", 0, "age"], "message": "The column 'age' is missing."}]


@pytest.mark.parametrize("body", [{}, {"inputs": []}, {"inputs": "x"}, {"inputs": [1]}, {"inputs": [ROW] * 1001}])
def test_bodies_of_another_shape_are_refused(client: TestClient, address: str, body: Any) -> None:
    assert client.post(f"{address}/calls", json=body).status_code == 422


def test_infinity_in_the_body_is_refused_in_a_sentence(client: TestClient, address: str) -> None:
    text = '{"inputs": [{"a": Infinity, "city": null, "age": 1, "member": null}]}'
    answer = client.post(f"{address}/calls", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] in (["inputs", 0, "a"], ["body"])


def test_the_history_is_paged_newest_first(yard: Yard, owner: Actor, model: Model, client: TestClient) -> None:
    made = [call_endpoint(yard, owner, str(model.endpoint_id), [{**ROW, "age": age}]).id for age in range(5)]
    address, seen, cursor = f"/api/v1/endpoints/{model.endpoint_id}/calls", [], None
    while True:
        page = client.get(address, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [call["id"] for call in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == sorted(made, reverse=True)


def test_who_may_call(yard: Yard, owner: Actor, model: Model) -> None:
    endpoint_id = str(model.endpoint_id)
    caller = replace(owner, scopes=frozenset({"endpoints:call"}))
    assert call_endpoint(yard, caller, endpoint_id, [ROW]).status == "succeeded"
    with pytest.raises(Forbidden):
        call_endpoint(yard, replace(owner, scopes=frozenset({"models:read"})), endpoint_id, [ROW])
    with pytest.raises(NotFound):
        call_endpoint(yard, replace(owner, id="us_stranger"), endpoint_id, [ROW])
    with pytest.raises(Unauthenticated):
        call_endpoint(yard, ANONYMOUS, endpoint_id, [ROW])


def test_a_call_without_signing_in_is_refused(anonymous: TestClient, address: str) -> None:
    assert anonymous.post(f"{address}/calls", json={"inputs": [ROW]}).status_code == 401


def test_old_calls_are_forgotten(yard: Yard, owner: Actor, model: Model) -> None:
    long_ago = yard.clock() - yard.settings.calls_kept - timedelta(days=1)
    call_endpoint(yard.at(lambda: long_ago), owner, str(model.endpoint_id), [ROW])
    kept = call_endpoint(yard, owner, str(model.endpoint_id), [ROW])
    remove_old_calls(yard)
    with yard.context(owner) as ctx:
        assert [call.id for call in list_calls(ctx, str(model.endpoint_id))] == [kept.id]


def test_calls_go_with_their_model(yard: Yard, owner: Actor, model: Model) -> None:
    call_endpoint(yard, owner, str(model.endpoint_id), [ROW])
    with yard.context(owner) as ctx:
        delete_model(ctx, model.id)
    with yard.context(owner) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Call)) == 0


def test_a_corrupt_model_file_is_not_used(yard: Yard, model: Model) -> None:
    from modelyard.kernel.artifacts import ArtifactCorrupt

    path = next(path for path in (yard.settings.data / "artifacts").rglob("*") if model.artifact_hash in str(path))
    path.chmod(0o644)
    path.write_bytes(b"something else")
    with pytest.raises(ArtifactCorrupt):
        LoadedModels().get(yard.artifacts, yard.settings.scratch, model.artifact_hash)


def test_nul_and_infinity_are_kept_as_text_where_a_call_is_refused(yard: Yard, owner: Actor, model: Model) -> None:
    with pytest.raises(Invalid):
        call_endpoint(yard, owner, str(model.endpoint_id), [{**ROW, "city": "a\0b", "a": float("inf")}])
    with yard.context(owner) as ctx:
        kept = list_calls(ctx, str(model.endpoint_id))[0].inputs[0]
    assert (kept["city"], kept["a"]) == ("a\N{REPLACEMENT CHARACTER}b", "inf")


def test_too_many_inputs_are_refused_by_the_verb_too(yard: Yard, owner: Actor, model: Model) -> None:
    with pytest.raises(Invalid, match="1 to 1,000 inputs"):
        call_endpoint(yard, owner, str(model.endpoint_id), [ROW] * 1001)
