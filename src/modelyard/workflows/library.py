"""The list of workflows: with each its datasets, whether it can run, when it runs by itself and how it went last."""

from dataclasses import dataclass

from modelyard.kernel.context import Context
from modelyard.runs.tables import Run
from modelyard.workflows.check import check_document
from modelyard.workflows.graph import Graph
from modelyard.workflows.ownership import known_datasets
from modelyard.workflows.references import dataset_ids
from modelyard.workflows.schedules import schedules_of
from modelyard.workflows.tables import Schedule, Workflow
from modelyard.workflows.verbs import last_runs


@dataclass(frozen=True)
class Listed:
    """A workflow as a list shows it."""

    row: Workflow
    datasets: dict[str, str | None]
    """Names by id; None for a dataset that is gone."""
    n_problems: int
    schedule: Schedule | None
    last_run: Run | None


def listed(ctx: Context, rows: list[Workflow]) -> list[Listed]:
    """Return what a list shows of the workflows; schedules and runs are read at once for all of them."""
    ctx.require("workflows:read")
    ids = [row.id for row in rows]
    schedules, runs, datasets = schedules_of(ctx, ids), last_runs(ctx, ids), known_datasets(ctx)
    found = []
    for row in rows:
        problems = check_document(row.graph, datasets).problems
        named = {name: facts.name if (facts := datasets(name)) else None for name in dataset_ids(Graph.read(row.graph))}
        n_errors = sum(problem.severity == "error" for problem in problems)
        found.append(Listed(row, named, n_errors, schedules.get(row.id), runs.get(row.id)))
    return found
