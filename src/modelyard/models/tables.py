"""Rows of the models room."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.data.columns import Task
from modelyard.kernel.db import Base


class Model(Base):
    """A fitted chain in the registry: its file, what it takes and gives, how good it is, and where it comes from.

    Dataset, workflow and run are named, not referenced: they may be deleted while the model lives on.
    """

    __tablename__ = "models"
    __table_args__ = (Index("ix_models_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    task: Mapped[Task] = mapped_column(String(16))
    engine: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]]
    signature: Mapped[dict[str, Any]]
    metrics: Mapped[list[Any]]
    environment: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    n_rows: Mapped[dict[str, Any]]
    charts: Mapped[list[Any]] = mapped_column(deferred=True)
    importance: Mapped[list[Any]] = mapped_column(deferred=True)
    training_profile: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    steps: Mapped[list[Any]] = mapped_column(deferred=True)
    """Documents of the preparing nodes, in order."""
    artifact_hash: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    seconds: Mapped[float]
    """How long fitting and scoring took."""
    dataset_id: Mapped[str | None] = mapped_column(String(32))
    dataset_name: Mapped[str | None] = mapped_column(String(200))
    dataset_hash: Mapped[str | None] = mapped_column(String(64))
    workflow_id: Mapped[str | None] = mapped_column(String(32))
    workflow_version: Mapped[int | None]
    run_id: Mapped[str | None] = mapped_column(String(32))
    endpoint_id: Mapped[str | None] = mapped_column(ForeignKey("endpoints.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
