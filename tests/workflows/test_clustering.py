"""Rows grouped without a target, from the dataset node to the endpoint and the exported script."""

import json
from pathlib import Path
from typing import Any

import pytest

from modelyard.data.columns import Schema
from modelyard.endpoints.verbs import answer_call, served
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.card import card
from modelyard.models.verbs import get_model, publish_model
from modelyard.workflows.check import Check, check
from modelyard.workflows.execute import Walk
from modelyard.workflows.export import script
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import Graph
from modelyard.workflows.keeping import Keeper, read_json
from modelyard.workflows.nodes.dataset import DatasetNode
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.plan import plan
from modelyard.workflows.tables import StepCache
from modelyard.workflows.values import DatasetFacts, ModelValue
from tests.workflows.exported import assert_same_scores, executed
from tests.workflows.graphs import chain, facts, node
from tests.workflows.local import add_dataset, local_job
from tests.workflows.tables import mixed_frame, schema_of

ENGINES = [{"kind": "k_means", "n_clusters": 3}, {"kind": "dbscan", "eps": 1.2}]


def graph_of(dataset_id: str, engine: dict[str, Any], **data: Any) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id, task="clustering", **data),
        node("drop", "drop_columns", columns=["bought", "label", "price"]),
        node("split", "split"),
        node("fill", "fill_missing"),
        node("encode", "encode_categories"),
        node("scale", "scale"),
        node("train", "train", engine=engine),
        ends=(node("evaluate", "evaluate"), node("visualise", "visualise")),
    )


def checked(graph: Graph, schema: Schema | None = None) -> Check:
    given = facts(schema or schema_of(mixed_frame(), target="label", task="classification"))
    return check(graph, lambda _: given)


def messages(graph: Graph, severity: str = "error") -> list[str]:
    return [problem.message for problem in checked(graph).problems if problem.severity == severity]


def test_clustering_needs_no_target_and_takes_none() -> None:
    found = checked(graph_of("ds_1", ENGINES[0]))
    assert found.problems == []
    assert {(s["table"].target, s["table"].task) for s in found.schemas.values()} == {(None, "clustering")}
    warned = messages(graph_of("ds_1", ENGINES[0], target="price"), "warning")
    assert warned == ["Clustering has no target: 'price' is a column like the others; drop it otherwise."]
    assert "no column 'cost'" in messages(graph_of("ds_1", ENGINES[0], target="cost"))[0]


def test_what_needs_a_target_says_so() -> None:
    assert messages(graph_of("ds_1", {"kind": "lightgbm"}))[0].startswith("LightGBM needs a target")
    balanced = chain(
        node("data", "dataset", dataset="ds_1", task="clustering"),
        node("drop", "drop_columns", columns=["bought", "colour", "label", "size"]),
        node("split", "split"),
        node("train", "train", engine=ENGINES[0], class_weight="balanced", cross_validation=3),
        ends=(node("evaluate", "evaluate"),),
    )
    assert messages(balanced) == [
        "Class weights are for classes; clustering has none.",
        "Cross-validation compares with a target, and clustering has none: leave it empty.",
    ]
    neighbours = node("train", "train", engine={"kind": "k_neighbours"}, class_weight="balanced")
    unweighed = chain(
        node("data", "dataset", dataset="ds_1"),
        node("drop", "drop_columns", columns=["bought", "colour", "size"]),
        node("split", "split"),
        neighbours,
    )
    assert messages(unweighed) == ["K-nearest neighbours cannot weigh classes: choose none."]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: str(engine["kind"]))
def test_from_rows_to_an_endpoint_and_a_script(
    yard: Yard, owner: Actor, tmp_path: Path, engine: dict[str, Any]
) -> None:
    frame = mixed_frame(300)
    with yard.context(owner) as ctx:
        row = add_dataset(ctx, frame, target="label")
        dataset_id, frozen = row.id, FrozenDataset.of(facts_of(row), ctx.artifacts)
    job, graph = local_job(yard, owner, tmp_path), graph_of(dataset_id, engine)
    done = Walk(job, plan(graph), {dataset_id: frozen}).walk()
    model = Keeper(job.artifacts, job.scratch).recall(done["train"].outputs["model"])
    assert isinstance(model, ModelValue)

    with yard.context(owner) as ctx:
        published = publish_model(ctx, json.loads(json.dumps(model.draft)))
        assert (published.task, published.target) == ("clustering", "")
        model_id, endpoint_id = published.id, published.endpoint_id
    assert endpoint_id is not None
    rows = [{"size": None, "weight": 1.0, "count": 3, "colour": "teal", "is_new": True}]
    with yard.context(owner) as ctx:
        answered = answer_call(ctx, served(ctx, endpoint_id).servable, rows)
        output = answered.outputs[0]
        assert output["probabilities"] is None
        assert output["prediction"] in model.chain.signature.output.classes
        assert "Puts rows into clusters" in card(get_model(ctx, model_id))

    with job.session() as session:
        kept = session.get(StepCache, (job.owner_id, done["evaluate"].key))
        assert kept is not None
        shown = read_json(job.artifacts, kept.result_hash)
    ours = {metric["name"]: metric["value"] for metric in shown["metrics"]}
    given = DatasetFacts("any", "any", "ready", "0" * 64, frame.height, schema_of(frame))
    frame.write_parquet(tmp_path / "rows.parquet")
    code = script(graph, check(graph, lambda _: given).schemas)
    assert_same_scores([ours], executed(code, {"rows": tmp_path / "rows.parquet"}, tmp_path / "script"))


def test_the_dataset_node_reads_a_clustering_schema() -> None:
    schema = schema_of(mixed_frame(), target="label", task="classification")
    after = DatasetNode(dataset="ds_1", task="clustering").schema_from(schema)
    assert [column.name for column in after.features] == list(schema.names)
