"""The AutoML node in a workflow: problems beforehand, a run to its end, the leaderboard, the exported script."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.workflows import exporting, verbs
from modelyard.workflows.graph import Graph
from modelyard.workflows.nodes.automl import AutoML
from modelyard.workflows.results import node_result
from tests.models.automl.rows import messy, messy_table, table_of
from tests.workflows.exported import assert_same_scores, executed, run_to_its_end, shown_scores
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset

FIRST = ("Default gradient boosting", "LightGBM")


def graph(dataset_id: str, target: str, **parameters: Any) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id, target=target),
        node("split", "split", seed=3),
        node("best", "automl", **parameters),
        ends=(node("evaluate", "evaluate"),),
    )


def saved(yard: Yard, owner: Actor, frame: pl.DataFrame, target: str, **parameters: Any) -> tuple[str, Graph]:
    table = messy_table(target, frame.height)
    with yard.context(owner) as ctx:
        row = add_dataset(
            ctx, frame, target=target, schema=table.schema.model_copy(update={"target": None, "task": None})
        )
        given = graph(row.id, target, **parameters)
        return verbs.create_workflow(ctx, "Best", graph=given).id, given


@pytest.mark.usefixtures("one_core")
@pytest.mark.parametrize(("target", "candidates"), [("label", (*FIRST, "CatBoost")), ("price", FIRST)])
def test_the_exported_script_scores_what_the_run_scores(
    target: str, candidates: tuple[str, ...], yard: Yard, owner: Actor, tmp_path: Path
) -> None:
    frame = messy(240).drop("price" if target == "label" else "label")
    limits = {"budget_seconds": 900, "n_folds": 2, "max_candidates": len(candidates), "seed": 2}
    workflow, given = saved(yard, owner, frame, target, **limits)
    run_to_its_end(yard, owner, workflow)
    with yard.context(owner, writes=False) as ctx:
        shown = node_result(ctx, workflow, "best")
        code = exporting.export_code(ctx, workflow)
    rows = {row["label"]: row for row in shown.trials}
    assert set(candidates) <= set(rows)
    frame.write_parquet(tmp_path / "rows.parquet")
    printed = executed(code, {"": tmp_path / "rows.parquet"}, tmp_path / "script")
    assert_same_scores(shown_scores(yard, owner, workflow, given), printed)


def sentences(table: Any, **parameters: Any) -> list[tuple[str | None, str]]:
    return [(problem.field, problem.message) for problem in AutoML(**parameters).problems(table.schema)]


def test_what_cannot_be_learned_is_said_before_the_run() -> None:
    good = messy_table("label", 60)
    assert sentences(good) == []
    assert sentences(good, metric="rmse")[0][0] == "metric"
    assert sentences(messy_table("price", 60), class_weight="balanced")[0][0] == "class_weight"
    assert sentences(good, engines=("linear_regression",))[0] == (
        "engines",
        "None of these engines is for classification.",
    )
    empty = table_of(pl.DataFrame({"code": ["a", "b", "c"], "y": [1.0, 2.0, 3.0]}), "y", "regression", code="id")
    assert "No column is left to learn from" in sentences(empty)[0][1]


@pytest.mark.parametrize("engines", [("nothing",), ("ensemble",), ("k_means",)])
def test_engines_must_be_there(engines: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="there is no"):
        AutoML(engines=engines)


@pytest.mark.parametrize(("field", "value"), [("budget_seconds", 0.5), ("memory_mb", 10), ("n_folds", 1)])
def test_limits_have_limits(field: str, value: float) -> None:
    with pytest.raises(ValidationError):
        AutoML(**{field: value})  # type: ignore[arg-type]  # that is the point
