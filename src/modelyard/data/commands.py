"""Commands of the data room."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from modelyard.access.terminal import local_yard
from modelyard.data.catalogue import catalogue
from modelyard.data.errors import UnreadableFile
from modelyard.data.schemas import DatasetOut
from modelyard.data.tables import Dataset
from modelyard.data.verbs import add_sample, create_dataset_from_file, get_dataset, list_datasets
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive

data = typer.Typer(help="Datasets.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(data, name="data")


@data.command("add")
def add(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to read.")],
    name: Annotated[str, typer.Option(help="Name on screen; default: the file's.")] = "",
    target: Annotated[str | None, typer.Option(help="The column to predict, when known.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the dataset as JSON.")] = False,
) -> None:
    """Read a file: CSV, TSV, JSON, JSON Lines, Parquet or XLSX."""
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            dataset = create_dataset_from_file(ctx, name, file, filename=file.name, target=target)
        dataset = _read(yard, owner, dataset)
    _print(dataset, as_json=as_json)


@data.command("sample")
def sample(
    key: Annotated[str, typer.Argument(help="The sample's key; without one the samples are listed.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the dataset as JSON.")] = False,
) -> None:
    """Take one of the datasets and question sets that come with Modelyard."""
    if not key:
        listed = Table("key", "name", "rows", "holds", "licence", box=None)
        for each in catalogue():
            listed.add_row(each.key, escape(each.name), _count(each.n_rows), each.holds, each.licence)
        Console().print(listed)
        return
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            dataset = add_sample(ctx, key)
        if dataset.state == "reading":
            dataset = _read(yard, owner, dataset)
    _print(dataset, as_json=as_json)


@data.command("list")
def show_all(
    search: Annotated[str, typer.Option(help="Only datasets whose name holds this.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one dataset a line as JSON.")] = False,
) -> None:
    """List datasets, newest first."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        found = list_datasets(ctx, search=search, limit=limit)
    if as_json:
        for dataset in found:
            _print(dataset, as_json=True)
        return
    listed = Table("id", "name", "state", "rows", "columns", "target", box=None)
    for each in found:
        size = (_count(each.n_rows), _count(each.n_columns))
        listed.add_row(each.id, escape(each.name), each.state, *size, escape(each.target or "–"))
    Console().print(listed)


@data.command("show")
def show(
    dataset: Annotated[str, typer.Argument(help="The dataset's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the dataset as JSON.")] = False,
) -> None:
    """Show one dataset: its columns and what to watch out for."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        found = get_dataset(ctx, dataset)
    _print(found, as_json=as_json)


def _read(yard: Yard, owner: Actor, dataset: Dataset) -> Dataset:
    """Execute the reading run, with a progress bar on a terminal; raise when the file cannot be read."""
    assert dataset.run_id is not None
    with ExitStack() as stack:
        bar = (
            stack.enter_context(Progress(transient=True, console=Console(stderr=True))) if sys.stderr.isatty() else None
        )
        task = bar.add_task("Reading", total=1.0) if bar else None

        def show_progress(kind: str, event: dict[str, Any]) -> None:
            if bar is not None and task is not None and kind == "progress":
                bar.update(task, completed=event["fraction"], description=event["message"])

        drive(yard, dataset.run_id, show_progress)
    with yard.context(owner, writes=False) as ctx:
        read = get_dataset(ctx, dataset.id)
    if read.state == "failed":
        error = read.error or {}
        raise UnreadableFile(error.get("message") or "The file could not be read.", hint=error.get("hint"))
    return read


def _print(dataset: Dataset, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(DatasetOut.of(dataset).model_dump(mode="json")))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{dataset.id}  {dataset.name}", markup=False)
    size = f"{_count(dataset.n_rows)} rows × {_count(dataset.n_columns)} columns"
    console.print(f"{dataset.state} · {size} · {dataset.filename}", markup=False)
    listed = Table("column", "kind", "type", "distinct", "missing", box=None)
    for column in dataset.schema_columns:
        mark = " (target)" if column.name == dataset.target else ""
        missing = f"{column.missing_fraction:.1%}" if column.missing_fraction else "–"
        listed.add_row(escape(column.name) + mark, column.kind, column.dtype, _count(column.n_unique), missing)
    console.print(listed)
    for warning in dataset.warnings:
        console.print(f"{warning['severity']}: {warning['message']}", markup=False)
    if dataset.error:
        console.print(f"error: {dataset.error['message']}", markup=False)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
