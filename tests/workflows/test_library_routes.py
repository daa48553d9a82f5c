"""Versions, schedules, templates and workflow files over HTTP: shapes, statuses, headers."""

import json
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
    made: dict[str, Any] = client.post(BASE, json={"name": "Labels / Nhãn", "dataset": dataset_id}).json()
    return made


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_list_says_what_is_read_what_stands_in_the_way_and_what_comes(
    client: TestClient, workflow: dict[str, Any], dataset_id: str
) -> None:
    ok(client.post(BASE, json={"name": "Empty"}), 201)
    ok(client.put(f"{BASE}/{workflow['id']}/schedule", json={"cron": "0 6 * * *", "timezone": "Asia/Ho_Chi_Minh"}))
    empty, labels = ok(client.get(BASE))["items"]
    assert (empty["n_problems"] > 0, empty["datasets"], empty["schedule"]) == (True, [], None)
    assert (labels["n_problems"], labels["datasets"]) == (0, [{"id": dataset_id, "name": "mixed"}])
    assert labels["schedule"]["next_at"].endswith("T23:00:00Z")
    assert [item["id"] for item in ok(client.get(BASE, params={"dataset": dataset_id}))["items"]] == [workflow["id"]]
    client.delete(f"/api/v1/datasets/{dataset_id}")
    (labels,) = ok(client.get(BASE, params={"dataset": dataset_id}))["items"]
    assert labels["datasets"] == [{"id": dataset_id, "name": None}]


def test_versions_are_named_compared_and_restored(client: TestClient, workflow: dict[str, Any]) -> None:
    at = f"{BASE}/{workflow['id']}"
    graph = workflow["graph"]
    split = next(node for node in graph["nodes"] if node["kind"] == "split")
    split["parameters"]["test_fraction"] = 0.3
    ok(client.put(at, json={"name": "Labels", "graph": graph, "version": 1}))
    assert ok(client.patch(f"{at}/versions/1", json={"label": "as made"}))["label"] == "as made"
    assert [each["number"] for each in ok(client.get(f"{at}/versions", params={"labelled": True}))["items"]] == [1]
    diff = ok(client.get(f"{at}/diff", params={"before": 1, "after": 2}))
    assert [(each["id"], each["parameters"]) for each in diff["nodes"]] == [
        (split["id"], [{"path": "test_fraction", "before": 0.2, "after": 0.3}])
    ]
    assert client.post(f"{at}/versions/1/restore", json={"version": 1}).status_code == 409
    assert ok(client.post(f"{at}/versions/1/restore", json={"version": 2}))["version"] == 3
    assert client.get(f"{at}/diff", params={"before": 1, "after": 9}).status_code == 404


def test_a_schedule_is_set_looked_at_and_removed(client: TestClient, workflow: dict[str, Any]) -> None:
    at = f"{BASE}/{workflow['id']}/schedule"
    assert ok(client.get(at)) is None
    made = ok(client.put(at, json={"cron": "30 6 * * 1-5", "timezone": "Europe/Berlin"}))
    assert len(made["next_times"]) == 5
    assert made["next_times"][0] == made["next_at"]
    assert made["words"] == "At 06:30 on Monday through Friday"
    assert made["starts"] == ok(client.get(f"{at}/starts")) == []
    paused = ok(client.put(at, json={"cron": "@daily", "is_paused": True}))
    assert (paused["cron"], paused["is_paused"], paused["next_times"]) == ("0 0 * * *", True, [])
    for body, field in (({"cron": "61 * * * *"}, "cron"), ({"cron": "@daily", "timezone": "Mars"}, "timezone")):
        refused = client.put(at, json=body)
        assert refused.status_code == 422
        assert [each["path"] for each in refused.json()["fields"]] == [[field]]
    times = ok(client.get(f"{BASE}/schedule-times", params={"cron": "0 12 * * *", "timezone": "UTC"}))
    assert len(times["next_times"]) == 5
    assert client.delete(at).status_code == 204
    assert ok(client.get(at)) is None


def test_a_file_goes_out_and_comes_in(client: TestClient, workflow: dict[str, Any], dataset_id: str) -> None:
    answer = client.get(f"{BASE}/{workflow['id']}/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="Labels-Nh-n.workflow.json"'
    assert dataset_id not in answer.text
    document = answer.json()
    plan = ok(client.post(f"{BASE}/import/check", json={"document": document}))
    assert (plan["n_nodes"], plan["unknown_kinds"]) == (len(workflow["graph"]["nodes"]), [])
    (wanted,) = plan["datasets"]
    assert wanted["match"] == {"id": dataset_id, "name": "mixed"}
    assert (wanted["matched_by"], wanted["is_sure"], wanted["sample"]) == ("content", True, None)
    made = ok(client.post(f"{BASE}/import", json={"document": document, "name": "Again"}), 201)
    assert (made["name"], made["problems"]) == ("Again", [])
    for garbage in (None, [], {"format": "modelyard-workflow", "version": 99}, "x" * 1_000_000):
        refused = client.post(f"{BASE}/import", json={"document": garbage})
        assert refused.status_code == 422, garbage
        assert len(refused.text) < 1000


def test_code_as_script_and_notebook(client: TestClient, workflow: dict[str, Any]) -> None:
    at = f"{BASE}/{workflow['id']}/code"
    assert client.get(at).headers["content-type"].startswith("text/plain")
    notebook = client.get(at, params={"format": "notebook"})
    assert notebook.headers["content-type"] == "application/x-ipynb+json"
    assert notebook.headers["content-disposition"] == 'attachment; filename="Labels-Nh-n.ipynb"'
    assert json.loads(notebook.content)["nbformat"] == 4
    assert client.get(at, params={"format": "exe"}).status_code == 422


def test_the_gallery_and_using_a_template(client: TestClient) -> None:
    listed = ok(client.get(f"{BASE}/templates"))
    assert len(listed) >= 8
    assert all(each["unavailable"] is None for each in listed)
    made = ok(client.post(f"{BASE}/templates/{listed[0]['key']}"), 201)
    assert made["name"] == listed[0]["name"]
    assert client.post(f"{BASE}/templates/none").status_code == 404


def test_whoever_is_not_signed_in_gets_nothing(anonymous: TestClient) -> None:
    for method, path in (
        ("GET", "templates"),
        ("GET", "schedule-times?cron=@daily"),
        ("GET", "wf_1/schedule"),
        ("GET", "wf_1/export"),
        ("GET", "wf_1/diff?before=1&after=2"),
    ):
        assert anonymous.request(method, f"{BASE}/{path}").status_code == 401, path
