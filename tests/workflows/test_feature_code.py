"""What the nodes that make features say in plain Python gives the same rows."""

import runpy
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.workflows.check import check
from modelyard.workflows.export import script
from modelyard.workflows.graph import Graph
from modelyard.workflows.node import Node
from modelyard.workflows.nodes.select_features import SelectFeatures
from modelyard.workflows.nodes.split import Split
from modelyard.workflows.values import DatasetFacts
from tests.workflows.features import MOMENT, NODES, feature_table, named, prepared
from tests.workflows.graphs import chain, node

SPLIT = Split(method="time", time_column=MOMENT, test_fraction=0.3)
CASES = [(made, "regression") for made in NODES]
CASES += [(made, "classification") for made in NODES if isinstance(made, SelectFeatures)]


def exported(graph: Graph, schema: Schema, frame: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Return the rows that the exported script has when it ends."""
    facts = DatasetFacts("ds_1", "rows", "ready", "0" * 64, frame.height, schema)
    found = check(graph, lambda _: facts)
    assert not found.has_errors, found.problems
    frame.write_parquet(folder / "rows.parquet")
    (folder / "workflow.py").write_text(script(graph, found.schemas))
    rows: pl.DataFrame = runpy.run_path(str(folder / "workflow.py"))["frame"]
    return rows


@pytest.mark.parametrize(("made", "task"), CASES, ids=lambda case: named(case) if isinstance(case, Node) else case)
def test_the_exported_code_gives_the_same_rows(
    made: Node, task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = feature_table(task=task)  # type: ignore[arg-type]  # a name of a task
    schema = table.schema.model_copy(update={"has_split": False, "splitting": None})
    monkeypatch.setattr(sys, "argv", ["workflow.py", str(tmp_path / "rows.parquet")])
    graph = chain(
        node("data", "dataset", dataset="ds_1"),
        node("split", "split", **SPLIT.model_dump(exclude={"kind"})),
        node("made", made.kind_name(), **made.model_dump(mode="json", exclude={"kind"})),
    )
    theirs = exported(graph, schema, table.frame, tmp_path)
    ours = prepared(made, replace(SPLIT.apply(Table(table.frame, schema), {}), schema=SPLIT.schema_after(schema)))
    # In the same order too: trees draw columns by their places. Whole numbers may be stored wider there.
    assert_frame_equal(theirs, ours.frame, check_dtypes=False, rel_tol=1e-9, abs_tol=1e-9)
