"""Commands that show a model as a Gradio page."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from modelyard.kernel.errors import Refused


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    space = typer.Typer(help="Show a model as a page that anyone can try.", no_args_is_help=True)
    space.callback()(_group)
    space.command("demo")(demo)
    app.add_typer(space, name="space")


def _group() -> None:
    """Keep `demo` a command of its own: a group with one command would be that command."""


def demo(
    subject: Annotated[
        str, typer.Argument(metavar="ENDPOINT_OR_FILE", help="An endpoint's id or name, or a downloaded model file.")
    ],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; a free one from 7860 on, unless said.")
    ] = None,
    not_sure_below: Annotated[
        float | None, typer.Option(min=0, max=1, help="For a file: probability under which an answer is not sure.")
    ] = None,
) -> None:
    """Show an endpoint, or a model file without any yard, as a Gradio page: form, answer, probabilities and why.

    Calls of an endpoint are kept in its history. A model file needs nothing else: on a Hugging Face Space this is the
    start command. Nothing is sent to another host. Needs the extra `modelyard[space]`.
    """
    if find_spec("gradio") is None:
        raise Refused("Gradio is not installed.", hint="pip install 'modelyard[space]'")
    from modelyard.access.terminal import local_yard
    from modelyard.doors.space.page import build_page, launch
    from modelyard.doors.space.subject import subject_of_endpoint, subject_of_file

    typer.echo("Starting the page; Ctrl-C ends it.", err=True)
    if Path(subject).is_file():
        page = build_page(subject_of_file(Path(subject), not_sure_below=not_sure_below))
        launch(page, host=host, port=port)
        return
    with local_yard() as (yard, owner):
        launch(build_page(subject_of_endpoint(yard, owner, subject)), host=host, port=port)
