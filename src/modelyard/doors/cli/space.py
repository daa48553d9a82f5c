"""Commands that open pages in Gradio: a model to try, a worker with its state."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from modelyard.kernel.errors import Refused

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port; a free one from 7860 on, unless said.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    space = typer.Typer(help="Pages in Gradio: a model to try, a worker with its state.", no_args_is_help=True)
    space.command("demo")(demo)
    space.command("worker")(worker)
    app.add_typer(space, name="space")


def demo(
    subject: Annotated[
        str, typer.Argument(metavar="ENDPOINT_OR_FILE", help="An endpoint's id or name, or a downloaded model file.")
    ],
    host: Host = "127.0.0.1",
    port: Port = None,
    not_sure_below: Annotated[
        float | None, typer.Option(min=0, max=1, help="For a file: probability under which an answer is not sure.")
    ] = None,
) -> None:
    """Show an endpoint, or a model file without any yard, as a Gradio page: form, answer, probabilities and why.

    Calls of an endpoint are kept in its history. A model file needs nothing else: on a Hugging Face Space this is the
    start command. Nothing is sent to another host. Needs the extra `modelyard[space]`.
    """
    _require_gradio()
    from modelyard.access.terminal import local_yard
    from modelyard.doors.space.subject import subject_of_endpoint, subject_of_file
    from modelyard.endpoints.alone.gradio_page import launch
    from modelyard.models.alone.demo.page import build_page

    typer.echo("Starting the page; Ctrl-C ends it.", err=True)
    if Path(subject).is_file():
        page = build_page(subject_of_file(Path(subject), not_sure_below=not_sure_below))
        launch(page, host=host, port=port)
        return
    with local_yard() as (yard, owner):
        launch(build_page(subject_of_endpoint(yard, owner, subject)), host=host, port=port)


def worker(host: Host = "127.0.0.1", port: Port = None) -> None:
    """Execute the runs of a yard elsewhere, as `modelyard worker` does, and show on a Gradio page how it goes.

    The worker is started again when it dies; SIGTERM and Ctrl-C hand its runs back. The page tells whether the yard is
    reached, how many runs wait and run, and when the latest did, but not what is in them. Needs the yard's DATABASE_URL
    and MODELYARD_SECRET_KEY, and the extra `modelyard[space]`.
    """
    _require_gradio()
    from modelyard.doors.space.worker import run_worker_with_page
    from modelyard.kernel.settings import Settings

    run_worker_with_page(Settings(), host=host, port=port)


def _require_gradio() -> None:
    if find_spec("gradio") is None:
        raise Refused("Gradio is not installed.", hint="pip install 'modelyard[space]'")
