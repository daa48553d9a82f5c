"""Commands that start the yard: the server with its worker, a worker alone, the database's schema."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modelyard.kernel.errors import Refused
from modelyard.kernel.migrate import upgrade
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard

if TYPE_CHECKING:
    import uvicorn

database = typer.Typer(help="The database's schema.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(worker)
    database.command("upgrade")(upgrade_database)
    app.add_typer(database, name="db")


def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: the setting HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; default: the setting PORT.")
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for a database that sleeps.")
    ] = 0,
) -> None:
    """Start the yard: migrate the database, then serve pages and API with a worker beside them, until Ctrl-C."""
    given: dict[str, Any] = {"host": host, "port": port}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    listener = _listen(settings)
    upgrade(settings, patience_seconds=wait)
    yard = Yard.open(settings)
    with _worker(yard):
        _serve(yard, listener)
    yard.close()


def worker() -> None:
    """Execute runs until Ctrl-C; start as many on as many machines as wanted, on one database."""
    from modelyard.doors.worker.main import run_worker
    from modelyard.runs.processes import die_with_parent

    if os.environ.get("MODELYARD_WORKER_OF") == str(os.getppid()):
        die_with_parent()
    yard = Yard.open(Settings())
    run_worker(yard)
    yard.close()


def upgrade_database(
    wait: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for a database that sleeps.")
    ] = 0,
) -> None:
    """Bring the database to the schema of this version; changes nothing when it is there already."""
    from modelyard.kernel.migrate import head

    upgrade(Settings(), patience_seconds=wait)
    typer.echo(f"The database is at {head()}.")


def _listen(settings: Settings) -> socket.socket:
    """Take the port first: a second yard on the same port ends here, before it touches anything."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise Refused(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.",
            hint="Another yard may be running; stop it or choose another port: PORT=7861 make run",
        ) from error
    return listener


def _serve(yard: Yard, listener: socket.socket) -> None:
    import uvicorn

    from modelyard.doors.api.app import create_app

    config = uvicorn.Config(
        create_app(yard=yard),
        log_level="warning",
        timeout_graceful_shutdown=3,
        forwarded_allow_ips=yard.settings.believed_proxies,
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_announce, args=(yard, server, listener.getsockname()[1]), daemon=True).start()
    server.run(sockets=[listener])


def _announce(yard: Yard, server: "uvicorn.Server", port: int) -> None:
    while not server.started and not server.should_exit:
        time.sleep(0.02)
    if server.started:
        typer.echo(_greeting(yard, port))


def _greeting(yard: Yard, port: int) -> str:
    from modelyard.access.verbs import owner_sign_in_path

    address = yard.settings.address(port)
    path = owner_sign_in_path(yard)
    return f"Modelyard is ready. Sign in as its owner: {address}{path}" if path else f"Modelyard is ready: {address}"


@contextmanager
def _worker(yard: Yard) -> Iterator[None]:
    """Keep a worker alive beside the server, as the settings say."""
    if yard.settings.worker_mode == "none":
        yield
        return
    stopping = threading.Event()
    keep = _keep_thread if yard.settings.worker_mode == "thread" else _keep_process
    keeper = threading.Thread(target=keep, args=(yard, stopping), name="worker")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()


def _keep_thread(yard: Yard, stopping: threading.Event) -> None:
    from modelyard.doors.worker.main import HOUSEKEEPING, REGULAR
    from modelyard.runs.drive import WorkerLoop

    WorkerLoop(yard, HOUSEKEEPING, stopping=stopping, regular=REGULAR).work()


def _keep_process(yard: Yard, stopping: threading.Event) -> None:
    from modelyard.runs.keeper import WorkerKeeper

    WorkerKeeper(yard.settings, stopping).keep()
