"""Corrections become a dataset with the columns of training, on which the workflow trains its next version."""

from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from modelyard.data.tables import Dataset
from modelyard.data.verbs import dataset_file, get_dataset
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model
from modelyard.predictions.corrections.cells import dtype_of_classes, targets, typed
from modelyard.runs.drive import drive
from modelyard.runs.verbs import submit
from modelyard.workflows import verbs
from modelyard.workflows.graph import Graph
from modelyard.workflows.jobs.workflow import RunWorkflow
from tests.models.rows import schema_of
from tests.predictions.batches.yard import BAD, GOOD, Batches
from tests.predictions.corrections.test_corrections import API, called
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset

TRAINED = pl.DataFrame(
    {
        "review": [f"{text} {place}" for place in range(8) for text in (*GOOD, *BAD)],
        "visits": list(range(80)),
        "stars": ([5] * 5 + [1] * 5) * 8,
    }
)


def graph_of(dataset_id: str) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id, target="stars", task="classification"),
        node("drop", "drop_columns", columns=["visits"]),
        node("split", "split", method="stratified"),
        node("words", "tfidf", reduce_to=None, min_rows=1, max_terms=200),
        node("train", "train", engine={"kind": "logistic_regression"}),
    )


def trained(yard: Yard, owner: Actor, workflow_id: str) -> Model:
    with yard.context(owner) as ctx:
        run_id = submit(ctx, RunWorkflow(workflow=workflow_id)).id
    run = drive(yard, run_id)
    assert run.state == "succeeded", run.error
    assert run.result is not None
    with yard.context(owner, writes=False) as ctx:
        return get_model(ctx, run.result["model_ids"][0])


def made(client: TestClient, yard: Yard, owner: Actor, model: Model, **asked: Any) -> tuple[Dataset, pl.DataFrame]:
    answer = client.post(f"{API}/endpoints/{model.endpoint_id}/corrections/dataset", json=asked or None)
    assert answer.status_code == 201, answer.text
    drive(yard, answer.json()["run_id"])
    with yard.context(owner, writes=False) as ctx:
        dataset, path = dataset_file(ctx, answer.json()["id"])
        return dataset, pl.read_parquet(path)


def test_the_workflow_trains_on_corrections(client: TestClient, yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        dataset_id = add_dataset(ctx, TRAINED, target="stars", schema=schema_of(TRAINED, review="text")).id
        workflow_id = verbs.create_workflow(ctx, "Stars", graph=graph_of(dataset_id)).id
    model = trained(yard, owner, workflow_id)
    nothing = client.post(f"{API}/endpoints/{model.endpoint_id}/corrections/dataset")
    assert nothing.status_code == 409
    known, new = TRAINED["review"][0], "meh, it is fine"
    call = called(client, model, {"review": known}, {"review": new}, {"review": new})["call_id"]
    for row, correct in ((0, 1), (1, "1"), (2, "5")):
        said = {"call_id": call, "row": row, "correct": correct}
        assert client.post(f"{API}/corrections", json=said).status_code == 201

    alone, rows = made(client, yard, owner, model)
    assert (alone.target, alone.task, alone.state) == ("stars", "classification", "ready")
    assert rows.schema == TRAINED.schema
    assert rows.rows() == [(known, None, 1), (new, None, 5)]  # the last word on a row said twice

    said = {"call_id": call, "row": 1, "correct": "mixed", "is_new_class": True}
    assert client.post(f"{API}/corrections", json=said).status_code == 201
    for row in range(8):  # a class needs some rows to be split
        one = called(client, model, {"review": f"neither nor, {row}"})["call_id"]
        client.post(f"{API}/corrections", json={**said, "call_id": one, "row": 0}).raise_for_status()
    larger, rows = made(client, yard, owner, model, append=True)
    before = TRAINED.with_columns(pl.col("stars").cast(pl.String)).filter(pl.col("review") != known).rows()
    assert rows.rows()[: len(before)] == before  # the corrected row of training is left out
    assert rows.rows()[len(before) : -8] == [(known, None, "1"), (new, None, "mixed")]
    with yard.context(owner) as ctx:
        workflow = verbs.get_workflow(ctx, workflow_id)
        verbs.save_workflow(ctx, workflow_id, name="Stars", graph=graph_of(larger.id), version=workflow.version)
    again = trained(yard, owner, workflow_id)
    assert (again.version, again.endpoint_id) == (2, model.endpoint_id)
    assert again.signature["output"]["classes"] == ["1", "5", "mixed"]
    asked = {"inputs": [{"review": "neither nor, 3"}], "version": 2}
    answered = client.post(f"{API}/endpoints/{model.endpoint_id}/calls", json=asked).json()
    assert set(answered["outputs"][0]["probabilities"]) == {"1", "5", "mixed"}


@pytest.mark.postgres
def test_columns_keep_their_types_when_the_dataset_is_gone(
    client: TestClient, yard: Yard, owner: Actor, batches: Batches, houses: Model
) -> None:
    header = "size,rooms,town,garden,built\n"
    batch = batches.predicted(houses, f"{header}80,3,Hue,true,2010-05-01\nbig,2,Saigon,no,2011-01-01\n,,,,\n")
    for row, right in ((1, 300), (2, 250.5), (3, 9)):
        said = {"batch_id": batch.id, "row": row, "correct": right}
        assert client.post(f"{API}/corrections", json=said).status_code == 201
    there = f"{API}/endpoints/{houses.endpoint_id}/corrections/dataset"
    assert client.post(there, json={"append": True}).status_code == 409
    dataset, rows = made(client, yard, owner, houses)
    assert (dataset.target, dataset.task, rows.height) == ("price", "regression", 2)
    assert [str(kind) for kind in rows.dtypes] == ["Float64", "Int64", "String", "Boolean", "Date", "Float64"]
    assert rows["size"].to_list() == [80.0, None]
    assert rows["town"].to_list() == ["Hue", "Saigon"]
    assert rows["price"].to_list() == [300.0, 250.5]
    with yard.context(owner, writes=False) as ctx:
        assert get_dataset(ctx, dataset.id).name == f"Corrections of {houses.name}"


def test_cells_are_read_in_the_type_of_training() -> None:
    assert typed("n", [1, "2", 3.0, "x", True, "inf", 2**70], "integer").to_list() == [1, 2, 3, None, None, None, None]
    assert typed("n", [1, 2.5], "integer").dtype == pl.Float64
    assert typed("x", ["1.5", "nan", 1e308, 10**400], "float").to_list() == [1.5, None, 1e308, None]
    assert typed("b", [True, " FALSE", "no", 1], "boolean").to_list() == [True, False, None, None]
    assert typed("t", ["=cmd()", " ", 5], "string").to_list() == ["=cmd()", None, None]
    assert typed("d", ["2026-01-31", "31.1.2026", 5], "date").null_count() == 2
    assert str(typed("d", ["2026-01-31T12:00:00+02:00", "noon"], "datetime")[0]) == "2026-01-31 10:00:00"
    assert targets("c", ["1", "2"], "integer").dtype == pl.Int64
    assert targets("c", ["1", "007"], "integer").to_list() == ["1", "007"]
    assert targets("c", ["true", "maybe"], "boolean").to_list() == ["true", "maybe"]
    assert [dtype_of_classes(names) for names in (["true", "false"], ["-1", "2"], ["01", "2"], ["a"])] == [
        *("boolean", "integer", "string", "string")
    ]
