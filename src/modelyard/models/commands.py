"""Commands of the models room."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from modelyard.access.terminal import local_yard
from modelyard.kernel.artifacts import copy_atomically
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.models.checkpoint_commands import add as add_checkpoint
from modelyard.models.deletion import Dependents, delete_model, dependents_of
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model, list_models
from modelyard.models.versions import promote as promote_version
from modelyard.models.versions import roll_back as roll_back_version
from modelyard.models.versions import versions_of

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Named = Annotated[
    str, typer.Argument(metavar="MODEL", help="The model's id, or its name: the newest; `name@2` is version 2.")
]
Numbered = Annotated[int | None, typer.Option("--version", min=1, help="Which version; the one named, unless said.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    models = typer.Typer(help="Look at models, compare, promote, download and delete them.", no_args_is_help=True)
    for name, command in _COMMANDS.items():
        models.command(name)(command)
    app.add_typer(models, name="models")


def list_(
    search: Annotated[str, typer.Option(help="Part of the name.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List models and their versions, newest first; * marks the version that the endpoint serves."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        rows = list_models(ctx, search=search, limit=limit)
        if as_json:
            typer.echo(json.dumps([_facts(row) for row in rows]))
            return
        for row in rows:
            typer.echo(f"{_line(row)}  {row.task:<14}  {row.engine:<22}  {row.name}")


def show(model: Named, version: Numbered = None, as_json: AsJson = False) -> None:
    """Show a model's card."""
    from modelyard.models.card import card

    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        row = find_named(ctx, model, version)
        typer.echo(json.dumps({**_facts(row), "signature": row.signature}) if as_json else card(row).rstrip())


def versions(model: Named, as_json: AsJson = False) -> None:
    """List a model's versions, and what its endpoint served when."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        found = versions_of(ctx, find_named(ctx, model).id)
        if as_json:
            typer.echo(json.dumps([_facts(row) for row in found.models]))
            return
        for row in found.models:
            typer.echo(f"{_line(row)}  {row.engine:<22}  {_main_metric(row)}")
        for change in found.promotions:
            typer.echo(
                f"{change.created_at:%Y-%m-%d %H:%M}  version {change.version}: {change.cause}, {change.actor_name}"
            )


def compare(
    models: Annotated[list[str], typer.Argument(metavar="MODEL...", help="Ids, or names with @version: 'prices@2'.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print metrics as CSV, with every digit.")] = False,
    paired: Annotated[bool, typer.Option("--paired", help="Test each against the first on the same rows.")] = False,
) -> None:
    """Set models side by side, as Markdown: metrics with the best in bold, and what differs."""
    from modelyard.models.comparing import text
    from modelyard.models.comparing.verbs import compare_models, paired_tests

    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        ids = [find_named(ctx, name).id for name in models]
        found = compare_models(ctx, ids)
        typer.echo((text.as_csv(found) if as_csv else text.as_markdown(found)).rstrip())
        if paired:
            typer.echo(f"\n{text.paired_as_markdown(found.models[0], paired_tests(ctx, ids)).rstrip()}")


def promote(model: Named, version: Numbered = None) -> None:
    """Let the endpoint serve this version (the newest, unless said) from now on."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        found = promote_version(ctx, find_named(ctx, model, version).id)
        typer.echo(f"{found.promoted.name}: version {found.promoted.version} is served." if found.promoted else "")


def roll_back(model: Named) -> None:
    """Serve the version again that was served before the one of now."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        found = roll_back_version(ctx, find_named(ctx, model).id)
        typer.echo(f"{found.promoted.name}: version {found.promoted.version} is served." if found.promoted else "")


def download(
    model: Named,
    out: Annotated[Path, typer.Option(help="The ZIP to write, or a folder to write it into.")] = Path(),
    version: Numbered = None,
) -> None:
    """Write a ZIP that predicts without the yard: model, card, predict.py, requirements and signature."""
    from modelyard.models.bundle.verbs import fetch_bundle

    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        yard.settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=yard.settings.scratch) as folder:
            made = fetch_bundle(ctx, find_named(ctx, model, version).id, Path(folder))
            target = out / made.name if out.is_dir() else out
            copy_atomically(made, target)
    typer.echo(str(target))


def delete(
    model: Named,
    version: Numbered = None,
    serve_next: Annotated[int | None, typer.Option(min=1, help="The version to serve when this one is served.")] = None,
    all_versions: Annotated[bool, typer.Option(help="Delete every version, the endpoint and its calls.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a version, after telling what depends on it."""
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            row = find_named(ctx, model, version)
            for line in _depending(dependents_of(ctx, row.id), all_versions=all_versions):
                typer.echo(line)
            following = find_named(ctx, row.id, serve_next).id if serve_next is not None else None
        if not yes:
            typer.confirm("Delete?", abort=True)
        with yard.context(owner) as ctx:
            delete_model(ctx, row.id, serve_next=following, all_versions=all_versions)


def _depending(found: Dependents, *, all_versions: bool) -> Iterator[str]:
    """Yield what is deleted and what depends on it."""
    model = found.model
    others = ", ".join(str(other.version) for other in found.others)
    goes = not found.others or all_versions
    yield f"{model.name}, version {model.version}" + (f" and versions {others}" if all_versions and others else "")
    if found.endpoint is not None and goes:
        yield f"Its endpoint {found.endpoint.id} and {found.n_calls} calls are deleted too."
    elif model.is_promoted:
        yield f"The endpoint serves it: say with --serve-next which version follows ({others})."
    if model.workflow_id is not None:
        yield f"The workflow {model.workflow_id} that made it stays."


def find_named(ctx: Context, wanted: str, version: int | None = None) -> Model:
    """Return the model with this id or name (`name@2`: its version 2), or another version beside it."""
    name, at, number = wanted.rpartition("@")
    if at and number.isdecimal() and version is None:
        return find_named(ctx, name, int(number))
    found = _named(ctx, wanted)
    if version is None or found.version == version:
        return found
    beside = next((each for each in versions_of(ctx, found.id).models if each.version == version), None)
    if beside is None:
        raise NotFound(f"{found.name!r} has no version {version}.", hint="`modelyard models versions` shows them.")
    return beside


def _named(ctx: Context, wanted: str) -> Model:
    named = next((row for row in list_models(ctx, search=wanted, limit=200) if row.name == wanted), None)
    if named is not None:
        return named
    try:
        return get_model(ctx, wanted)
    except NotFound:
        raise NotFound(f"There is no model {wanted!r}.", hint="`modelyard models list` shows them.") from None


def _facts(row: Model) -> dict[str, object]:
    metrics = {metric["name"]: metric["value"] for metric in row.metrics}
    names = ("id", "name", "version", "is_promoted", "task", "engine", "target", "seconds", "endpoint_id")
    return {**{n: getattr(row, n) for n in names}, "metrics": metrics, "created_at": row.created_at.isoformat()}


def _line(row: Model) -> str:
    return f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}  {'*' if row.is_promoted else ' '} v{row.version:<4}"


def _main_metric(row: Model) -> str:
    main = next((metric for metric in row.metrics if metric["value"] is not None), None)
    return f"{main['label']} {main['value']:.4g} ({main['split']}, n = {main['n']:,})" if main else ""


_COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "add": add_checkpoint,
    "show": show,
    "versions": versions,
    "compare": compare,
    "promote": promote,
    "roll-back": roll_back,
    "download": download,
    "delete": delete,
}
