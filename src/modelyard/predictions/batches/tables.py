"""Rows of batches."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column

BatchState = Literal["reading", "ready", "queued", "running", "succeeded", "failed", "cancelled"]
HeaderChoice = Literal["auto", "yes", "no"]
ReportFormat = Literal["pdf", "html"]
LIVE_STATES: frozenset[BatchState] = frozenset({"reading", "queued", "running"})


class Batch(Base):
    """A file of rows for an endpoint: what it holds, how its columns are mapped, and what was predicted.

    Endpoint and model are named, not referenced: they may be deleted while the results live on.
    """

    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    endpoint_id: Mapped[str] = mapped_column(String(32), index=True)
    endpoint_name: Mapped[str] = mapped_column(String(200))
    model_id: Mapped[str] = mapped_column(String(32))
    """The version that the endpoint served when the batch was made, or last started."""
    version: Mapped[int | None]
    signature: Mapped[dict[str, Any]]
    """What that version takes and gives."""
    name: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(255))
    label: Mapped[str | None] = mapped_column(String(200))
    """The product or campaign of every row."""
    label_column: Mapped[str | None] = mapped_column(Text)
    """The column of the file that says it for each row."""
    state: Mapped[BatchState] = mapped_column(String(16), index=True)
    run_id: Mapped[str | None] = mapped_column(String(32))
    """The latest run that worked on it."""
    header: Mapped[HeaderChoice] = mapped_column(String(8), default="auto")
    """Whether the first row of the file holds names: `auto` looks at it."""
    size_bytes: Mapped[int]
    upload_hash: Mapped[str] = artifact_column(index=True, needed=lambda batch: batch.rows_hash.is_(None))
    """The bytes that were given; their artifact is removed once the rows are stored."""
    rows_hash: Mapped[str | None] = artifact_column()
    """The rows as Parquet, with texts as they were written."""
    ragged_hash: Mapped[str | None] = artifact_column()
    """Rows of the file that have another width than the others (rows.py)."""
    results_hash: Mapped[str | None] = artifact_column()
    """The results: a SQLite file (results.py)."""
    columns: Mapped[list[Any]] = mapped_column(default=list)
    """Name, dtype and examples of each column of the file."""
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The file's column for each input of the model; None: the input is left empty."""
    is_mapped_by_hand: Mapped[bool] = mapped_column(default=False)
    """Whether a person chose the mapping; else it is the suggested one."""
    starts_itself: Mapped[bool] = mapped_column(default=False)
    """Whether it is run as soon as it is checked."""
    check: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Document of `checking.Check`."""
    n_rows: Mapped[int | None]
    n_done: Mapped[int] = mapped_column(default=0)
    """Rows that are through, those that could not be predicted among them."""
    n_failed: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Rows per predicted class."""
    numbers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Mean, extremes and histogram of predicted numbers."""
    n_unsure: Mapped[int | None]
    not_sure_below: Mapped[float | None]
    """The probability under which an answer is not sure, as the endpoint had it when the batch was started."""
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Why it ended early: message and hint."""
    notes: Mapped[list[Any]] = mapped_column(default=list)
    """Sentences of reading the file."""
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    """Sentences of the model while it predicted."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]

    @property
    def is_live(self) -> bool:
        """Whether a run works on it, or is about to."""
        return self.state in LIVE_STATES

    @property
    def is_startable(self) -> bool:
        """Whether it can be predicted as it is: an input that nobody chose to leave empty is to be looked at first."""
        is_mapped = self.is_mapped_by_hand or None not in self.mapping.values()
        has_rows = self.check is not None and self.check["n_bad"] < self.check["n_rows"]
        return self.state == "ready" and is_mapped and has_rows


class BatchPart(Base):
    """Rows of a batch that are predicted and kept, so that a run that was killed goes on behind them."""

    __tablename__ = "batch_parts"

    batch_id: Mapped[str] = mapped_column(ForeignKey(Batch.id, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from 0 in the order of the rows."""
    plan: Mapped[str] = mapped_column(String(64))
    """Fingerprint of model, mapping and rows: parts of another plan are not used."""
    n_rows: Mapped[int]
    n_failed: Mapped[int]
    hash: Mapped[str] = artifact_column()
    """The part as Parquet."""
    size_bytes: Mapped[int]
    warnings: Mapped[list[Any]] = mapped_column(default=list)


class BatchKey(Base):
    """The key of an endpoint that made a batch, and how many of its rows are counted against the key's rows per day."""

    __tablename__ = "batch_keys"

    batch_id: Mapped[str] = mapped_column(ForeignKey(Batch.id, ondelete="CASCADE"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(32))
    """Not referenced: the key goes with its endpoint, the results stay."""
    is_asking: Mapped[bool]
    """Whether it was this key, and no person, that asked for the prediction to come or under way."""
    n_counted: Mapped[int]
    """Rows that are predicted when the run under way succeeds and that are counted already; 0 when none is."""
    counted_until: Mapped[datetime | None]
    """The end of the day that the rows of this run are counted in."""


class BatchReport(Base):
    """A report of a batch: the file that was made, kept as long as the batch."""

    __tablename__ = "batch_reports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey(Batch.id, ondelete="CASCADE"), index=True)
    run_id: Mapped[str] = mapped_column(String(32))
    format: Mapped[ReportFormat] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(Text)
    with_rows: Mapped[bool]
    hash: Mapped[str] = artifact_column(index=True)
    """The file's bytes; reports of the same contents made at the same time share them."""
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]
