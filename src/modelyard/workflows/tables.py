"""Rows of the workflows room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base

StartOutcome = Literal["started", "skipped", "failed"]


class Workflow(Base):
    """A saved graph; `version` counts the saves and is asked for at the next one."""

    __tablename__ = "workflows"
    __table_args__ = (Index("ix_workflows_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    graph: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WorkflowVersion(Base):
    """A workflow as it was saved once; never changed."""

    __tablename__ = "workflow_versions"

    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflows.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    """What somebody called this save, to find it again."""
    graph: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class WorkflowDataset(Base):
    """That the saved graph of a workflow names a dataset, which may be gone by now."""

    __tablename__ = "workflow_datasets"

    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflows.id", ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class Schedule(Base):
    """When a workflow runs by itself; `next_at` is the time that comes due next, None while paused."""

    __tablename__ = "workflow_schedules"

    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflows.id", ondelete="CASCADE"), primary_key=True)
    cron: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    pause_reason: Mapped[str | None] = mapped_column(Text)
    """Why the product paused it by itself; None when a person did, or while it is not paused."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def is_paused(self) -> bool:
        """Whether nothing will start."""
        return self.next_at is None


class ScheduledStart(Base):
    """One time at which a schedule came due: the run that it started, or why it started none."""

    __tablename__ = "scheduled_starts"

    workflow_id: Mapped[str] = mapped_column(
        ForeignKey("workflow_schedules.workflow_id", ondelete="CASCADE"), primary_key=True
    )
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    outcome: Mapped[StartOutcome] = mapped_column(String(16))
    run_id: Mapped[str | None] = mapped_column(String(32))
    n_missed: Mapped[int] = mapped_column(default=0)
    """Earlier times that passed while no worker was there; one run makes up for all of them."""
    message: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class StepCache(Base):
    """What one step gave, by what decided it (`plan.step_key`): found again instead of computed again."""

    __tablename__ = "step_cache"

    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    outputs: Mapped[dict[str, Any]]
    """References by output port: shape and artifact hashes."""
    result_hash: Mapped[str] = mapped_column(String(64))
    """The artifact with schema, preview, metrics, charts and notes."""
    n_rows: Mapped[int | None]
    n_columns: Mapped[int | None]
    seconds: Mapped[float]
    run_id: Mapped[str | None] = mapped_column(String(32))
    """The run that computed it."""
    model_id: Mapped[str | None] = mapped_column(String(32))
    """The registered model, when the step trained one."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it last saved somebody an execution; None: never yet."""
    sizes: Mapped[dict[str, Any] | None]
    """Bytes of each artifact that the row refers to, by hash; measured by the housekeeping."""
