"""Rows of the endpoints room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import ApiKey, User
from modelyard.kernel.db import Base

PUBLIC_CALLS_PER_DAY = 200
"""What a public page allows until its owner says otherwise."""

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
    has_own_name: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a person named it; else it has the name of what it serves."""
    not_sure_below: Mapped[float | None]
    """Probability of the predicted class under which an answer is not sure; None: every answer is."""
    is_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    public_calls_per_day: Mapped[int] = mapped_column(default=PUBLIC_CALLS_PER_DAY, server_default="200")
    created_at: Mapped[datetime]


class EndpointKey(Base):
    """What an API key of one endpoint may use of it."""

    __tablename__ = "endpoint_keys"

    key_id: Mapped[str] = mapped_column(ForeignKey(ApiKey.id, ondelete="CASCADE"), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), index=True)
    calls_per_minute: Mapped[int | None]
    rows_per_day: Mapped[int | None]


class Allowance(Base):
    """How much of a limit is used in the stretch of time that runs now."""

    __tablename__ = "allowances"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Whose it is and of what, such as `ak_…:calls`."""
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    n_used: Mapped[int]


class KeptAnswer(Base):
    """The answer to a request with an idempotency key, to be given again; `status` is empty until there is one."""

    __tablename__ = "kept_answers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of who asked what with which key."""
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked."""
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


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
