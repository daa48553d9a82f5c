"""Rows of the workflows room."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base


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
    graph: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


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
