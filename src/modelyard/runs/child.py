"""The child process: executes one attempt of a job and tells its supervisor over a pipe, a JSON line a message."""

import json
import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.db import translated_database_errors
from modelyard.kernel.errors import ModelyardError, Unavailable
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.runs.processes import die_with_parent
from modelyard.runs.tables import Run

DATABASE_PATIENCE_SECONDS = 120.0
"""How long a step waits for a database that sleeps or restarts before it gives up."""
FINISH_LOOK_SECONDS = 0.5


class ChildContext:
    """The JobContext of a local child process."""

    def __init__(self, yard: Yard, run_id: str, owner_id: str, scratch: Path, channel: int) -> None:
        self.run_id = run_id
        self.owner_id = owner_id
        self.scratch = scratch
        self._yard = yard
        self._channel = channel
        self._lock = threading.Lock()
        self._is_finishing = False
        self._looked_at = 0.0

    @property
    def settings(self) -> Settings:
        """The yard's settings."""
        return self._yard.settings

    @property
    def artifacts(self) -> ArtifactStore:
        """The yard's artifacts."""
        return self._yard.artifacts

    def step(self, message: str, fraction: float) -> None:
        """Say what is being done and how much of the whole is done."""
        self.send("progress", {"message": message, "fraction": min(max(float(fraction), 0.0), 1.0)})

    def node(self, node_id: str, **state: Any) -> None:
        """Say the state of one named step."""
        self.send("step", {"id": node_id, **state})

    def trial(self, node_id: str, row: dict[str, Any]) -> None:
        """Add or renew one row of a step's leaderboard."""
        self.send("trial", {"node": node_id, **row})

    def is_finishing(self) -> bool:
        """Look whether somebody asked to stop now and keep the best; at most twice a second."""
        now = time.monotonic()
        if not self._is_finishing and now - self._looked_at > FINISH_LOOK_SECONDS:
            self._looked_at = now
            try:
                with translated_database_errors(), self._yard.readers() as session:
                    asked = session.scalar(select(Run.finish_requested_at).where(Run.id == self.run_id))
            except Unavailable:
                return False  # asked again when the database is back
            self._is_finishing = asked is not None
        return self._is_finishing

    def log(self, message: str, *, level: str = "info") -> None:
        """Add a line to the log."""
        self.send("log", {"level": level, "message": message})

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session that commits at the end; waits while the database is away."""
        deadline = time.monotonic() + DATABASE_PATIENCE_SECONDS
        while not self._database_answers():
            if time.monotonic() > deadline:
                raise Unavailable("The database has been away for two minutes.")
            time.sleep(0.5)
        with translated_database_errors(), self._yard.sessions.begin() as session:
            yield session

    def _database_answers(self) -> bool:
        try:
            with translated_database_errors(), self._yard.readers() as session:
                session.connection()
        except Unavailable:
            return False
        return True

    def send(self, kind: str, data: dict[str, Any]) -> None:
        """Write one message; a line is written whole, also from several threads."""
        line = json.dumps([kind, data], default=str).encode() + b"\n"
        with self._lock:
            while line:
                line = line[os.write(self._channel, line) :]


def _cost() -> dict[str, Any]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    scale = 1 if sys.platform == "darwin" else 1024
    return {"cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_memory_bytes": usage.ru_maxrss * scale}


def _execute(ctx: ChildContext, spec: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    try:
        job = family("job").parse(spec)
        with suppress(OSError):  # where the system does not allow it, the job is only less polite
            os.nice(job.niceness)
        return "result", {"result": job.run(ctx)}
    except ModelyardError as error:
        is_passing = isinstance(error, Unavailable)
        return "error", {"message": error.message, "hint": error.hint, "is_passing": is_passing}
    except MemoryError:
        return "error", {
            "message": "The run needed more memory than there is.",
            "hint": "Use fewer rows or columns, or a smaller model.",
        }
    except Exception as error:
        traceback.print_exc()
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        hint = "This is a fault of the product, not of your data; the run's log has the details."
        return "error", {
            "message": f"{type(error).__name__}: {error} ({where})",
            "hint": hint,
            "log": traceback.format_exc(),
        }


def main() -> None:
    """Read the assignment from standard input, run it, send how it ended."""
    die_with_parent()
    channel = int(sys.argv[1])
    assignment = json.loads(sys.stdin.buffer.read())
    yard = Yard.open(Settings.revived(assignment["settings"]))
    scratch = Path(assignment["scratch"])
    ctx = ChildContext(yard, assignment["run_id"], assignment["owner_id"], scratch, channel)
    kind, data = _execute(ctx, assignment["spec"])
    if details := data.pop("log", None):
        ctx.log(details, level="error")
    ctx.send(kind, {**data, "cost": _cost()})
    yard.close()


if __name__ == "__main__":
    main()
