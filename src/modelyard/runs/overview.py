"""How it goes with the runs of a whole yard, for whoever looks after its machines: how many and when, never whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from modelyard.kernel.yard import Yard
from modelyard.runs.tables import Run, RunState, Worker
from modelyard.runs.verbs import WORKER_SILENT_AFTER


@dataclass(frozen=True)
class RunLine:
    """One run without what is in it: neither title nor error, which name datasets and columns, nor whose it is."""

    kind: str
    state: RunState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    peak_memory_bytes: int | None


@dataclass(frozen=True)
class Overview:
    """The queue of a yard."""

    n_waiting: int
    n_running: int
    n_workers: int
    """That were seen lately."""
    latest: Sequence[RunLine]
    """Newest first."""


def overview(yard: Yard, *, limit: int = 10) -> Overview:
    """Return how many runs wait and run, and the latest, of all who use the yard."""
    by_state = select(Run.state, func.count()).where(Run.state.in_(("queued", "running"))).group_by(Run.state)
    alive = select(func.count()).where(Worker.seen_at > yard.clock() - WORKER_SILENT_AFTER)
    with yard.readers() as session:
        counts: dict[str, int] = {state: n_runs for state, n_runs in session.execute(by_state)}  # noqa: C416
        runs = session.scalars(select(Run).order_by(Run.id.desc()).limit(limit)).all()
        n_workers = session.scalar(alive) or 0
    return Overview(counts.get("queued", 0), counts.get("running", 0), n_workers, [_line(run) for run in runs])


def _line(run: Run) -> RunLine:
    return RunLine(
        kind=run.kind,
        state=run.state,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        peak_memory_bytes=(run.cost or {}).get("peak_memory_bytes"),
    )
