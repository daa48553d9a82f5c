"""The command that asks a collection its test questions."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from modelyard.access.terminal import local_yard
from modelyard.chat.quality.schemas import QualityRunOut
from modelyard.chat.quality.verbs import get_measurement, import_questions, measure_quality
from modelyard.chat.verbs import find_collection
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Refused
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive

UNITS = {"seconds": "s", "latency_p50": "s", "latency_p95": "s", "cost_usd": "$"}


def add_to(collection: typer.Typer) -> None:
    """Add the command to those of collections."""
    collection.command("measure")(measure)


def measure(
    named: Annotated[str, typer.Argument(metavar="COLLECTION", help="Its id or name.")],
    questions: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="CSV or JSON Lines, in the place of what was imported before."),
    ] = None,
    judge: Annotated[bool, typer.Option(help="Have the collection's LLM judge the answers too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the measurement as JSON.")] = False,
) -> None:
    """Ask a collection its test questions and show how good it is: every figure with its 95 % interval."""
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            collection_id = find_collection(ctx, named).id
        if questions is not None:
            _import(yard, owner, collection_id, questions)
        found = _measured(yard, owner, collection_id, judge=judge)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json")))
    else:
        _print(found)


def _import(yard: Yard, owner: Actor, collection_id: str, path: Path) -> None:
    n_added, n_left_out, problems = import_questions(yard, owner, collection_id, path, replace=True)
    told = Console(stderr=True, highlight=False)
    told.print(f"{n_added:,} questions imported, {n_left_out:,} left out.")
    for problem in problems:
        told.print(f"  row {problem.row:,}: {problem.message}", markup=False)


def _measured(yard: Yard, owner: Actor, collection_id: str, *, judge: bool) -> QualityRunOut:
    with yard.context(owner) as ctx:
        run_id = measure_quality(ctx, collection_id, judge=judge).id
    with ExitStack() as stack:
        is_seen = sys.stderr.isatty()
        bar = stack.enter_context(Progress(transient=True, console=Console(stderr=True))) if is_seen else None
        task = bar.add_task("Measuring", total=1.0) if bar else None

        def show(kind: str, event: dict[str, Any]) -> None:
            if bar is not None and task is not None and kind == "progress":
                bar.update(task, completed=event["fraction"], description=event["message"])

        run = drive(yard, run_id, show)
    if run.state != "succeeded":
        error = run.error or {}
        raise Refused(error.get("message") or f"The measurement was {run.state}.", hint=error.get("hint"))
    with yard.context(owner, writes=False) as ctx:
        return QualityRunOut.of(get_measurement(ctx, collection_id, (run.result or {})["quality"]))


def _print(found: QualityRunOut) -> None:
    table = Table("figure", "value", "95 %", "questions", "not scorable", "change", box=None)
    for name, figure in found.figures.items():
        if figure.value is None:
            continue
        unit = UNITS.get(name, "")
        change = found.changes.get(name)
        moved = f"{change.difference:+.3f}{'' if change.is_sure else ' ?'}" if change and change.difference else ""
        between = f"{figure.low:.3f} to {figure.high:.3f}" if figure.low is not None else "–"
        table.add_row(
            name, f"{figure.value:.3f}{unit}", between, f"{figure.n:,}", f"{figure.n_not_scorable or ''}", moved
        )
    console = Console(highlight=False)
    console.print(table)
    if found.told:
        console.print(found.told, markup=False)
