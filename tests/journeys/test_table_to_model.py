"""The main job through HTTP with a real worker: a file, a workflow, a model, a call."""

import csv
import json
import random
from pathlib import Path

import psutil
import pytest

from tests.journeys.server import Server

pytestmark = pytest.mark.postgres


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A table with missing values, categories and a target that depends on them."""
    chance = random.Random(3)
    path = tmp_path / "people.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["age", "income", "city", "bought"])
        for _ in range(400):
            age, city = chance.randint(18, 80), chance.choice(["Hanoi", "Lyon", "Quito"])
            income = "" if chance.random() < 0.1 else round(chance.gauss(30 + age, 12), 1)
            bought = age + (30 if city == "Quito" else 0) + chance.gauss(0, 5) > 60
            writer.writerow([age, income, city, "yes" if bought else "no"])
    return path


def train(server: Server, people: Path) -> tuple[dict, dict]:
    dataset = server.upload(people, name="people", target="bought")
    assert dataset["state"] == "ready", dataset["error"]
    workflow = server.post("workflows", {"name": "who buys", "dataset": dataset["id"]})
    assert not [problem for problem in workflow["problems"] if problem["severity"] == "error"]
    run = server.finished(server.post("runs", {"kind": "workflow", "workflow": workflow["id"]})["id"])
    assert run["state"] == "succeeded", run["error"]
    return workflow, run


def test_from_a_file_to_an_answer(server: Server, people: Path) -> None:
    workflow, run = train(server, people)
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
    assert history[0]["outputs"][0]["prediction"] == "yes" or len(history) == 2


def test_only_what_changed_runs_again(server: Server, people: Path) -> None:
    workflow, _ = train(server, people)
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

    stale = server.client.put(f"workflows/{workflow['id']}", json=body)
    assert stale.status_code == 409


def test_the_event_stream_replays_from_any_point(server: Server, people: Path) -> None:
    _, run = train(server, people)

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


@pytest.mark.parametrize("whom", ["api", "worker", "child"])
def test_whoever_is_killed_in_mid_run_nothing_is_lost(server: Server, whom: str) -> None:
    """SIGKILL to the server, its worker or the run's child: the run is finished by a successor, once."""
    run_id = server.post("runs", {"kind": "test_count", "to": 10, "pause_seconds": 0.5})["id"]
    server.wait(lambda: server.get(f"runs/{run_id}")["progress_fraction"] > 0.1)
    worker = next(p for p in psutil.Process(server.process.pid).children() if "worker" in p.cmdline())
    (child,) = [p for p in worker.children() if "modelyard.runs.child" in p.cmdline()]
    {"api": psutil.Process(server.process.pid), "worker": worker, "child": child}[whom].kill()
    server.wait(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    if whom == "api":
        server.process.wait()
        server.wait(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
        server.start()
    run = server.finished(run_id)
    assert run["state"] == "succeeded"
    assert run["attempts"] == 2
    assert run["result"]["counted"] == 10


def test_ctrl_c_ends_everything_it_started(server: Server) -> None:
    run_id = server.post("runs", {"kind": "test_native"})["id"]
    server.wait(lambda: server.get(f"runs/{run_id}")["message"].startswith("pid "))
    family = psutil.Process(server.process.pid).children(recursive=True)
    assert len(family) >= 2
    server.stop()
    assert not [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def test_cancel_over_http(server: Server) -> None:
    run_id = server.post("runs", {"kind": "test_native", "ignore_term": True})["id"]
    server.wait(lambda: server.get(f"runs/{run_id}")["message"].startswith("pid "))
    server.post(f"runs/{run_id}/cancel")
    assert server.finished(run_id)["state"] == "cancelled"
