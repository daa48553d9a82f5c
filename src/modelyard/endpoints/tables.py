"""Rows of the endpoints room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base

CallStatus = Literal["succeeded", "failed"]


class Endpoint(Base):
    """Something callable from outside; private to its owner."""

    __tablename__ = "endpoints"
    __table_args__ = (Index("ix_endpoints_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    servable: Mapped[dict[str, Any]]
    """Document of what is served, a kind of the Servable family."""
    servable_kind: Mapped[str] = mapped_column(String(32))
    servable_id: Mapped[str] = mapped_column(String(32), index=True)
    signature: Mapped[dict[str, Any]]
    n_calls: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Call(Base):
    """One use of an endpoint: what was asked, what was answered, how long it took; failed calls too."""

    __tablename__ = "calls"
    __table_args__ = (Index("ix_calls_endpoint_id_id", "endpoint_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"))
    actor_name: Mapped[str] = mapped_column(String(200))
    """Who called: the person, or the API key."""
    version: Mapped[int | None]
    """Which version of what is served was asked; None for what has no versions."""
    status: Mapped[CallStatus] = mapped_column(String(16))
    inputs: Mapped[list[Any]]
    outputs: Mapped[list[Any]]
    warnings: Mapped[list[Any]]
    latency_seconds: Mapped[float]
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
