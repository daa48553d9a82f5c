"""Evaluate and Visualise in a workflow: reports, groups of a dropped column, charts taken over from the model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from modelyard.models.charts.catalogue import CHARTS
from modelyard.workflows.execute import Walk
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import Graph, NodeDocument
from modelyard.workflows.keeping import read_json
from modelyard.workflows.nodes.evaluate import Evaluate
from modelyard.workflows.nodes.visualise import Visualise
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.plan import plan
from modelyard.workflows.tables import StepCache
from tests.workflows.graphs import MIXED, chain, node
from tests.workflows.local import add_dataset, local_job
from tests.workflows.tables import mixed_frame

Shown = dict[str, dict[str, Any]]


@pytest.fixture
def shown(yard: Yard, owner: Actor, tmp_path: Path) -> Callable[..., Shown]:
    """Walk dataset → split → drop → train → the nodes given; return what each showed."""

    def do(*ends: NodeDocument, target: str = "label", frame: pl.DataFrame | None = None) -> Shown:
        with yard.context(owner) as ctx:
            row = add_dataset(ctx, mixed_frame(300) if frame is None else frame, target=target)
            dataset_id, frozen = row.id, FrozenDataset.of(facts_of(row), ctx.artifacts)
        graph: Graph = chain(
            node("data", "dataset", dataset=dataset_id),
            node("split", "split", test_fraction=0.4),
            node("drop", "drop_columns", columns=["bought", "colour"]),
            node("train", "train", engine={"kind": "lightgbm", "n_estimators": 10}),
            ends=ends,
        )
        job = local_job(yard, owner, tmp_path)
        done = Walk(job, plan(graph), {dataset_id: frozen}).walk()
        found = {}
        with job.session() as session:
            for name in ("train", *(end.id for end in ends)):
                step = session.get(StepCache, (job.owner_id, done[name].key))
                assert step is not None
                found[name] = read_json(job.artifacts, step.result_hash)
        return found

    return do


def test_groups_are_told_by_a_column_that_was_dropped(shown: Callable[..., Shown]) -> None:
    found = shown(node("evaluate", "evaluate", group_column="colour"))["evaluate"]
    classes, groups = found["reports"]
    assert [row["name"] for row in classes["rows"]] == ["high", "low", "middle"]
    assert groups["title"] == "By colour"
    assert [row["name"] for row in groups["rows"]] == ["blue", "green", "mauve", "red", "missing"]
    assert sum(row["n"] for row in groups["rows"]) == 120
    assert all((row["metrics"] == []) == (row["n"] < 20) for row in groups["rows"])
    assert all(metric["boosting"] is not None for metric in found["metrics"] if metric["value"] is not None)
    assert all(metric["interval"] for metric in found["metrics"])


def test_a_group_column_that_is_not_there_is_said(shown: Callable[..., Shown]) -> None:
    with pytest.raises(Invalid, match="The dataset has no column 'nothing'"):
        shown(node("evaluate", "evaluate", group_column="nothing"))


def test_numbers_have_no_classes_and_may_have_groups(shown: Callable[..., Shown]) -> None:
    found = shown(node("evaluate", "evaluate", group_column="size", quantile=0.9), target="price")["evaluate"]
    (groups,) = found["reports"]
    assert len(groups["rows"]) == 5
    assert [gap["metric"] for gap in groups["gaps"]] == ["mae", "rmse", "mean_error"]
    assert "Pinball loss (quantile 0.9)" in {metric["label"] for metric in found["metrics"]}


def test_charts_of_the_same_rows_are_those_of_the_model(shown: Callable[..., Shown]) -> None:
    found = shown(node("all", "visualise"), node("one", "visualise", charts=["learning_curve", "roc"]))
    assert found["all"]["charts"] == found["train"]["charts"]
    assert [chart["kind"] for chart in found["one"]["charts"]] == ["roc", "learning_curve"]
    assert all(chart["spec"] for chart in found["one"]["charts"])


def test_charts_and_groups_that_do_not_suit_are_warned_of() -> None:
    problems = Visualise(charts=("roc", "residuals", "elbow")).problems(MIXED)
    assert [(each.field, each.severity) for each in problems] == [("charts.1", "warning"), ("charts.2", "warning")]
    clusters = MIXED.model_copy(update={"target": None, "task": "clustering"})
    assert Evaluate(group_column="size").problems(clusters)[0].severity == "warning"
    assert Evaluate(group_column="size").problems(MIXED) == []
    assert set(CHARTS) == set(Visualise.model_json_schema()["properties"]["charts"]["anyOf"][0]["items"]["enum"])
