"""What there is to see of a worker that serves a yard elsewhere: is the yard reached, how go its runs, what died."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from platform import python_version

import structlog

from modelyard.kernel import migrate
from modelyard.kernel.db import translated_database_errors
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.memory import free_bytes
from modelyard.kernel.yard import Yard
from modelyard.runs.keeper import WorkerKeeper
from modelyard.runs.overview import Overview, RunLine, overview
from modelyard.runs.processes import available_threads

log = structlog.get_logger()


@dataclass(frozen=True)
class Sight:
    """One look, in sentences that anybody may read: no names, no addresses, nothing of what runs are about."""

    worker: str
    yard: str
    machine: str
    runs: str = ""
    last_error: str = ""
    latest: Sequence[RunLine] = field(default=())


def trouble_with(yard: Yard) -> str | None:
    """Return why a worker of this version cannot work for the yard now, and what to do; None: it can."""
    try:
        with translated_database_errors():
            found, needed = migrate.current(yard.engine), migrate.head()
    except ModelyardError as error:
        return error.message
    except Exception as error:
        log.warning("the database cannot be read", exc_info=error)  # its text may hold the address
        return f"The database cannot be read ({type(error).__name__}). Look at DATABASE_URL and at the log."
    if found == needed:
        return None
    if found is None:
        return "The database is empty: start the yard once, so that it makes its tables."
    return (
        f"The yard's database has the schema {found}, and this worker is of a version that needs {needed}: "
        "bring both to one version, and write this bundle again."
    )


def look(yard: Yard, keeper: WorkerKeeper) -> Sight:
    """Look at the yard and at the process of the worker."""
    worker, machine = _worker(keeper), machine_sentence()
    trouble = trouble_with(yard)
    if trouble is not None:
        return Sight(worker, trouble, machine, last_error=_last_error(keeper))
    found = overview(yard)
    return Sight(worker, "Reached.", machine, _runs(found), _last_error(keeper), found.latest)


def machine_sentence() -> str:
    """Return what this machine gives, and the versions of what runs on it."""
    n = available_threads()
    processors = f"{n} processor{'' if n == 1 else 's'}"
    free = free_bytes() / 1024**3
    return f"{processors}, {free:.1f} GB of memory free, Python {python_version()}, Modelyard {version('modelyard')}."


def _worker(keeper: WorkerKeeper) -> str:
    if keeper.since is not None:
        return f"Works since {moment(keeper.since)}."
    if keeper.held_up is not None:
        return "Not started: see what is said about the yard."
    return "Is being started." if keeper.n_deaths == 0 else "Died and is started again in a moment."


def _last_error(keeper: WorkerKeeper) -> str:
    death = keeper.last_death
    if death is None:
        return ""
    how = f"was killed by signal {-death.code}" if death.code < 0 else f"ended with code {death.code}"
    times = "" if keeper.n_deaths == 1 else f" It died {keeper.n_deaths} times so far."
    return f"The worker {how} at {moment(death.at)}; the log says more.{times}"


def _runs(found: Overview) -> str:
    workers = f"{found.n_workers} worker{'' if found.n_workers == 1 else 's'}"
    return f"{found.n_waiting} waiting, {found.n_running} running; {workers} seen in the last half minute."


def moment(at: datetime | None) -> str:
    """Return an instant as the page writes it."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
