"""The terminal command that writes bundles."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from modelyard.access.terminal import local_yard
from modelyard.deploy.bundling.endpoint import one_endpoint
from modelyard.deploy.bundling.folder import Outcome, compare, write
from modelyard.deploy.bundling.judging import code_of, grave, judged
from modelyard.deploy.bundling.parts import part_of_yard
from modelyard.deploy.bundling.yard import check_yard
from modelyard.deploy.platform import Platform, platform_of
from modelyard.deploy.subject import Subject
from modelyard.kernel.errors import Invalid
from modelyard.kernel.settings import Settings

MARKS = {"new": "+", "changed": "~", "removed": "-"}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bundle")(bundle)


def bundle(
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the bundle is written.")],
    platform: Annotated[str, typer.Option(help="The kind of host; a name that is none lists them all.")] = "docker",
    endpoint: Annotated[str | None, typer.Option(help="Id or name of one endpoint; default: the whole yard.")] = None,
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the platform, repeatable.")
    ] = None,
    artifacts: Annotated[str, typer.Option(help="Where models and datasets live: database or s3.")] = "database",
    extra: Annotated[list[str] | None, typer.Option(help="An extra of Modelyard to install, repeatable.")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change and write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were changed since.")] = False,
) -> None:
    """Write a folder that a platform builds and runs: the whole yard, or one endpoint with a page of its own.

    Of the yard a Gradio Space gets a worker, which executes the runs of a yard that lives elsewhere.
    """
    chosen = _platform(platform, given or [])
    subject = _subject(endpoint, artifacts, extra or [], chosen)
    files = chosen.files(subject)
    outcome = compare(files, out) if diff else write(files, out, force=force)
    _say(outcome, out, shows_diff=diff)
    if not diff:
        _judge(files, chosen)
        typer.echo(f"{len(files)} files, {sum(map(len, files.values())) / 1024**2:,.1f} MB.")
        for number, step in enumerate(chosen.steps(subject), 1):
            typer.echo(f"{number}. {step}")


def _judge(files: Mapping[str, bytes], platform: Platform) -> None:
    """Hold the bundle against the rules of its platform; end with 1 when it would not run there."""
    wrong = grave(judged(code_of(files), platform))
    for one in wrong:
        typer.echo(f"{one.rule}: {one.message}", err=True)
    if wrong:
        typer.echo("The bundle does not hold before `modelyard audit`: this is a fault of Modelyard.", err=True)
        raise typer.Exit(1)


def _platform(kind: str, given: list[str]) -> Platform:
    pairs = [item.partition("=") for item in given]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise Invalid(f"--set {wrong[0]} has no value.", hint="Write it as --set NAME=VALUE.")
    return platform_of({"kind": kind, **{name: _value(value) for name, _, value in pairs}})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _subject(endpoint: str | None, artifacts: str, extras: list[str], platform: Platform) -> Subject:
    platform.check("endpoint" if endpoint else "yard")
    if endpoint:
        with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
            return one_endpoint(ctx, endpoint, door=platform.door)
    check_yard(artifacts, extras)
    return part_of_yard(Settings(), platform.part, artifacts=artifacts, extras=extras)


def _say(outcome: Outcome, folder: Path, *, shows_diff: bool) -> None:
    console = Console(highlight=False)
    for change in outcome.changes:
        console.print(f"{MARKS[change.what]} {change.path}", markup=False)
        if shows_diff and change.diff:
            console.print(change.diff, markup=False)
    if not outcome.changes:
        console.print(f"{folder} is as it should be.", markup=False)
