"""The Job family: anything longer than a request. Its fields are the Run's frozen spec."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.context import Context, Scope
from modelyard.kernel.kinds import Kind
from modelyard.kernel.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from modelyard.runs.tables import Run

MODEST = 10
"""Niceness of a job that is beside the point while somebody waits for a single answer."""


class JobContext(Protocol):
    """What a job sees while it runs, wherever that is. Every call also says that the job is alive."""

    run_id: str
    owner_id: str
    settings: Settings
    artifacts: ArtifactStore
    scratch: Path
    """An empty folder of this attempt, removed afterwards."""

    def step(self, message: str, fraction: float) -> None:
        """Say what is being done and how much of the whole is done (0–1)."""

    def node(self, node_id: str, **state: Any) -> None:
        """Say the state of one named step: title, state, seconds, n_rows, n_columns, message."""

    def trial(self, node_id: str, row: dict[str, Any]) -> None:
        """Add or renew (by `id`) one row of a named step's leaderboard."""

    def is_finishing(self) -> bool:
        """Say whether somebody asked to stop now and keep the best so far."""

    def log(self, message: str, *, level: str = "info") -> None:
        """Add a line to the run's log."""

    @contextmanager
    def session(self) -> "Iterator[Session]":
        """Yield a database session that commits at the end; tries again for a minute while the database is away."""
        raise NotImplementedError


class Job(Kind):
    """Base of the jobs."""

    scope: ClassVar[Scope] = "runs:write"
    """What an actor needs to submit this job."""
    internal: ClassVar[bool] = False
    """Started by a verb of its room only, never by `POST /runs`."""
    max_attempts: ClassVar[int | None] = None
    """How often it is tried when its worker dies; None: the setting."""
    memory_bytes: ClassVar[int] = 0
    """What its process takes at the least, measured on small data; a worker that may give less leaves it alone."""
    niceness: ClassVar[int] = 0
    """How far its process stands back behind others, 0 to 19."""

    def prepare(self, ctx: Context) -> Self:
        """Check and complete the spec when it is submitted: everything the run depends on is frozen here."""
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Return the run's title, and the kind and id of what it belongs to."""
        return self.title or type(self).__name__, None, None

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Do the work in a child process; return a JSON-able result. Publish nothing here but artifacts."""
        raise NotImplementedError

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Write the rows the result stands for, in the transaction that ends the run; return the run's result.

        Happens exactly once, in the supervisor's process, which imports nothing heavy.
        """
        return result

    def failed(self, ctx: Context, run: "Run") -> None:
        """Note the failure or the cancellation on what the run belongs to, in the transaction that ends the run."""
