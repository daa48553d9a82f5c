"""Rows of corrections."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.endpoints.tables import GOES_WITH_ENDPOINT, Endpoint
from modelyard.kernel.db import Base


class Correction(Base):
    """What one row of a call or of a batch should have been; the same as what was predicted confirms it.

    It has its own copy of the row, so that it outlives the call or the batch, which are named and not referenced.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("call_id", "row"),
        UniqueConstraint("batch_id", "row"),
        Index("ix_corrections_endpoint_id_id", "endpoint_id", "id"),
        {"info": {GOES_WITH_ENDPOINT: "corrections"}},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey(Endpoint.id, ondelete="CASCADE"))
    call_id: Mapped[str | None] = mapped_column(String(32))
    batch_id: Mapped[str | None] = mapped_column(String(32))
    row: Mapped[int]
    """The place among the inputs of a call, from 0; the number in the file of a batch, from 1."""
    version: Mapped[int | None]
    """Which version predicted it."""
    inputs: Mapped[dict[str, Any]]
    predicted: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    """A class or a number; None for a row that could not be predicted."""
    correct: Mapped[Any] = mapped_column(JSON)
    is_right: Mapped[bool | None]
    """Whether it confirms what was predicted."""
    error: Mapped[float | None]
    """How far the predicted number is from the right one; None where classes are predicted."""
    actor_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    """When it was last said."""
