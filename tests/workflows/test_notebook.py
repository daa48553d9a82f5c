"""The exported notebook: valid nbformat 4.5, one cell per node, and titles cannot smuggle code in."""

import ast
import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid
from modelyard.workflows import exporting, verbs
from modelyard.workflows.check import check
from modelyard.workflows.export import script
from modelyard.workflows.graph import Graph
from modelyard.workflows.notebook import notebook
from tests.workflows.exported import code_of, executed
from tests.workflows.graphs import chain, known, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame

SCHEMA = json.loads((Path(__file__).parent / "nbformat.v4.5.schema.json").read_text())
EVIL = 'Split\nimport os; os._exit(7)\r#\u2028</script> `x` *y* [z](javascript:1) """'


def graph(dataset_id: str = "ds_1", title: str | None = None) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id),
        node("drop", "drop_columns", columns=["bought", "price"]),
        node("split", "split", method="stratified").model_copy(update={"title": title}),
        node("fill", "fill_missing"),
        node("encode", "encode_categories"),
        node("train", "train", engine={"kind": "logistic_regression"}),
        ends=(node("evaluate", "evaluate"), node("visualise", "visualise")),
    )


def made(name: str, given: Graph) -> dict[str, Any]:
    found = check(given, known())
    assert not found.has_errors, found.problems
    return notebook(name, given, found.schemas, {"ds_1": "Mixed rows (v2)"})


def test_it_is_valid_and_says_where_the_rows_are() -> None:
    document = made("Labels", graph())
    jsonschema.validate(document, SCHEMA)
    ids = [cell["id"] for cell in document["cells"]]
    assert len(set(ids)) == len(ids)
    first, paths = ("".join(cell["source"]) for cell in document["cells"][:2])
    assert first.startswith("# Labels\n")
    assert "mixed-rows-v2.parquet: GET /api/v1/datasets/ds_1/file" in first
    assert "paths = {'ds_1': 'mixed-rows-v2.parquet'}" in paths
    headings = [cell["source"][0] for cell in document["cells"] if cell["cell_type"] == "markdown"][1:]
    titles = "Dataset, Drop columns, Split, Fill missing, Encode categories, Train, Evaluate, Visualise"
    assert headings == [f"## {title}" for title in titles.split(", ")]


def test_its_cells_print_what_the_script_prints(ctx: Context, tmp_path: Path) -> None:
    frame = mixed_frame()
    dataset = add_dataset(ctx, frame, target="label")
    workflow = verbs.create_workflow(ctx, "Both", graph=graph(dataset.id))
    frame.write_parquet(tmp_path / "mixed.parquet")
    by_script = executed(exporting.export_code(ctx, workflow.id), {"": tmp_path / "mixed.parquet"}, tmp_path / "script")
    (tmp_path / "notebook").mkdir()
    os.link(tmp_path / "mixed.parquet", tmp_path / "notebook" / "mixed.parquet")
    by_notebook = executed(code_of(exporting.export_notebook(ctx, workflow.id)), {}, tmp_path / "notebook")
    assert by_script == by_notebook
    assert by_script[0]["accuracy"] > 0.5


def test_without_arguments_the_script_takes_the_files_it_names(ctx: Context, tmp_path: Path) -> None:
    dataset = add_dataset(ctx, mixed_frame(), target="label")
    workflow = verbs.create_workflow(ctx, "Both", graph=graph(dataset.id))
    code = exporting.export_code(ctx, workflow.id)
    assert "mixed.parquet" in (ast.get_docstring(ast.parse(code)) or "")
    (tmp_path / "here").mkdir()
    mixed_frame().write_parquet(tmp_path / "here" / "mixed.parquet")
    assert executed(code, {}, tmp_path / "here")


def test_a_title_is_a_comment_and_never_code() -> None:
    given = graph(title=EVIL)
    code = script(given, check(given, known()).schemas)
    assert "os._exit" not in {
        ast.unparse(each.func) for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Call)
    }
    document = made(EVIL, given)
    jsonschema.validate(document, SCHEMA)
    markdown = "".join("".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "markdown")
    assert re.search(r"(?<!\\)<", markdown) is None
    assert re.search(r"(?<!\\)\]\(", markdown) is None


def test_a_workflow_with_problems_has_no_notebook(ctx: Context) -> None:
    row = verbs.create_workflow(ctx, "Empty")
    with pytest.raises(Invalid, match="no equivalent script"):
        exporting.export_notebook(ctx, row.id)
