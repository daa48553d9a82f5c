"""A workflow runs in a child process, its model is registered once, and a killed run goes on where it was."""

import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from modelyard.data.verbs import delete_dataset
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.models.verbs import get_model, list_models
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from modelyard.runs.verbs import get_run, retry_run, submit, submit_document
from modelyard.workflows import verbs
from modelyard.workflows.graph import Graph
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.results import node_result, node_states
from modelyard.workflows.tables import StepCache
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame

NODES = ["data", "drop", "split", "train", "evaluate", "visualise"]
Make = Callable[..., str]


def small_graph(dataset_id: str, **train: Any) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id),
        node("drop", "drop_columns", columns=["bought", "price"]),
        node("split", "split", method="stratified"),
        node("train", "train", **{"engine": {"kind": "lightgbm", "n_estimators": 5}, **train}),
        ends=(node("evaluate", "evaluate"), node("visualise", "visualise")),
    )


@pytest.fixture
def dataset_id(yard: Yard, owner: Actor) -> str:
    with yard.context(owner) as ctx:
        return add_dataset(ctx, mixed_frame(), target="label").id


@pytest.fixture
def make(yard: Yard, owner: Actor, dataset_id: str) -> Make:
    def do(**train: Any) -> str:
        with yard.context(owner) as ctx:
            return verbs.create_workflow(ctx, "Labels", graph=small_graph(dataset_id, **train)).id

    return do


@pytest.fixture
def run(yard: Yard, owner: Actor) -> Callable[..., Run]:
    def do(workflow_id: str, **fields: Any) -> Run:
        with yard.context(owner) as ctx:
            run_id = submit(ctx, RunWorkflow(workflow=workflow_id, **fields)).id
        return drive(yard, run_id)

    return do


def states(run: Run) -> dict[str, str]:
    return {step["id"]: step["state"] for step in run.steps}


@pytest.mark.postgres
def test_a_run_registers_its_model_once_and_shows_every_node(
    yard: Yard, owner: Actor, make: Make, run: Callable[..., Run], dataset_id: str
) -> None:
    workflow_id = make(name="My model")
    first = run(workflow_id)
    assert first.state == "succeeded", first.error
    assert states(first) == dict.fromkeys(NODES, "succeeded")
    assert first.result is not None
    [model_id] = first.result["model_ids"]
    with yard.context(owner) as ctx:
        model = get_model(ctx, model_id)
        assert (model.name, model.task, model.target) == ("My model", "classification", "label")
        assert (model.workflow_id, model.workflow_version, model.dataset_id) == (workflow_id, 1, dataset_id)
        assert {item["name"] for item in model.signature["inputs"]} == {"size", "weight", "count", "colour", "is_new"}
        shown = node_result(ctx, workflow_id, "evaluate")
        assert shown.fresh
        assert {metric["split"] for metric in shown.metrics} == {"test"}
        assert any(chart["spec"] for chart in node_result(ctx, workflow_id, "visualise").charts)
        trained = node_result(ctx, workflow_id, "train")
        assert trained.model_id == model_id
        data = node_result(ctx, workflow_id, "data")
        assert data.preview is not None
        assert len(data.preview["rows"]) == 100
        assert data.preview["total"] == 200
        assert {state.freshness for state in node_states(ctx, workflow_id).values()} == {"fresh"}
        assert node_states(ctx, workflow_id)["drop"].n_columns == 6

    second = run(workflow_id)
    assert states(second) == dict.fromkeys(NODES, "cached")
    assert second.result is not None
    assert second.result["model_ids"] == [model_id]
    with yard.context(owner) as ctx:
        assert len(list_models(ctx)) == 1


def test_a_late_change_makes_late_nodes_stale_and_runs_only_them(
    yard: Yard, owner: Actor, make: Make, run: Callable[..., Run]
) -> None:
    workflow_id = make()
    with yard.context(owner) as ctx:
        assert node_result(ctx, workflow_id, "train").state == "never"
        assert {state.freshness for state in node_states(ctx, workflow_id).values()} == {"never"}
    first = run(workflow_id)
    with yard.context(owner) as ctx:
        row = verbs.get_workflow(ctx, workflow_id)
        graph = Graph.read(row.graph).with_parameters({"visualise": {"charts": ["confusion_matrix"]}})
        verbs.save_workflow(ctx, workflow_id, name=row.name, graph=graph, version=1)
        seen = node_states(ctx, workflow_id)
        assert seen["visualise"].freshness == "stale"
        assert seen["visualise"].reason == "Its parameters were changed: charts."
        assert seen["train"].freshness == "fresh"
        assert not node_result(ctx, workflow_id, "visualise").fresh
        assert node_result(ctx, workflow_id, "visualise").charts
    second = run(workflow_id)
    assert states(second) == {**dict.fromkeys(NODES, "cached"), "visualise": "succeeded"}
    with yard.context(owner) as ctx:
        now = node_result(ctx, workflow_id, "visualise").charts
        then = node_result(ctx, workflow_id, "visualise", run_id=first.id)
        assert [chart["kind"] for chart in now] == ["confusion_matrix"]
        assert len(then.charts) > 1
        assert not then.fresh


def test_until_runs_only_what_leads_there(make: Make, run: Callable[..., Run]) -> None:
    done = run(make(), until="split")
    assert list(states(done)) == ["data", "drop", "split"]
    assert done.result is not None
    assert done.result["model_ids"] == []


def test_a_workflow_with_problems_is_refused_by_field(yard: Yard, owner: Actor, make: Make) -> None:
    workflow_id = make(seed=-1)
    with pytest.raises(Invalid) as caught, yard.context(owner) as ctx:
        submit_document(ctx, {"kind": "workflow", "workflow": workflow_id})
    assert caught.value.status == 422
    assert [field.path for field in caught.value.fields] == [("graph", "nodes", "train", "seed")]
    with yard.context(owner) as ctx:
        assert (
            submit_document(ctx, {"kind": "workflow", "workflow": workflow_id, "until": "split"}).title
            == "Labels, until split"
        )
        with pytest.raises(NotFound):
            submit_document(ctx, {"kind": "workflow", "workflow": "wf_gone"})
        with pytest.raises(Invalid, match="no node 'gone'"):
            submit_document(ctx, {"kind": "workflow", "workflow": workflow_id, "until": "gone"})


def test_what_a_run_executes_is_frozen_when_it_is_submitted(yard: Yard, owner: Actor, make: Make) -> None:
    workflow_id = make()
    with yard.context(owner) as ctx:
        run_id = submit(ctx, RunWorkflow(workflow=workflow_id)).id
        row = verbs.get_workflow(ctx, workflow_id)
        verbs.save_workflow(ctx, workflow_id, name="Other", graph=Graph(), version=row.version)
    done = drive(yard, run_id)
    assert done.state == "succeeded"
    assert done.spec["version"] == 1
    assert done.spec["graph"]["nodes"][0]["parameters"]["target"] == "label"


def test_a_dataset_deleted_after_submitting_fails_with_a_reason(
    yard: Yard, owner: Actor, make: Make, dataset_id: str
) -> None:
    workflow_id = make()
    with yard.context(owner) as ctx:
        run_id = submit(ctx, RunWorkflow(workflow=workflow_id)).id
    with yard.context(owner) as ctx:
        delete_dataset(ctx, dataset_id)
    done = drive(yard, run_id)
    assert done.state == "failed"
    assert done.error is not None
    assert "not in the store" in done.error["message"]
    with pytest.raises(Invalid, match="dataset is gone"), yard.context(owner) as ctx:
        retry_run(ctx, run_id)


def test_a_failed_step_is_named_and_the_run_can_be_mended(
    yard: Yard, owner: Actor, make: Make, run: Callable[..., Run]
) -> None:
    with yard.context(owner) as ctx:
        frame = mixed_frame().with_columns(size=float("inf"))
        dataset_id = add_dataset(ctx, frame, target="label").id
        workflow_id = verbs.create_workflow(ctx, "x", graph=small_graph(dataset_id)).id
    done = run(workflow_id)
    assert done.state == "failed"
    assert done.error is not None
    assert done.error["message"].startswith("Train: LightGBM cannot take infinite values")
    assert states(done)["train"] == "failed"
    with yard.context(owner) as ctx:
        assert node_states(ctx, workflow_id)["train"].state == "failed"
        result = node_result(ctx, workflow_id, "train")
        assert result.state == "failed"
        assert "infinite" in (result.message or "")


def child_of(yard: Yard, run_id: str) -> psutil.Process:
    found = [
        process
        for process in psutil.Process().children(recursive=True)
        if any("modelyard.runs.child" in part for part in process.cmdline())
    ]
    assert len(found) == 1
    return found[0]


def test_a_killed_child_is_replaced_and_goes_on_after_its_last_finished_step(
    yard: Yard, owner: Actor, make: Make
) -> None:
    workflow_id = make(engine={"kind": "random_forest", "n_estimators": 600}, class_weight="balanced")
    with yard.context(owner) as ctx:
        row = verbs.get_workflow(ctx, workflow_id)
        document = Graph.read(row.graph).document()
        document["nodes"][1]["parameters"]["columns"] = ["bought", "price", "colour", "size"]
        verbs.save_workflow(ctx, workflow_id, name="x", graph=Graph.read(document), version=1)
        run_id = submit(ctx, RunWorkflow(workflow=workflow_id)).id
    driver = threading.Thread(target=drive, args=(yard, run_id))
    driver.start()
    deadline = time.monotonic() + 60
    while states(look(yard, owner, run_id)).get("train") != "running":
        assert time.monotonic() < deadline, "training never began"
        time.sleep(0.02)
    child_of(yard, run_id).kill()
    driver.join(timeout=120)
    done = look(yard, owner, run_id)
    assert done.state == "succeeded", done.error
    assert done.attempts == 2
    assert states(done) == {
        "data": "cached",
        "drop": "cached",
        "split": "cached",
        "train": "succeeded",
        "evaluate": "succeeded",
        "visualise": "succeeded",
    }
    with yard.context(owner) as ctx:
        assert len(list_models(ctx)) == 1


def look(yard: Yard, owner: Actor, run_id: str) -> Run:
    with yard.context(owner, writes=False) as ctx:
        return get_run(ctx, run_id)


def test_a_damaged_kept_result_is_removed_and_made_anew(
    yard: Yard, owner: Actor, make: Make, run: Callable[..., Run]
) -> None:
    workflow_id = make()
    run(workflow_id, until="split")
    with yard.readers() as session:
        kept = session.scalars(select(StepCache).order_by(StepCache.created_at.desc()).limit(1)).one()
    digest = kept.outputs["table"]["table"]
    (yard.settings.data / "artifacts" / digest[:2] / digest).write_bytes(b"damaged")
    damaged = run(workflow_id)
    assert damaged.state == "failed"
    assert damaged.error is not None
    assert "other bytes than were stored" in damaged.error["message"]
    assert "Run again" in damaged.error["hint"]
    again = run(workflow_id)
    assert again.state == "succeeded", again.error
    assert states(again)["split"] == "succeeded"
