"""Any graph three ways: as a run of the product, as the exported script and as the exported notebook."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit
from modelyard.workflows.graph import Graph, ordered
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.results import node_result
from tests.interpreter import interpreter_without

TOLERANCE = 1e-9


def run_to_its_end(yard: Yard, owner: Actor, workflow_id: str) -> Run:
    """Execute a saved workflow as a worker would; the run must succeed."""
    with yard.context(owner) as ctx:
        run_id = submit(ctx, RunWorkflow(workflow=workflow_id)).id
    run = drive(yard, run_id)
    assert run.state == "succeeded", run.error
    return run


def shown_scores(yard: Yard, owner: Actor, workflow_id: str, graph: Graph) -> list[dict[str, float]]:
    """Return the metrics of each Evaluate node, in the order in which the nodes are executed."""
    kinds = {node.id: node.kind for node in graph.nodes}
    with yard.context(owner, writes=False) as ctx:
        shown = [node_result(ctx, workflow_id, at).metrics for at in ordered(graph).ids if kinds[at] == "evaluate"]
    return [{metric["name"]: metric["value"] for metric in metrics} for metrics in shown]


def executed(code: str, files: Mapping[str, Path], folder: Path) -> list[dict[str, float]]:
    """Run a script on Parquet files where `modelyard` cannot be imported; return what it printed as JSON, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "workflow.py"
    path.write_text(code)
    done = interpreter_without("modelyard").run(path, *map(str, files.values()), folder=folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def code_of(notebook: Mapping[str, Any]) -> str:
    """Return a notebook's code cells as one script."""
    return "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


def assert_same_scores(ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> None:
    """Assert that every figure the script printed is the run's, and that it printed some for each Evaluate node."""
    assert len(theirs) == len(ours)
    for shown, printed in zip(ours, theirs, strict=True):
        assert printed
        for name, value in printed.items():
            assert shown[name] == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), name
