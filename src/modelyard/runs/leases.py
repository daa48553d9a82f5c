"""Leases: who may execute which run, decided by the database, the same on SQLite and PostgreSQL.

A run is free when it is queued, or running with an expired lease. Every later write carries the worker and the attempt
(fencing), so a worker that was thought dead cannot publish over its successor.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.runs.tables import Run


class LeaseLost(ModelyardError):
    """Another worker took the run over, or it was deleted: stop at once, write nothing."""

    status = 409


@dataclass(frozen=True)
class Lease:
    """The right to execute one attempt of one run."""

    run_id: str
    worker: str
    attempt: int


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Run.state == "queued", and_(Run.state == "running", Run.lease_expires_at < now))


def claim(yard: Yard, worker: str, *, run_id: str | None = None) -> Lease | None:
    """Take the free run of highest priority that fits here, or the one named, counting the attempt.

    Returns None when none is free.
    """
    now = yard.clock()
    free = select(Run.id).where(_is_free(now))
    if run_id:
        free = free.where(Run.id == run_id)
    else:
        free = free.where(Run.memory_bytes <= yard.settings.run_memory_bytes).order_by(Run.priority.desc(), Run.id)
    with yard.readers() as session:
        if session.scalar(free.limit(1)) is None:
            return None  # looked at without the write lock, so that idle workers disturb nobody
    chosen = free.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    statement = (
        update(Run)
        .where(Run.id == chosen, _is_free(now))
        .values(state="running", worker=worker, attempts=Run.attempts + 1, lease_expires_at=now + yard.settings.lease)
        .returning(Run.id, Run.attempts)
        .execution_options(synchronize_session=False)
    )
    with yard.sessions.begin() as session:
        row = session.execute(statement).one_or_none()
    return Lease(run_id=row.id, worker=worker, attempt=row.attempts) if row else None


def renew(yard: Yard, lease: Lease) -> bool:
    """Extend the lease; return whether somebody asked for the run to be cancelled; raise LeaseLost."""
    expires_at = yard.clock() + yard.settings.lease
    statement = (
        update(Run).where(_is_held(lease)).values(lease_expires_at=expires_at).returning(Run.cancel_requested_at)
    )
    with yard.sessions.begin() as session:
        row = session.execute(statement.execution_options(synchronize_session=False)).one_or_none()
    if row is None:
        raise LeaseLost("Another worker took this run over.")
    return row.cancel_requested_at is not None


def give_back(yard: Yard, lease: Lease, *, counts: bool) -> None:
    """Return the run to the queue; `counts` says whether the attempt stays counted."""
    values: dict[str, Any] = {"state": "queued", "worker": None, "lease_expires_at": None}
    if not counts:
        values["attempts"] = Run.attempts - 1
    statement = update(Run).where(_is_held(lease)).values(**values).execution_options(synchronize_session=False)
    with yard.sessions.begin() as session:
        session.execute(statement)


@contextmanager
def fenced(yard: Yard, lease: Lease) -> Iterator[tuple[Session, Run]]:
    """Yield the run's row, locked, in a transaction; raise LeaseLost when this lease does not hold it any more."""
    with yard.sessions.begin() as session:
        run = session.scalar(select(Run).where(_is_held(lease)).with_for_update())
        if run is None:
            raise LeaseLost("Another worker took this run over.")
        yield session, run


def _is_held(lease: Lease) -> ColumnElement[bool]:
    return and_(
        Run.id == lease.run_id, Run.worker == lease.worker, Run.attempts == lease.attempt, Run.state == "running"
    )


def lease_age(yard: Yard) -> timedelta:
    """How often a lease is renewed: three chances before it expires."""
    return yard.settings.lease / 3
