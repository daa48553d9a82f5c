"""Workflows as Python: the script and the notebook of what is saved, with what its latest run found."""

from dataclasses import dataclass
from typing import Any

from modelyard.data.columns import Schema
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid
from modelyard.workflows.check import check
from modelyard.workflows.export import script
from modelyard.workflows.graph import Graph
from modelyard.workflows.keeping import read_json
from modelyard.workflows.notebook import notebook
from modelyard.workflows.ownership import find_workflow, known_datasets
from modelyard.workflows.references import dataset_ids
from modelyard.workflows.results import fresh_steps


@dataclass(frozen=True)
class Exportable:
    """A workflow without problems, and what its code needs to know beside its graph."""

    name: str
    graph: Graph
    schemas: dict[str, dict[str, Schema]]
    datasets: dict[str, str]
    """Names by id."""
    drafts: dict[str, dict[str, Any]]
    """What nodes that make models made when they ran as they are now: a search is not repeated, its find is."""


def export_code(ctx: Context, workflow_id: str) -> str:
    """Return the workflow as a Python script that needs Polars and scikit-learn only; raise Invalid with problems."""
    ctx.require("workflows:read")
    found = _exportable(ctx, workflow_id)
    return script(found.graph, found.schemas, found.datasets, found.drafts)


def export_notebook(ctx: Context, workflow_id: str) -> dict[str, Any]:
    """Return the workflow as a Jupyter notebook that needs what the script needs; raise Invalid with problems."""
    ctx.require("workflows:read")
    found = _exportable(ctx, workflow_id)
    return notebook(found.name, found.graph, found.schemas, found.datasets, found.drafts)


def _exportable(ctx: Context, workflow_id: str) -> Exportable:
    workflow, datasets = find_workflow(ctx, workflow_id), known_datasets(ctx)
    graph = Graph.read(workflow.graph)
    found = check(graph, datasets)
    if found.has_errors:
        first = next(problem for problem in found.problems if problem.severity == "error")
        raise Invalid(f"A workflow with problems has no equivalent script: {first.message}")
    names = {dataset: facts.name for dataset in dataset_ids(graph) if (facts := datasets(dataset))}
    return Exportable(workflow.name, graph, found.schemas, names, _drafts(ctx, graph))


def _drafts(ctx: Context, graph: Graph) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for node_id, row in fresh_steps(ctx, graph).items():
        for reference in row.outputs.values():
            if reference["shape"] == "model" and ctx.artifacts.exists(reference["draft"]):
                found[node_id] = read_json(ctx.artifacts, reference["draft"])
    return found
