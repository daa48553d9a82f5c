"""Commands of predictions."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, get_args

import typer

from modelyard.access.terminal import local_yard
from modelyard.data.table_writing.write import TableFormat
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.models.commands import Named, find_named
from modelyard.models.verbs import fetch_model_file

if TYPE_CHECKING:
    from modelyard.predictions.batches.files import Done

ROWS_FAILED = 3
"""Exit code when the output is written and some rows could not be predicted."""
_ENDINGS: dict[str, TableFormat] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(predict)


def predict(
    model: Named,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Rows: CSV, TSV, XLSX, JSON, Parquet, gzip; - is stdin.")],
    out: Annotated[str, typer.Option(help="Where the predictions go; the ending says the format; - is stdout.")],
    format: Annotated[str | None, typer.Option(help="csv, jsonl, parquet or xlsx; by the ending, unless said.")] = None,  # noqa: A002
    errors: Annotated[Path | None, typer.Option(dir_okay=False, help="CSV of rows that cannot be predicted.")] = None,
    columns: Annotated[list[str] | None, typer.Option("--map", help="INPUT=COLUMN: read it from there.")] = None,
    keep_formulas: Annotated[bool, typer.Option(help="Write CSV texts that begin like a formula as they are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Predict every row of a file with a model.

    The output has one row per input row, in the same order: `prediction` and, for classification,
    `probability_<class>` for every class; empty where a row cannot be predicted. Rows are streamed, so that a file may
    be larger than the memory. The command ends with 3 when some rows could not be predicted; `--errors` says which.
    """  # fmt: skip
    from modelyard.models.serving import use_one_thread

    use_one_thread()
    from modelyard.models.chain import load
    from modelyard.predictions.batches.files import FilePrediction

    wanted = _format(out, format)
    with local_yard() as (yard, owner), _progress(to_stdout=out == "-") as report:
        yard.settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=yard.settings.scratch) as folder, _target(out) as target:
            source = _source(file, Path(folder))
            with yard.context(owner, writes=False) as ctx:
                chain = load(fetch_model_file(ctx, find_named(ctx, model).id, Path(folder)), is_ours=True)
            way = FilePrediction(
                chain, yard.settings, _pairs(columns or []), neutralise=not keep_formulas, report=report
            )
            done = way.run(source, target, wanted, errors)
    _tell(done, out, errors, as_json=as_json)


def _tell(done: "Done", out: str, errors: Path | None, *, as_json: bool) -> None:
    for warning in done.warnings:
        typer.echo(f"note: {warning}", err=True)
    if as_json:
        document = {"out": out, "rows": done.n_rows, "failed": done.n_failed, "warnings": done.warnings}
        typer.echo(json.dumps(document), err=out == "-")
    else:
        typer.echo(f"{done.n_rows} rows → {'standard output' if out == '-' else out}", err=out == "-")
    if done.n_failed:
        where = f"{errors} says why" if errors is not None else "say --errors FILE to see why"
        typer.echo(f"{done.n_failed} rows could not be predicted: {where}.", err=True)
        raise typer.Exit(ROWS_FAILED)


def _format(out: str, stated: str | None) -> TableFormat:
    found = stated or ("csv" if out == "-" else _ENDINGS.get(Path(out).suffix.lower(), "csv"))
    for known in get_args(TableFormat):
        if found == known:
            chosen: TableFormat = known
            return chosen
    raise Invalid(f"There is no format {found!r}.", hint=f"Choose one of: {', '.join(get_args(TableFormat))}.")


def _source(file: str, folder: Path) -> Path:
    """Return a file to read; what comes through a pipe is written down first, as rows are looked at twice."""
    if file == "-":
        path = folder / "stdin"
        with path.open("wb") as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
        return path
    if not Path(file).is_file():
        raise NotFound(f"There is no file {file!r}.")
    return Path(file)


@contextmanager
def _target(out: str) -> Iterator[Path | IO[bytes]]:
    if out != "-":
        yield Path(out)
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = dict(pair.split("=", 1) for pair in given if "=" in pair)
    if wrong := [pair for pair in given if "=" not in pair]:
        raise Invalid(f"{wrong[0]!r} does not say a column.", hint="Write --map INPUT=COLUMN.")
    return pairs


@contextmanager
def _progress(*, to_stdout: bool) -> Iterator[Callable[[float, str], None]]:
    """Yield a function that draws progress on a terminal, always on standard error, and nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("Predicting"), BarColumn(), TextColumn("{task.fields[message]}"), TimeElapsedColumn())
    is_shown = console.is_terminal and not (to_stdout and sys.stdout.isatty())
    with Progress(*columns, console=console, disable=not is_shown, transient=True) as progress:
        task = progress.add_task("Predicting", total=1.0, message="")
        yield lambda fraction, message: progress.update(task, completed=fraction, message=message)
