"""Commands of the workflows room."""

import hashlib
import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import or_

from modelyard.access.terminal import local_yard
from modelyard.data.ownership import visible_datasets
from modelyard.data.tables import Dataset
from modelyard.data.verbs import create_dataset_from_file, get_dataset
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model
from modelyard.runs.terminal import driven
from modelyard.runs.verbs import submit
from modelyard.workflows.default import default_graph
from modelyard.workflows.graph import Graph
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.ownership import facts_of, visible_workflows
from modelyard.workflows.tables import Workflow
from modelyard.workflows.verbs import create_workflow
from modelyard.workflows.workflow_commands import workflows


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(train)
    app.add_typer(workflows, name="workflows")


def train(
    file: Annotated[str, typer.Argument(help="A file to read, or the id or name of a dataset that is there already.")],
    target: Annotated[str, typer.Option(help="The column to predict.")],
    workflow: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A workflow's graph as JSON; its dataset node takes the file."),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(min=0.001, max=86_400, help="Seconds after which fitting stops, where the engine can."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help="Start of all random numbers; default 0.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as one line of JSON, last on stdout.")
    ] = False,
) -> None:
    """Train a model on a file: reads it, runs a workflow, registers the model.

    Without --workflow a sensible default workflow for the data is used. The same file is not stored twice, and steps
    whose result is known are not executed again.
    """
    started = time.monotonic()
    with local_yard() as (yard, owner):
        dataset_id = _dataset(yard, owner, file, target)
        with yard.context(owner) as ctx:
            graph = _graph(ctx, dataset_id, workflow, target=target, seed=seed, budget=budget)
            row = _workflow(ctx, f"{get_dataset(ctx, dataset_id).name} → {target}", graph)
            run_id = submit(ctx, RunWorkflow(workflow=row.id)).id
        run = driven(yard, run_id, "Training")
        model_ids = (run.result or {}).get("model_ids") or []
        if not model_ids:
            raise Invalid("The workflow has no train node, so there is no model.", hint="Add a train node to it.")
        with yard.context(owner, writes=False) as ctx:
            _print(get_model(ctx, model_ids[-1]), time.monotonic() - started, as_json=as_json)


def _dataset(yard: Yard, owner: Actor, file: str, target: str) -> str:
    """Return the id of a dataset that is ready: the one named, one read from the same bytes before, or a new one."""
    path = Path(file)
    with yard.context(owner) as ctx:
        found = _same_file(ctx, path) if path.is_file() else _named(ctx, file)
        if found is None:
            found = create_dataset_from_file(ctx, path.stem, path, filename=path.name, target=target)
        dataset_id, run_id, state = found.id, found.run_id, found.state
    if state == "reading" and run_id is not None:
        driven(yard, run_id, "Reading")
    return dataset_id


def _same_file(ctx: Context, path: Path) -> Dataset | None:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    usable = Dataset.state.in_(("ready", "reading"))
    query = visible_datasets(ctx).where(Dataset.upload_hash == digest, usable)
    return ctx.session.scalars(query.order_by(Dataset.id.desc()).limit(1)).first()


def _named(ctx: Context, name: str) -> Dataset:
    query = visible_datasets(ctx).where(or_(Dataset.id == name, Dataset.name == name))
    found = ctx.session.scalars(query.order_by(Dataset.id.desc()).limit(1)).first()
    if found is None:
        raise NotFound(f"There is no file and no dataset {name!r}.", hint="Give the path of a file, or add one first.")
    return found


def _graph(
    ctx: Context, dataset_id: str, workflow: Path | None, *, target: str, seed: int | None, budget: float | None
) -> Graph:
    facts = facts_of(get_dataset(ctx, dataset_id))
    if workflow is None:
        return default_graph(facts, target=target, seed=seed or 0, budget_seconds=budget)
    return filled(_read_graph(workflow), dataset_id, target=target, seed=seed, budget_seconds=budget)


def _read_graph(path: Path) -> Graph:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid(f"{path.name} is not JSON: {error}") from error
    is_whole_workflow = isinstance(document, dict) and isinstance(document.get("graph"), dict)
    return Graph.read(document["graph"] if is_whole_workflow else document)


def filled(
    graph: Graph, dataset_id: str, *, target: str, seed: int | None = None, budget_seconds: float | None = None
) -> Graph:
    """Return the graph with its dataset nodes filled in, and seed and budget where they were asked for."""
    seeds = {} if seed is None else {"seed": seed}
    budgets = {} if budget_seconds is None else {"budget_seconds": budget_seconds}
    changes: dict[str, dict[str, Any]] = {"dataset": {"dataset": dataset_id, "target": target}}
    changes |= {"split": seeds, "train": {**seeds, **budgets}}
    if not any(node.kind == "dataset" for node in graph.nodes):
        raise Invalid("The workflow has no dataset node to put the file into.")
    return graph.with_parameters({node.id: changes[node.kind] for node in graph.nodes if node.kind in changes})


def _workflow(ctx: Context, name: str, graph: Graph) -> Workflow:
    """Return a workflow of that name with that graph: the one that is there, or a new one."""
    same_name = ctx.session.scalars(visible_workflows(ctx).where(Workflow.name == " ".join(name.split())[:200]))
    document = graph.document()
    found = next((row for row in same_name if row.graph == document), None)
    return found or create_workflow(ctx, name, graph=graph)


def _print(model: Model, seconds: float, *, as_json: bool) -> None:
    metrics = {metric["name"]: metric["value"] for metric in model.metrics}
    if as_json:
        answer = {"model": model.id, "task": model.task, "metrics": metrics, "seconds": round(seconds, 3)}
        typer.echo(json.dumps(answer))
        return
    typer.echo(f"{model.name}  {model.id}  ({model.task}, {seconds:.1f} s)")
    for metric in model.metrics:
        value = "-" if metric["value"] is None else f"{metric['value']:.4f}"
        typer.echo(f"  {metric['label']:<28}{value:>12}  on {metric['n']} {metric['split']} rows")
