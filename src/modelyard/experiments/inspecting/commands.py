"""Terminal commands of Inspect: its logs come in, its tasks are run."""

from pathlib import Path
from typing import Annotated

import typer

from modelyard.access.terminal import local_yard
from modelyard.experiments.inspecting import verbs
from modelyard.experiments.schemas import AttemptOut, RunningOut
from modelyard.experiments.tables import Attempt
from modelyard.experiments.verbs import get_attempt
from modelyard.runs.terminal import driven

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, last on stdout.")]
Name = Annotated[str, typer.Option(help="What the experiment is called; default the task's name.")]
GroupBy = Annotated[str, typer.Option(help="Metadata of the samples that says their group.")]


def add_to(experiments: typer.Typer) -> None:
    """Add the commands."""
    experiments.command("import")(import_logs)
    experiments.command("inspect")(inspect_task)


def import_logs(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="Logs (.eval) of one task.")
    ],
    name: Name = "",
    group_by: GroupBy = "group",
    as_json: AsJson = False,
) -> None:
    """Import logs of Inspect as an experiment, a configuration each; no LLM is asked."""
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            attempt = verbs.import_logs(ctx, [(file.name, file) for file in files], name=name, group_by=group_by)
        driven(yard, attempt.run_id or "", "Reading the logs")
        with yard.context(owner, writes=False) as ctx:
            told(get_attempt(ctx, attempt.experiment_id, attempt.number), as_json=as_json)


def inspect_task(
    file: Annotated[str, typer.Argument(metavar="FILE[@TASK]", help="The file, and the task in it if it has several.")],
    llm: Annotated[list[str], typer.Option(help="Id or name of an LLM of this yard; several are compared.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many of the samples.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, max=50, help="How often each sample is asked.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Requests to an LLM at the same time.")] = 8,
    argument: Annotated[
        list[str] | None, typer.Option("--argument", "-T", metavar="NAME=VALUE", help="What the task is called with.")
    ] = None,
    name: Name = "",
    group_by: GroupBy = "group",
    as_json: AsJson = False,
) -> None:
    """Run a task of Inspect with LLMs of this yard, and keep its log as an experiment.

    The file is code and is executed as it is. The run is to be seen, and cancelled, on the page of runs too.
    """
    path, _, task = file.partition("@")
    arguments = [_argument(each) for each in argument or ()]
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            asked = {"limit": limit, "epochs": epochs, "concurrency": concurrency, "group_by": group_by}
            attempt = verbs.start_task(ctx, Path(path), llm, task=task, arguments=arguments, name=name, **asked)
        driven(yard, attempt.run_id or "", "Asking")
        with yard.context(owner, writes=False) as ctx:
            told(get_attempt(ctx, attempt.experiment_id, attempt.number), as_json=as_json)


def _argument(stated: str) -> tuple[str, str]:
    name, equals, value = stated.partition("=")
    if not name or not equals:
        raise typer.BadParameter(f"{stated!r} reads NAME=VALUE.")
    return name, value


def told(attempt: Attempt, *, as_json: bool) -> None:
    """Print what came of logs."""
    if as_json:
        typer.echo(AttemptOut.of(attempt).model_dump_json())
        return
    ended = f" ({attempt.error})" if attempt.error else ""
    typer.echo(f"{attempt.experiment_id}: {attempt.document['name']}, {attempt.n_samples:,} samples{ended}")
    for row in RunningOut.model_validate(attempt.running).configurations:
        score = "-" if row.score is None else f"{row.score:.3f}"
        typer.echo(f"  {row.name:<40}  {row.scorer} {score}  n {row.n_scored:,}  {row.n_failed:,} failed")
