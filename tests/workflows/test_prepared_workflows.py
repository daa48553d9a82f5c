"""Whole workflows of preparing nodes: a run, its exported script, and the model it leaves."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from modelyard.data.columns import Schema
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.workflows import verbs
from modelyard.workflows.execute import Walk
from modelyard.workflows.export import script
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import Graph
from modelyard.workflows.keeping import Keeper, read_json
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.plan import plan
from modelyard.workflows.tables import StepCache
from modelyard.workflows.values import ModelValue, TableValue
from tests.workflows.exported import assert_same_scores, executed
from tests.workflows.graphs import chain, node
from tests.workflows.local import LocalJob, add_dataset, local_job
from tests.workflows.samples import sample
from tests.workflows.tables import schema_of

CASES: list[tuple[dict[str, Any], str]] = [
    ({"method": "random"}, "one_hot"),
    ({"method": "group", "group_column": "Neighborhood"}, "target"),
    ({"method": "time", "time_column": "Year_Built"}, "target"),
]


def house_prices(dataset_id: str, split: dict[str, Any], encoder: str) -> Graph:
    """Return a workflow that cleans before and behind the split, drops what it was split by, encodes and scales."""
    dropped = split.get("group_column") or split.get("time_column") or "Street"
    return chain(
        node("data", "dataset", dataset=dataset_id),
        node("replace", "replace_values", replacements=[{"find": "No_Alley_Access"}]),
        node("convert", "convert_types", columns=["Year_Remod_Add"], to="category"),
        node("unique", "remove_duplicates"),
        node("filter", "filter_rows", conditions=[{"column": "Lot_Area", "operator": "at_most", "values": ["50000"]}]),
        node("split", "split", seed=3, **split),
        node("usual", "filter_rows", conditions=[{"column": "Gr_Liv_Area", "operator": "less", "values": ["4000"]}]),
        node("outliers", "outliers", columns=["Lot_Frontage", "Lot_Area"], method="z_score", action="remove"),
        node("gaps", "drop_missing", drop="columns", column_fraction=0.4),
        node("full", "drop_missing", row_fraction=0.1),
        node("drop", "drop_columns", columns=[dropped]),
        node("rename", "rename_columns", names=[{"column": "Lot_Area", "name": "area"}]),
        node("clip", "outliers", columns=["area"]),
        node("fill", "fill_missing"),
        node("encode", "encode_categories", method=encoder, max_categories=6),
        node("shape", "scale", columns=["area", "Gr_Liv_Area"], method="quantile", output="normal"),
        node("scale", "scale", method="robust"),
        node("train", "train", engine={"kind": "linear_regression"}),
        ends=(node("evaluate", "evaluate"),),
    )


class Walked:
    """A workflow walked to its end."""

    def __init__(self, yard: Yard, owner: Actor, folder: Path, frame: pl.DataFrame, schema: Schema, make: Any) -> None:
        with yard.context(owner) as ctx:
            row = add_dataset(ctx, frame, target=schema.target, schema=schema)
            dataset_id, frozen = row.id, FrozenDataset.of(facts_of(row), ctx.artifacts)
            self.graph: Graph = make(dataset_id)
            found = verbs.check_graph(ctx, self.graph.document())
        assert not found.has_errors, found.problems
        self.code = script(self.graph, found.schemas)
        self.job: LocalJob = local_job(yard, owner, folder)
        self.done = Walk(self.job, plan(self.graph), {dataset_id: frozen}).walk()

    def value(self, node_id: str, port: str = "table") -> Any:
        return Keeper(self.job.artifacts, self.job.scratch).recall(self.done[node_id].outputs[port])

    def shown(self, node_id: str) -> dict[str, Any]:
        with self.job.session() as session:
            row = session.get(StepCache, (self.job.owner_id, self.done[node_id].key))
            assert row is not None
            shown: dict[str, Any] = read_json(self.job.artifacts, row.result_hash)
        return shown


@pytest.mark.parametrize(
    ("split", "encoder"), CASES, ids=lambda item: item if isinstance(item, str) else item["method"]
)
def test_the_script_scores_what_the_run_scores_and_the_model_repeats_it(
    yard: Yard, owner: Actor, tmp_path: Path, split: dict[str, Any], encoder: str
) -> None:
    frame = sample("ames").frame.head(600)
    schema = schema_of(frame, target="Sale_Price", task="regression")
    walked = Walked(yard, owner, tmp_path, frame, schema, lambda at: house_prices(at, split, encoder))
    frame.write_parquet(tmp_path / "rows.parquet")
    ours = {metric["name"]: metric["value"] for metric in walked.shown("evaluate")["metrics"]}
    theirs = executed(walked.code, {"rows": tmp_path / "rows.parquet"}, tmp_path / "script")
    assert_same_scores([ours], theirs)

    model, table = walked.value("train", "model"), walked.value("scale")
    assert isinstance(model, ModelValue)
    assert isinstance(table, TableValue)
    prepared, raw = table.table.get(), table.raw.get()
    assert raw.n_rows == prepared.n_rows
    n_split = walked.value("split").table.get().rows("test").n_rows
    assert prepared.rows("test").n_rows == n_split
    assert prepared.rows("train").n_rows < walked.value("split").table.get().rows("train").n_rows
    answer = model.chain.predict(raw.rows("test").frame)
    direct = model.chain.engine.predict(model.chain.fitted, prepared.rows("test").frame)
    assert list(answer.prediction.values) == pytest.approx(list(direct.values), rel=1e-12)
