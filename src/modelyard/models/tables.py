"""Rows of the models room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from modelyard.access.tables import User
from modelyard.data.columns import Task
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column

PromotionCause = Literal["first", "promote", "roll_back", "delete"]
"""Why another version is served: it was the first, somebody chose it, went back to it, or deleted the one before."""


class Lineage(Base):
    """The versions of one model, trained by the same node of the same workflow, and the one endpoint before them."""

    __tablename__ = "lineages"
    __table_args__ = (
        Index("ix_lineages_owner_id_id", "owner_id", "id"),
        UniqueConstraint("owner_id", "workflow_id", "node_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str | None] = mapped_column(String(200))
    """The name given by hand, which later versions take too; None: each is called as its training named it."""
    workflow_id: Mapped[str | None] = mapped_column(String(32))
    node_id: Mapped[str | None] = mapped_column(String(100))
    endpoint_id: Mapped[str | None] = mapped_column(ForeignKey("endpoints.id", ondelete="SET NULL"))
    promoted_id: Mapped[str] = mapped_column(String(32))
    """The version that the endpoint serves."""
    last_version: Mapped[int]
    """The highest number given so far; the number of a deleted version is not given again."""
    created_at: Mapped[datetime]


class Promotion(Base):
    """One change of what a lineage's endpoint serves: to which version, by whom, when and why; never changed."""

    __tablename__ = "promotions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    lineage_id: Mapped[str] = mapped_column(ForeignKey(Lineage.id, ondelete="CASCADE"), index=True)
    model_id: Mapped[str] = mapped_column(String(32))
    """Named, not referenced: the version may be deleted later."""
    version: Mapped[int]
    cause: Mapped[PromotionCause] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class Model(Base):
    """A fitted chain in the registry: its file, what it takes and gives, how good it is, and where it comes from.

    Dataset, workflow and run are named, not referenced: they may be deleted while the model lives on.
    """

    __tablename__ = "models"
    __table_args__ = (
        Index("ix_models_owner_id_id", "owner_id", "id"),
        UniqueConstraint("lineage_id", "version"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    lineage_id: Mapped[str] = mapped_column(ForeignKey(Lineage.id, ondelete="CASCADE"))
    version: Mapped[int]
    """Counts the trainings of its lineage: 1, 2, 3 …"""
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
    findings: Mapped[list[Any]] = mapped_column(deferred=True, default=list)
    """What was found out about the rows it learned from."""
    trials: Mapped[list[Any]] = mapped_column(deferred=True, default=list)
    """The leaderboard that it was chosen from, best first."""
    groups: Mapped[list[Any]] = mapped_column(deferred=True, default=list)
    """Metrics per group of rows, where groups were asked for."""
    limits: Mapped[list[Any]] = mapped_column(deferred=True, default=list)
    """Sentences on what the metrics cannot say."""
    splitting: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """How the rows were set aside."""
    predictions_hash: Mapped[str | None] = artifact_column(index=True)
    """The artifact with the predictions of the rows it was scored on (comparing.kept)."""
    scored_rows_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the ids of the rows it was scored on: equal for models that were scored on the same rows."""
    row_seconds: Mapped[float | None]
    """How long one row takes, raw columns to prediction; the median of several."""
    artifact_hash: Mapped[str] = artifact_column(index=True)
    size_bytes: Mapped[int]
    seconds: Mapped[float]
    """How long fitting and scoring took."""
    dataset_id: Mapped[str | None] = mapped_column(String(32))
    dataset_name: Mapped[str | None] = mapped_column(String(200))
    dataset_hash: Mapped[str | None] = mapped_column(String(64))
    workflow_id: Mapped[str | None] = mapped_column(String(32))
    workflow_version: Mapped[int | None]
    run_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    lineage: Mapped[Lineage] = relationship(lazy="joined", innerjoin=True)

    @property
    def endpoint_id(self) -> str | None:
        """The endpoint of all versions."""
        return self.lineage.endpoint_id

    @property
    def is_promoted(self) -> bool:
        """Whether the endpoint serves this version."""
        return self.lineage.promoted_id == self.id
