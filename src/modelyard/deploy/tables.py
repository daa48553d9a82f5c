"""Rows of the deploy room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column

AuditState = Literal["running", "ready", "failed"]
BundleState = Literal["running", "ready", "failed"]
AuditedThing = Literal["upload", "folder", "self", "bundle"]


class Audit(Base):
    """One audit of a code base, with its report."""

    __tablename__ = "audits"
    __table_args__ = (Index("ix_audits_owner_id_name", "owner_id", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(200))
    """The project's; audits of one project under one name are its history."""
    thing: Mapped[AuditedThing] = mapped_column(String(16))
    folder: Mapped[str] = mapped_column(String(1000), default="")
    """The folder of this server, for audits of one."""
    upload_hash: Mapped[str | None] = artifact_column(index=True)
    state: Mapped[AuditState] = mapped_column(String(16), default="running")
    error: Mapped[str | None] = mapped_column(String(2000))
    report_hash: Mapped[str | None] = artifact_column(index=True)
    """The report as JSON of schema 1, with the fixes as diffs."""
    page_hash: Mapped[str | None] = artifact_column(index=True)
    """The report as a page of its own, with excerpts."""
    verdicts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By platform: `ready`, `changes`, `blocked`."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Findings by severity."""
    fingerprints: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How often each finding is there, by what it is known by across audits."""
    n_files: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float | None]
    created_at: Mapped[datetime]


class Bundle(Base):
    """A bundle that was made here: what was bundled for which platform, its files as a ZIP, its audit.

    The endpoint is named, not referenced: it may be deleted while the bundle stays.
    """

    __tablename__ = "bundles"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    run_id: Mapped[str | None] = mapped_column(String(32), index=True)
    audit_id: Mapped[str | None] = mapped_column(ForeignKey(Audit.id, ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    """What was bundled: an endpoint's name, or that of the yard."""
    platform: Mapped[dict[str, Any]]
    """The platform with its parameters, as JSON of its kind."""
    endpoint_id: Mapped[str | None] = mapped_column(String(32))
    """The endpoint; None: the whole yard."""
    state: Mapped[BundleState] = mapped_column(String(16), default="running")
    error: Mapped[str | None] = mapped_column(String(2000))
    zip_hash: Mapped[str | None] = artifact_column(index=True)
    """All files as a ZIP."""
    contents_hash: Mapped[str | None] = artifact_column(index=True)
    """What it holds and what to do with it, as JSON: files with the texts of the small ones, steps, environment."""
    n_files: Mapped[int] = mapped_column(default=0)
    size_bytes: Mapped[int] = mapped_column(default=0)
    """Of the files, unpacked."""
    created_at: Mapped[datetime]
