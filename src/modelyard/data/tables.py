"""Rows of the data room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.data.columns import Column, Schema, Task
from modelyard.data.formats import FileFormat
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column

DatasetState = Literal["reading", "ready", "failed"]


class Dataset(Base):
    """A table that was taken in: immutable rows (Parquet, addressed by `content_hash`), their columns and profile."""

    __tablename__ = "datasets"
    __table_args__ = (Index("ix_datasets_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[DatasetState] = mapped_column(String(16), default="reading")
    filename: Mapped[str] = mapped_column(String(255))
    format: Mapped[FileFormat] = mapped_column(String(16))
    size_bytes: Mapped[int]
    """Size of the uploaded file."""
    upload_hash: Mapped[str] = artifact_column(index=True, needed=lambda dataset: dataset.state != "ready")
    """The uploaded file; its artifact is removed once the rows are stored."""
    content_hash: Mapped[str | None] = artifact_column(index=True)
    """The rows as Parquet; None until they are read."""
    profile_hash: Mapped[str | None] = artifact_column(index=True)
    """The profile as JSON."""
    n_rows: Mapped[int | None]
    n_columns: Mapped[int | None]
    columns: Mapped[list[Any]] = mapped_column(default=list)
    """Documents of `data.columns.Column`, in order."""
    target: Mapped[str | None] = mapped_column(Text)
    task: Mapped[Task | None] = mapped_column(String(16))
    suggested_targets: Mapped[list[Any]] = mapped_column(default=list)
    notes: Mapped[list[Any]] = mapped_column(default=list)
    """What reading the file noted; part of the warnings of every profile."""
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    """The first hundred, the most serious first; the profile has all."""
    n_warnings: Mapped[int] = mapped_column(default=0)
    error: Mapped[dict[str, Any] | None]
    """Why it could not be read: message and hint."""
    run_id: Mapped[str | None] = mapped_column(String(32))
    """The latest run that worked on it."""
    sample: Mapped[str | None] = mapped_column(String(32))
    """Key of the sample that it is a copy of."""
    created_at: Mapped[datetime]

    @property
    def schema_columns(self) -> tuple[Column, ...]:
        """The columns as values."""
        return tuple(Column.model_validate(document) for document in self.columns)

    @property
    def schema(self) -> Schema:
        """Columns, target and task."""
        return Schema(columns=self.schema_columns, target=self.target, task=self.task)
