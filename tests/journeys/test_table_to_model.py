"""The main job through HTTP with a real worker: a file, a workflow, a model, a call."""

import csv
import json
import random
from pathlib import Path

import pytest

from tests.journeys.server import Server

pytestmark = pytest.mark.postgres(sqlite_long=True)  # on SQLite the browser tests do the same


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table with missing values, categories and a target that depends on them."""
    chance = random.Random(3)
    path = tmp_path_factory.mktemp("people") / "people.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["age", "income", "city", "bought"])
        for _ in range(400):
            age, city = chance.randint(18, 80), chance.choice(["Hanoi", "Lyon", "Quito"])
            income = "" if chance.random() < 0.1 else round(chance.gauss(30 + age, 12), 1)
            bought = age + (30 if city == "Quito" else 0) + chance.gauss(0, 5) > 60
            writer.writerow([age, income, city, "yes" if bought else "no"])
    return path


@pytest.fixture(scope="module")
def trained(server: Server, people: Path) -> tuple[dict, dict]:
    """A workflow that was run once, and its run."""
    dataset = server.upload(people, name="people", target="bought")
    assert dataset["state"] == "ready", dataset["error"]
    workflow = server.post("workflows", {"name": "who buys", "dataset": dataset["id"]})
    assert not [problem for problem in workflow["problems"] if problem["severity"] == "error"]
    run = server.finished(server.post("runs", {"kind": "workflow", "workflow": workflow["id"]})["id"])
    assert run["state"] == "succeeded", run["error"]
    return workflow, run


def test_from_a_file_to_an_answer(server: Server, trained: tuple[dict, dict]) -> None:
    workflow, run = trained
    (model_id,) = run["result"]["model_ids"]
    model = server.get(f"models/{model_id}")
    accuracy = next(metric for metric in model["metrics"] if metric["name"] == "accuracy")
    assert accuracy["split"] == "test"
    assert accuracy["value"] > 0.8
    assert model["workflow"] == {"id": workflow["id"], "version": workflow["version"]}

    endpoint = f"endpoints/{model['endpoint_id']}"
    answer = server.post(f"{endpoint}/calls", {"inputs": [{"age": 75, "income": 90.0, "city": "Quito"}]})
    (output,) = answer["outputs"]
    assert output["prediction"] == "yes"
    assert set(output["probabilities"]) == {"yes", "no"}
    assert abs(sum(output["probabilities"].values()) - 1) < 1e-9

    refused = server.client.post(f"{endpoint}/calls", json={"inputs": [{"Age": 75, "income": "much", "city": "Quito"}]})
    assert refused.status_code == 422
    columns = {field["path"][-1] for field in refused.json()["fields"]}
    assert {"age", "Age", "income"} <= columns

    history = server.get(f"{endpoint}/calls")["items"]
    assert [call["status"] for call in history] == ["failed", "succeeded"]
    assert history[1]["outputs"][0]["prediction"] == "yes"


def test_only_what_changed_runs_again(server: Server, trained: tuple[dict, dict]) -> None:
    workflow, _ = trained
    graph = server.get(f"workflows/{workflow['id']}")["graph"]
    node = next(node for node in graph["nodes"] if node["kind"] == "train")
    node["parameters"]["seed"] = 99
    version = server.get(f"workflows/{workflow['id']}")["version"]
    body = {"name": "who buys", "graph": graph, "version": version}
    answer = server.client.put(f"workflows/{workflow['id']}", json=body)
    assert answer.is_success, answer.text
    run = server.finished(server.post("runs", {"kind": "workflow", "workflow": workflow["id"]})["id"])
    states = {step["id"]: step["state"] for step in run["steps"]}
    after = {node["id"]} | {c["to_node"] for c in graph["connections"] if c["from_node"] == node["id"]}
    assert {node_id for node_id, state in states.items() if state == "succeeded"} == after
    assert all(state == "cached" for node_id, state in states.items() if node_id not in after)

    node["parameters"]["seed"] = 100
    stale = server.client.put(f"workflows/{workflow['id']}", json=body)
    assert stale.status_code == 409
    assert server.get(f"workflows/{workflow['id']}")["version"] == answer.json()["version"]


def test_the_event_stream_replays_from_any_point(server: Server, trained: tuple[dict, dict]) -> None:
    _, run = trained

    def events(**headers: str) -> list[tuple[int, str, dict]]:
        told, now = [], {}
        with server.client.stream("GET", f"runs/{run['id']}/events", headers=headers) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            for line in stream.iter_lines():
                if not line and now.get("id"):
                    told.append((int(now["id"]), now["event"], json.loads(now["data"])))
                    now = {}
                elif ": " in line:
                    name, _, value = line.partition(": ")
                    now[name] = value
        return told

    everything = events()
    assert [number for number, _, _ in everything] == list(range(1, len(everything) + 1))
    assert everything[-1][1:] == ("state", {**everything[-1][2], "state": "succeeded"})
    assert events(**{"Last-Event-ID": "5"}) == everything[5:]
