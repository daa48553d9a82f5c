"""Rows of drift."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.db import Base


class DriftReport(Base):
    """What was measured once of an endpoint's new rows beside the training profile of the version it served."""

    __tablename__ = "drift_reports"
    __table_args__ = (Index("ix_drift_reports_endpoint_id_id", "endpoint_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey(Endpoint.id, ondelete="CASCADE"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    version: Mapped[int | None]
    """Whose training the rows are compared with."""
    n_rows: Mapped[int]
    document: Mapped[dict[str, Any]]
    """As `report.drift_report` makes it, with what it was made of."""
    created_at: Mapped[datetime]
