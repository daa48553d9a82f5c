"""Runs on the terminal: executed to their end, with a bar when somebody looks."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run


class RunFailed(ModelyardError):
    """The run that the command waited for did not succeed."""


def driven(yard: Yard, run_id: str, title: str) -> Run:
    """Execute a run to its end with a bar on a terminal; raise RunFailed."""
    with _progress(title) as say:
        run = drive(yard, run_id, on_event=say)
    if run.state != "succeeded":
        error = run.error or {"message": f"The run was {run.state}.", "hint": None}
        raise RunFailed(error["message"], hint=error.get("hint"))
    return run


@contextmanager
def _progress(title: str) -> Iterator[Any]:
    """Yield what takes events: a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[message]}"), TimeElapsedColumn())
    is_shown = console.is_terminal and sys.stdout.isatty()
    with Progress(*columns, console=console, disable=not is_shown, transient=True) as progress:
        task = progress.add_task(title, total=1.0, message="")

        def say(kind: str, data: dict[str, Any]) -> None:
            if kind == "progress":
                progress.update(task, completed=data.get("fraction", 0.0), message=data.get("message", ""))

        yield say
