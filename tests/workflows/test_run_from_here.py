"""A run from a node on executes it and what follows anew, reuses what comes before, and leaves other branches alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit, submit_document
from modelyard.workflows import verbs
from modelyard.workflows.graph import Graph
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.plan import plan
from modelyard.workflows.results import node_result, node_states
from tests.workflows.graphs import chain, link, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame


def forked(dataset_id: str) -> Graph:
    """Return two models of one split: one evaluated, the other on a branch of its own."""
    trained = chain(
        node("data", "dataset", dataset=dataset_id),
        node("drop", "drop_columns", columns=["bought", "price"]),
        node("split", "split", method="stratified"),
        node("train", "train", engine={"kind": "lightgbm", "n_estimators": 5}),
        ends=(node("evaluate", "evaluate"),),
    )
    other = node("other", "train", engine={"kind": "lightgbm", "n_estimators": 3})
    return trained.model_copy(
        update={"nodes": [*trained.nodes, other], "connections": [*trained.connections, link("split", "other")]}
    )


@pytest.fixture
def workflow_id(yard: Yard, owner: Actor) -> str:
    with yard.context(owner) as ctx:
        dataset_id = add_dataset(ctx, mixed_frame(), target="label").id
        return verbs.create_workflow(ctx, "Two models", graph=forked(dataset_id)).id


@pytest.fixture
def run(yard: Yard, owner: Actor, workflow_id: str) -> Callable[..., Run]:
    def do(**fields: Any) -> Run:
        with yard.context(owner) as ctx:
            run_id = submit(ctx, RunWorkflow(workflow=workflow_id, **fields)).id
        return drive(yard, run_id)

    return do


def states(run: Run) -> dict[str, str]:
    return {step["id"]: step["state"] for step in run.steps}


def test_the_plan_is_the_node_what_follows_and_what_those_need() -> None:
    graph = forked("ds_1")
    assert [step.id for step in plan(graph, anew="train")] == ["data", "drop", "split", "train", "evaluate"]
    assert [step.id for step in plan(graph, anew="other")] == ["data", "drop", "split", "other"]
    assert len(plan(graph, anew="data")) == 6
    with pytest.raises(Invalid, match="no node 'gone'"):
        plan(graph, anew="gone")


def test_it_and_what_follows_are_executed_anew(
    yard: Yard, owner: Actor, workflow_id: str, run: Callable[..., Run]
) -> None:
    first = run()
    assert first.state == "succeeded", first.error
    again = run(anew="train")
    assert again.state == "succeeded", again.error
    assert states(again) == {
        **dict.fromkeys(["data", "drop", "split"], "cached"),
        **dict.fromkeys(["train", "evaluate"], "succeeded"),
    }
    assert again.title == "Two models, from train"
    with yard.context(owner) as ctx:
        assert {state.freshness for state in node_states(ctx, workflow_id).values()} == {"fresh"}
        shown = node_result(ctx, workflow_id, "train")
        assert shown.run_id == again.id
        assert again.result is not None
        assert shown.model_id == again.result["models"]["train"], "the same bytes are the same version"
        assert len(list(ctx.session.scalars(select(Model.id)))) == 2
    third = run()
    assert set(states(third).values()) == {"cached"}


def test_a_node_that_is_not_there_is_refused(yard: Yard, owner: Actor, workflow_id: str) -> None:
    with pytest.raises(Invalid) as caught, yard.context(owner) as ctx:
        submit_document(ctx, {"kind": "workflow", "workflow": workflow_id, "anew": "gone"})
    assert [field.path for field in caught.value.fields] == [("anew",)]


def test_a_result_that_is_known_already_is_no_failure(
    yard: Yard, owner: Actor, workflow_id: str, run: Callable[..., Run]
) -> None:
    assert run(until="drop").state == "succeeded"
    with yard.context(owner) as ctx:
        good = Graph.read(verbs.get_workflow(ctx, workflow_id).graph)
        dataset_id = good.nodes[0].parameters["dataset"]
        wrong = chain(
            good.nodes[0],
            node("drop", "convert_types", columns=["colour"], to="number", unreadable="error"),
            node("split", "split"),
        )
        other = verbs.create_workflow(ctx, "Wrong", graph=wrong).id
        run_id = submit(ctx, RunWorkflow(workflow=other)).id
    assert drive(yard, run_id).state == "failed"
    with yard.context(owner) as ctx:
        failed = node_states(ctx, other)["drop"]
        assert (failed.freshness, failed.state) == ("stale", "failed")
        mended = chain(node("data", "dataset", dataset=dataset_id), good.nodes[1], node("split", "split"))
        verbs.save_workflow(ctx, other, name="Wrong", graph=mended, version=1)
        known = node_states(ctx, other)["drop"]
        assert (known.freshness, known.state, known.reason) == ("fresh", "cached", None)
