"""Commands of the models room."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from modelyard.access.terminal import local_yard
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.models.tables import Model
from modelyard.models.verbs import fetch_model_file, get_model, list_models

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Named = Annotated[str, typer.Argument(metavar="MODEL", help="The model's id, or its name: the newest of that name.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(predict)
    models = typer.Typer(help="Look at the registry of models.", no_args_is_help=True)
    models.command("list")(list_)
    models.command("show")(show)
    app.add_typer(models, name="models")


def predict(
    model: Named,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Rows to predict: CSV, JSON, Parquet …")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="Where the predictions go, as CSV.")],
    as_json: AsJson = False,
) -> None:
    """Predict every row of a file with a model.

    The output has one row per input row, in the same order: `prediction` and, for classification,
    `probability_<class>` for every class. Columns that the model does not know are left out.
    """
    from modelyard.models.serving import use_one_thread

    use_one_thread()
    from modelyard.models.batch import predict_file
    from modelyard.models.chain import load

    with local_yard() as (yard, owner), _progress() as report:
        yard.settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=yard.settings.scratch) as folder:
            with yard.context(owner, writes=False) as ctx:
                chain = load(fetch_model_file(ctx, _find(ctx, model).id, Path(folder)), is_ours=True)
            done = predict_file(chain, file, out, settings=yard.settings, artifacts=yard.artifacts, report=report)
    for warning in done.warnings:
        typer.echo(f"note: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps({"out": str(out), "rows": done.n_rows, "warnings": done.warnings}))
    else:
        typer.echo(f"{done.n_rows} rows → {out}")


def list_(
    search: Annotated[str, typer.Option(help="Part of the name.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List models, newest first."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        rows = list_models(ctx, search=search, limit=limit)
        if as_json:
            typer.echo(json.dumps([_facts(row) for row in rows]))
            return
        for row in rows:
            typer.echo(f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}  {row.task:<14}  {row.engine:<22}  {row.name}")


def show(model: Named, as_json: AsJson = False) -> None:
    """Show a model's card."""
    from modelyard.models.card import card

    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        row = _find(ctx, model)
        typer.echo(json.dumps({**_facts(row), "signature": row.signature}) if as_json else card(row).rstrip())


def _find(ctx: Context, wanted: str) -> Model:
    named = next((row for row in list_models(ctx, search=wanted, limit=200) if row.name == wanted), None)
    if named is not None:
        return named
    try:
        return get_model(ctx, wanted)
    except NotFound:
        raise NotFound(f"There is no model {wanted!r}.", hint="`modelyard models list` shows them.") from None


def _facts(row: Model) -> dict[str, object]:
    metrics = {metric["name"]: metric["value"] for metric in row.metrics}
    stated = {name: getattr(row, name) for name in ("id", "name", "task", "engine", "target", "seconds")}
    return {**stated, "metrics": metrics, "created_at": row.created_at.isoformat()}


@contextmanager
def _progress() -> Iterator[Callable[[float, str], None]]:
    """Yield a function that draws progress on a terminal and nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("Predicting"), BarColumn(), TextColumn("{task.fields[message]}"), TimeElapsedColumn())
    is_shown = console.is_terminal and sys.stdout.isatty()
    with Progress(*columns, console=console, disable=not is_shown, transient=True) as progress:
        task = progress.add_task("Predicting", total=1.0, message="")
        yield lambda fraction, message: progress.update(task, completed=fraction, message=message)
