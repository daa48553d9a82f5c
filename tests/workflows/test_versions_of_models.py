"""Running a workflow again: the same training is the same version, another one waits; groups are on record."""

from collections.abc import Callable
from typing import Any

import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.card import card
from modelyard.models.comparing.verbs import compare_models, paired_tests
from modelyard.models.deletion import delete_model
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model, list_models
from modelyard.runs.drive import drive
from modelyard.runs.verbs import submit
from modelyard.workflows import verbs
from modelyard.workflows.graph import Graph
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.results import node_result
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame

Run = Callable[..., Model]


@pytest.fixture
def run(yard: Yard, owner: Actor) -> Run:
    """Save the workflow with a number of trees, run it, and return the model that its train node stands for now."""
    with yard.context(owner) as ctx:
        dataset_id = add_dataset(ctx, mixed_frame(), target="label").id
        workflow_id = verbs.create_workflow(ctx, "Labels", graph=graph(dataset_id, 3)).id

    def do(n_trees: int) -> Model:
        with yard.context(owner) as ctx:
            saved = verbs.get_workflow(ctx, workflow_id)
            verbs.save_workflow(
                ctx, workflow_id, name=saved.name, graph=graph(dataset_id, n_trees), version=saved.version
            )
            run_id = submit(ctx, RunWorkflow(workflow=workflow_id)).id
        done = drive(yard, run_id)
        assert done.state == "succeeded", done.error
        assert done.result is not None
        with yard.context(owner) as ctx:
            return get_model(ctx, done.result["models"]["train"])

    return do


def graph(dataset_id: str, n_trees: int) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id),
        node("drop", "drop_columns", columns=["bought", "price"]),
        node("split", "split", method="stratified"),
        node("train", "train", engine={"kind": "lightgbm", "n_estimators": n_trees}),
        ends=(node("evaluate", "evaluate", group_column="colour"),),
    )


def test_runs_again_make_versions_and_going_back_finds_the_old_one(yard: Yard, owner: Actor, run: Run) -> None:
    first, second, again = run(3), run(30), run(3)
    assert (first.version, second.version) == (1, 2)
    assert again.id == first.id
    assert again.is_promoted
    with yard.context(owner) as ctx:
        ids = [model.id for model in list_models(ctx)]
        assert ids == [second.id, first.id]
        found = compare_models(ctx, ids)
        assert found.warnings == ()
        tested: Any = paired_tests(ctx, ids)[0].result
        assert tested.unavailable is None
        assert tested.n == first.n_rows["test"]
    with yard.context(owner) as ctx:
        delete_model(ctx, first.id, serve_next=second.id)
    assert run(3).version == 3


def test_the_card_has_the_groups_and_the_split_of_the_run(yard: Yard, owner: Actor, run: Run) -> None:
    model = run(3)
    with yard.context(owner) as ctx:
        found = get_model(ctx, model.id)
        assert [report["id"] for report in found.groups] == ["groups"]
        assert {row["name"] for row in found.groups[0]["rows"]}
        text = card(found)
    assert "## Groups" in text
    assert "- Split: stratified, seed" in text
    assert f"- Run: `{model.run_id}`" in text
    assert found.row_seconds is not None
    assert found.limits


def test_a_copy_of_a_workflow_has_a_model_and_an_endpoint_of_its_own(yard: Yard, owner: Actor, run: Run) -> None:
    """Every step comes from the cache, the model does not."""
    first = run(3)
    with yard.context(owner) as ctx:
        saved = verbs.get_workflow(ctx, str(first.workflow_id))
        copy_id = verbs.create_workflow(ctx, "Copy", graph=Graph.read(saved.graph)).id
        run_ids = [submit(ctx, RunWorkflow(workflow=copy_id)).id for _ in range(2)]
    models = []
    for run_id in run_ids:
        done = drive(yard, run_id)
        assert done.result is not None
        assert done.result["nodes"]["train"]["is_cached"]
        models.append(done.result["models"]["train"])
    assert models[0] == models[1] != first.id
    with yard.context(owner) as ctx:
        copied = get_model(ctx, models[0])
        assert (copied.version, copied.is_promoted, copied.artifact_hash) == (1, True, first.artifact_hash)
        assert copied.endpoint_id != first.endpoint_id
        assert node_result(ctx, copy_id, "train").model_id == copied.id
        assert node_result(ctx, str(first.workflow_id), "train").model_id == first.id
