"""Rows of the runs room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base

RunState = Literal["queued", "running", "waiting", "succeeded", "failed", "cancelled"]
FINAL_STATES: frozenset[RunState] = frozenset({"succeeded", "failed", "cancelled"})


class Run(Base):
    """One execution of anything longer than a request: frozen spec, state, attempts, cost, result."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_claimable", "state", "priority", "id"),
        Index("ix_runs_owner_id_id", "owner_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    spec: Mapped[dict[str, Any]]
    subject_kind: Mapped[str | None] = mapped_column(String(32))
    subject_id: Mapped[str | None] = mapped_column(String(32), index=True)
    retry_of: Mapped[str | None] = mapped_column(String(32))
    priority: Mapped[int] = mapped_column(default=0)
    """Higher is claimed first."""
    memory_bytes: Mapped[int] = mapped_column(default=0, server_default="0")
    """What it takes at the least; a worker that may give less leaves it alone."""

    state: Mapped[RunState] = mapped_column(String(16), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    worker: Mapped[str | None] = mapped_column(String(128))
    """Who holds the lease; every write of a supervisor carries it."""
    lease_expires_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    finish_requested_at: Mapped[datetime | None]
    """When somebody asked to stop now and keep the best so far."""

    progress_fraction: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(Text, default="")
    steps: Mapped[list[Any]] = mapped_column(default=list)
    """The last known state of each named step, in the order in which they began."""
    n_events: Mapped[int] = mapped_column(default=0)
    error: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    cost: Mapped[dict[str, Any] | None]

    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to this run."""
        return self.state in FINAL_STATES


class RunEvent(Base):
    """Something that happened to a run; `sequence` counts from 1 without gaps."""

    __tablename__ = "run_events"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, Any]]


class Worker(Base):
    """A process that executes runs, and when it was last seen."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    run_memory_bytes: Mapped[int] = mapped_column(server_default=str(4 * 2**30))
    """What it may give to one run."""
