"""Shapes of reports in requests and answers."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from modelyard.predictions.batches.tables import ReportFormat


class ReportIn(BaseModel):
    """The report to make; without a title it has the batch's name."""

    model_config = ConfigDict(extra="forbid")

    format: ReportFormat = "pdf"
    with_rows: bool = False
    title: Annotated[str | None, Field(max_length=200)] = None


class ReportOut(BaseModel):
    """A report that was made."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    run_id: str
    format: ReportFormat
    title: str
    with_rows: bool
    size_bytes: int
    created_at: datetime


class ReportPage(BaseModel):
    """The reports of a batch, newest first."""

    items: list[ReportOut]
