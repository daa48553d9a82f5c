"""The terminal door: one command with every room's commands; the same verbs, no server needed."""

import importlib
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from modelyard.kernel.errors import FieldError, ModelyardError, Refused
from modelyard.kernel.logs import configure_logs
from modelyard.kernel.settings import Settings

ROOMS = (
    "access",
    "data",
    "workflows",
    "models",
    "endpoints",
    "predictions",
    "llm",
    "chat",
    "chat.asking",
    "experiments",
    "deploy",
    "deploy.bundling",
)

ALONE = {"audit": "deploy"}
"""Commands that need no yard, and the rooms they come from: they start without the others."""


def _options(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if show_version:
        typer.echo(version("modelyard"))
        raise typer.Exit


def build(wanted: str = "") -> typer.Typer:
    """Return the command with every room's commands added; a server or a page that is wanted starts without them."""
    app = typer.Typer(
        name="modelyard",
        help="From data to a live model: datasets, workflows, runs, models, endpoints.",
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_options)
    if wanted in ALONE:
        importlib.import_module(f"modelyard.{ALONE[wanted]}.commands").add_to(app)
        return app
    from modelyard.doors.cli import serve, space

    serve.add_to(app)
    own = {command.callback.__name__ for command in app.registered_commands if command.callback}
    if wanted not in own:
        space.add_to(app)
    for room in ROOMS if wanted not in {*own, "space"} else ():
        importlib.import_module(f"modelyard.{room}.commands").add_to(app)
    return app


def main() -> None:
    """Run the command: 0 done, 1 failed with a reason and a hint, 2 wrong usage."""
    configure_logs()
    try:
        build(wanted=sys.argv[1] if len(sys.argv) > 1 else "")()
    except ModelyardError as error:
        _say(error)
        sys.exit(1)
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        _say(_wrong_settings(error))
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        if not error.filename:
            raise
        _say(Refused(f"{error.filename}: {error.strerror}."))
        sys.exit(1)


def _wrong_settings(error: ValidationError) -> ModelyardError:
    """Name the variable of each wrong setting: a setting without a name of its own has the prefix."""
    prefix = Settings.model_config.get("env_prefix", "")
    fields = [
        FieldError((name if (name := str(item["loc"][0])).isupper() else f"{prefix}{name}".upper(),), item["msg"])
        for item in error.errors(include_url=False)
        if item["loc"]
    ]
    first = f"{fields[0].path[0]}: {fields[0].message}" if fields else str(error)
    return Refused(f"The settings are not valid. {first}.", hint="Change or unset the variable.", fields=fields)


def _say(error: ModelyardError) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"error: {error.message}", markup=False, style="red" if console.is_terminal else None)
    for field in error.fields[1:]:
        console.print(f"  {'.'.join(map(str, field.path))}: {field.message}", markup=False)
    if error.hint:
        console.print(f"hint: {error.hint}", markup=False)


if __name__ == "__main__":
    main()
