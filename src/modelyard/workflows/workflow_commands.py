"""Commands on saved workflows: list, run, take out and in, look back."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from modelyard.access.terminal import local_yard
from modelyard.data.verbs import get_dataset
from modelyard.kernel.errors import Invalid
from modelyard.models.verbs import get_model
from modelyard.runs.terminal import driven
from modelyard.runs.verbs import submit
from modelyard.workflows import exchanging, exporting, gallery, verbs, versions
from modelyard.workflows.diff import GraphDiff
from modelyard.workflows.graph import Graph
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.library import Listed, listed
from modelyard.workflows.references import dataset_ids
from modelyard.workflows.schedule_commands import schedule
from modelyard.workflows.tables import Workflow
from modelyard.workflows.terminal import named_workflow

workflows = typer.Typer(help="Saved workflows.", no_args_is_help=True)
workflows.command("schedule")(schedule)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Named = Annotated[str, typer.Argument(metavar="WORKFLOW", help="The workflow's id, or its name: the newest of it.")]
Number = Annotated[int, typer.Argument(min=1, help="Number of a version.")]


@workflows.command("list")
def show_all(
    search: Annotated[str, typer.Option(help="Only workflows whose name holds this.")] = "",
    dataset: Annotated[str | None, typer.Option(help="Only workflows that read the dataset of this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List workflows, newest first: whether they can run, when they run by themselves, how the last run went."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        found = listed(ctx, verbs.list_workflows(ctx, search=search, dataset=dataset, limit=limit))
    if as_json:
        typer.echo(json.dumps([_facts(each) for each in found]))
        return
    for each in found:
        state = each.last_run.state if each.last_run else "not run"
        problems = f"{each.n_problems} problems" if each.n_problems else "ready"
        cron = f"  [{each.schedule.cron} {each.schedule.timezone}]" if each.schedule else ""
        typer.echo(f"{each.row.id}  {problems:<12}  {state:<10}  {each.row.name}{cron}")


@workflows.command("run")
def run(
    workflow: Named,
    version: Annotated[int | None, typer.Option(min=1, help="The version to run; default the latest.")] = None,
    until: Annotated[str | None, typer.Option(help="Id of the node to stop at.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a saved workflow to its end, and print the models it made."""
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            row = named_workflow(ctx, workflow)
            run_id = submit(ctx, RunWorkflow(workflow=row.id, version=version, until=until)).id
        result = driven(yard, run_id, "Running").result or {}
        with yard.context(owner, writes=False) as ctx:
            models = [get_model(ctx, model_id) for model_id in result.get("model_ids") or []]
    if as_json:
        made = [
            {"id": model.id, "name": model.name, "metrics": {each["name"]: each["value"] for each in model.metrics}}
            for model in models
        ]
        typer.echo(json.dumps({"run": run_id, "models": made}))
        return
    typer.echo(f"{run_id} succeeded")
    for model in models:
        typer.echo(f"  {model.id}  {model.name}")


@workflows.command("export")
def export(
    workflow: Named,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write it; default standard output.")
    ] = None,
    form: Annotated[
        Literal["file", "script", "notebook"],
        typer.Option("--format", help="A workflow file for another yard, a Python script, or a Jupyter notebook."),
    ] = "file",
    version: Annotated[int | None, typer.Option(min=1, help="An earlier version, as a workflow file.")] = None,
) -> None:
    """Write a workflow as a file for another yard, or as Python that needs no Modelyard."""
    if version is not None and form != "file":
        raise Invalid("Only workflow files are written of earlier versions.", hint="Restore the version first.")
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        row = named_workflow(ctx, workflow)
        if form == "script":
            text = exporting.export_code(ctx, row.id)
        elif form == "notebook":
            text = _indented(exporting.export_notebook(ctx, row.id))
        else:
            text = _indented(exchanging.export_workflow(ctx, row.id, version=version).document())
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@workflows.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A workflow file.")],
    name: Annotated[str, typer.Option(help="Another name than the file's.")] = "",
    dataset: Annotated[
        list[str] | None, typer.Option(help="KEY=ID: which dataset stands for one that the file names; repeatable.")
    ] = None,
) -> None:
    """Make a workflow of a file; datasets with the same rows are found, others are asked for."""
    document = _read(file)
    chosen = dict(_pair(each) for each in dataset or ())
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        plan = exchanging.plan_import(ctx, document)
        row = exchanging.import_workflow(ctx, document, name=name, datasets=chosen)
        typer.echo(f"{row.id}  {row.name}")
    for wanted in plan.datasets:
        if wanted.key not in chosen and not (wanted.match and wanted.match.is_sure):
            like = f" {wanted.match.dataset.id} has the same name:" if wanted.match else ""
            typer.echo(
                f"note: no dataset has the rows of {wanted.stamp.name!r}.{like} --dataset {wanted.key}=ID", err=True
            )
    for kind in plan.unknown_kinds:
        typer.echo(f"note: the node kind {kind!r} is not known here.", err=True)


@workflows.command("templates")
def templates(as_json: AsJson = False) -> None:
    """List the workflows that ship with the product."""
    found = [(each.key, each.name, each.summary) for each in gallery.gallery()]
    if as_json:
        typer.echo(json.dumps([dict(zip(("key", "name", "summary"), each, strict=True)) for each in found]))
        return
    for key, name, summary in found:
        typer.echo(f"{key:<24}{name}\n{'':<24}{summary}")


@workflows.command("use")
def use(key: Annotated[str, typer.Argument(help="Key of a template: see `modelyard workflows templates`.")]) -> None:
    """Make a workflow of a template; its sample is added and read."""
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            row = gallery.use_template(ctx, key)
            datasets = [get_dataset(ctx, dataset_id) for dataset_id in dataset_ids(Graph.read(row.graph))]
            reading = [dataset.run_id for dataset in datasets if dataset.state == "reading" and dataset.run_id]
        for run_id in reading:
            driven(yard, run_id, "Reading the sample")
    typer.echo(f"{row.id}  {row.name}")


@workflows.command("versions")
def show_versions(
    workflow: Named,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, newest first.")] = 50,
    labelled: Annotated[bool, typer.Option("--labelled", help="Only those that have a name.")] = False,
    as_json: AsJson = False,
) -> None:
    """List a workflow's saves, newest first."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        row = named_workflow(ctx, workflow)
        found = verbs.list_versions(ctx, row.id, limit=limit, is_labelled=labelled)
    if as_json:
        stated = [{"number": each.number, "label": each.label, "saved_at": _when(each.saved_at)} for each in found]
        typer.echo(json.dumps(stated))
        return
    for each in found:
        typer.echo(
            f"{each.number:>5}  {_when(each.saved_at)}  {len(each.graph['nodes'])} nodes  {each.label or ''}".rstrip()
        )


@workflows.command("label")
def label(
    workflow: Named, number: Number, text: Annotated[str, typer.Argument(help="Its name; empty takes it away.")]
) -> None:
    """Give a version a name to find it by."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        versions.label_version(ctx, named_workflow(ctx, workflow).id, number, text)


@workflows.command("diff")
def diff(workflow: Named, before: Number, after: Number, as_json: AsJson = False) -> None:
    """Say what changed from one version to another: nodes, parameters, connections."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        found = versions.compare_versions(ctx, named_workflow(ctx, workflow).id, before, after)
    typer.echo(found.model_dump_json() if as_json else _told(found))


@workflows.command("restore")
def restore(workflow: Named, number: Number) -> None:
    """Save an earlier version as the newest one; nothing in between is lost."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        row = named_workflow(ctx, workflow)
        row = versions.restore_version(ctx, row.id, number, version=row.version)
        typer.echo(f"{row.id} is at version {row.version}, with the graph of version {number}")


def _facts(each: Listed) -> dict[str, Any]:
    row: Workflow = each.row
    return {
        "id": row.id,
        "name": row.name,
        "version": row.version,
        "n_problems": each.n_problems,
        "datasets": each.datasets,
        "schedule": each.schedule.cron if each.schedule else None,
        "last_run": each.last_run.state if each.last_run else None,
    }


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{file.name} is not JSON: {error}") from error


def _pair(text: str) -> tuple[str, str]:
    key, equals, dataset_id = text.partition("=")
    if not equals:
        raise Invalid(f"--dataset takes KEY=ID, not {text!r}.")
    return key, dataset_id


def _indented(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _when(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _told(found: GraphDiff) -> str:
    marks = {"added": "+", "removed": "-", "changed": "~"}
    lines = []
    for node in found.nodes:
        lines.append(f"{marks[node.change]} {node.title} ({node.id})")
        lines += [f"    {each.path}: {_value(each.before)} → {_value(each.after)}" for each in node.parameters]
    for link in found.connections:
        lines.append(f"{marks[link.change]} {link.from_title} → {link.to_title}")
    lines += [f"~ {each.path}: {_value(each.before)} → {_value(each.after)}" for each in found.others]
    if found.moved:
        lines.append(f"  moved only: {', '.join(found.moved)}")
    return "\n".join(lines) or "No difference."


def _value(value: Any) -> str:
    return "–" if value is None else json.dumps(value, ensure_ascii=False)
