"""Workflows over HTTP: shapes, 409, 422, and what a stranger may not."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame

BASE = "/api/v1/workflows"


@pytest.fixture
def dataset_id(yard: Yard, owner: Actor) -> str:
    with yard.context(owner) as ctx:
        return add_dataset(ctx, mixed_frame(), target="label").id


@pytest.fixture
def workflow(client: TestClient, dataset_id: str) -> dict[str, Any]:
    answer = client.post(BASE, json={"name": "Labels", "dataset": dataset_id})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_workflow_for_a_dataset_is_ready_to_run(client: TestClient, workflow: dict[str, Any]) -> None:
    assert workflow["problems"] == []
    assert workflow["version"] == 1
    assert workflow["graph"]["schema"] == 1
    assert workflow["last_run"] is None
    first = workflow["graph"]["nodes"][0]
    assert first["kind"] == "dataset"
    assert workflow["schemas"][first["id"]]["table"]["target"] == "label"
    listed = client.get(BASE).json()
    assert [item["id"] for item in listed["items"]] == [workflow["id"]]
    assert listed["items"][0]["n_nodes"] == len(workflow["graph"]["nodes"])
    assert listed["next"] is None
    assert client.get(f"{BASE}/{workflow['id']}").json() == workflow


def test_a_draft_is_saved_and_answers_its_problems(client: TestClient, workflow: dict[str, Any]) -> None:
    graph = workflow["graph"]
    graph["nodes"].append({"id": "new", "kind": "from_the_future", "parameters": {"a": [1]}, "mood": "blue"})
    graph["nodes"][0]["parameters"] = {}
    answer = client.put(f"{BASE}/{workflow['id']}", json={"name": "Draft", "graph": graph, "version": 1})
    assert answer.status_code == 200, answer.text
    saved = answer.json()
    assert saved["version"] == 2
    assert saved["graph"]["nodes"][-1]["mood"] == "blue"
    told = {(problem["node"], problem["field"]) for problem in saved["problems"]}
    assert told >= {("new", "kind"), (graph["nodes"][0]["id"], "dataset")}
    refused = client.post("/api/v1/runs", json={"kind": "workflow", "workflow": workflow["id"]})
    assert refused.status_code == 422
    assert ["graph", "nodes", "new", "kind"] in [field["path"] for field in refused.json()["fields"]]


def test_the_later_of_two_saves_is_told_the_current_version(client: TestClient, workflow: dict[str, Any]) -> None:
    body = {"name": "Mine", "graph": workflow["graph"], "version": 1}
    assert client.put(f"{BASE}/{workflow['id']}", json=body).status_code == 200
    answer = client.put(f"{BASE}/{workflow['id']}", json={**body, "name": "Yours"})
    assert answer.status_code == 409
    told = answer.json()
    assert told["fields"] == [{"path": ["version"], "message": "2"}]
    assert told["hint"]
    assert client.get(f"{BASE}/{workflow['id']}").json()["name"] == "Mine"
    numbers = [item["number"] for item in client.get(f"{BASE}/{workflow['id']}/versions").json()["items"]]
    assert numbers == [2, 1]
    assert client.get(f"{BASE}/{workflow['id']}/versions/1").json()["name"] == "Labels"
    assert client.get(f"{BASE}/{workflow['id']}/versions/99").status_code == 404


@pytest.mark.parametrize("graph", [{}, {"nodes": 3}, {"nodes": [{}]}, {"schema": "x", "connections": [None]}])
def test_checking_anything_answers_problems(client: TestClient, graph: dict[str, Any]) -> None:
    answer = client.post(f"{BASE}/check", json={"graph": graph})
    assert answer.status_code == 200, answer.text
    assert answer.json()["problems"]


@pytest.mark.parametrize("value", ["NaN", "1e999", '"\\ud800"'])
def test_what_is_no_json_for_a_browser_is_refused(client: TestClient, workflow: dict[str, Any], value: str) -> None:
    node = f'{{"id": "a", "kind": "split", "parameters": {{"test_fraction": {value}}}}}'
    body = f'{{"name": "x", "version": 1, "graph": {{"nodes": [{node}]}}}}'
    answer = client.put(f"{BASE}/{workflow['id']}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert client.get(f"{BASE}/{workflow['id']}").json()["version"] == 1


def test_nodes_that_never_ran(client: TestClient, workflow: dict[str, Any]) -> None:
    node_id = workflow["graph"]["nodes"][1]["id"]
    states = client.get(f"{BASE}/{workflow['id']}/steps").json()
    assert states[node_id]["freshness"] == "never"
    shown = client.get(f"{BASE}/{workflow['id']}/nodes/{node_id}").json()
    assert (shown["state"], shown["fresh"], shown["schema"], shown["preview"]) == ("never", False, None, None)


def test_the_script_is_plain_text(client: TestClient, workflow: dict[str, Any]) -> None:
    answer = client.get(f"{BASE}/{workflow['id']}/code")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    compile(answer.text, "workflow.py", "exec")


def test_cards_of_nodes_tell_ports_widgets_and_engines(client: TestClient) -> None:
    cards = {card["kind"]: card for card in client.get("/api/v1/kinds").json()["node"]}
    assert [port["shape"] for port in cards["train"]["inputs"]] == ["table"]
    assert [port["shape"] for port in cards["train"]["outputs"]] == ["model"]
    engine = cards["train"]["schema"]["properties"]["engine"]
    assert engine["x-widget"] == "engine"
    assert {item["properties"]["kind"]["const"] for item in engine["oneOf"]} >= {"lightgbm", "random_forest"}
    assert cards["dataset"]["schema"]["properties"]["dataset"]["x-widget"] == "dataset"
    assert cards["fill_missing"]["telling"]


def test_deleting_and_strangers(client: TestClient, anonymous: TestClient, workflow: dict[str, Any]) -> None:
    assert anonymous.get(f"{BASE}/{workflow['id']}").status_code == 401
    assert client.delete(f"{BASE}/{workflow['id']}").status_code == 204
    assert client.get(f"{BASE}/{workflow['id']}").status_code == 404
