"""The command that brings a checkpoint into the yard."""

import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from modelyard.access.terminal import local_yard
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.models.checkpoints import add_checkpoint_from_hub, add_checkpoint_from_zip
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run


def add(
    checkpoint: Annotated[str, typer.Argument(help="A folder, a ZIP of one, or an id of the Hugging Face hub.")],
    name: Annotated[
        str, typer.Option(help="Name on screen; default: the folder's, the file's or that on the hub.")
    ] = "",
    revision: Annotated[str | None, typer.Option(help="Branch, tag or commit on the hub.")] = None,
    max_tokens: Annotated[int, typer.Option(min=8, max=8192, help="Tokens read of each text.")] = 256,
    int8: Annotated[bool, typer.Option("--int8", help="Compute with 8 bits: smaller and quicker, and rounds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run's result as JSON.")] = False,
) -> None:
    """Make a text-classification checkpoint of transformers a model with an endpoint (safetensors only)."""
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            run_id = _queued(ctx, checkpoint, name=name, revision=revision, max_tokens=max_tokens, is_int8=int8).id
        run = _driven(yard, run_id)
    if run.state != "succeeded" or run.result is None:
        error = run.error or {}
        raise Invalid(error.get("message") or "The checkpoint was not added.", hint=error.get("hint"))
    result = run.result
    typer.echo(json.dumps(result) if as_json else f"{result['model']}  endpoint {result['endpoint']}")


def _queued(ctx: Context, checkpoint: str, *, name: str, revision: str | None, max_tokens: int, is_int8: bool) -> Run:
    path = Path(checkpoint)
    if path.is_dir():
        from modelyard.models.transformers.intake import pack_folder

        ctx.settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=ctx.settings.scratch) as inner:
            packed = Path(inner) / f"{path.resolve().name}.zip"
            pack_folder(path, packed)
            return add_checkpoint_from_zip(
                ctx, packed, filename=packed.name, name=name, max_tokens=max_tokens, is_int8=is_int8
            )
    if path.is_file():
        return add_checkpoint_from_zip(ctx, path, filename=path.name, name=name, max_tokens=max_tokens, is_int8=is_int8)
    if checkpoint.startswith((".", "/", "~")) or checkpoint.count("/") > 1:
        raise NotFound(f"There is no folder or file {checkpoint!r}.")
    return add_checkpoint_from_hub(
        ctx, checkpoint, revision=revision, name=name, max_tokens=max_tokens, is_int8=is_int8
    )


def _driven(yard: Yard, run_id: str) -> Run:
    """Execute the run, with a progress bar on a terminal."""
    with ExitStack() as stack:
        shown = sys.stderr.isatty()
        bar = stack.enter_context(Progress(transient=True, console=Console(stderr=True))) if shown else None
        task = bar.add_task("Adding", total=1.0) if bar else None

        def show_progress(kind: str, event: dict[str, Any]) -> None:
            if bar is not None and task is not None and kind == "progress":
                bar.update(task, completed=event["fraction"], description=event["message"])

        return drive(yard, run_id, show_progress)
