"""Rows of the llm room."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.kernel.db import Base


class Llm(Base):
    """An LLM or embedder that somebody may use: a provider with its parameters, and an encrypted key; private."""

    __tablename__ = "llms"
    __table_args__ = (Index("ix_llms_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    provider: Mapped[dict[str, Any]]
    """Document of a kind of the Provider family."""
    provider_kind: Mapped[str] = mapped_column(String(32))
    secret: Mapped[str | None] = mapped_column(Text)
    """The key, encrypted with the yard's secret key; None: none is needed, or it comes from the settings."""
    secret_ends: Mapped[str | None] = mapped_column(String(8))
    """Its last characters, to tell keys apart."""
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    check: Mapped[dict[str, Any] | None]
    """What came of the last try: whether it answered, how long it took, or what it said."""


class LlmBudget(Base):
    """What an owner allows to be spent in a calendar month (UTC); None: no limit."""

    __tablename__ = "llm_budgets"

    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    usd_per_month: Mapped[float | None]


class LlmSpending(Base):
    """What one LLM took in a calendar month (UTC)."""

    __tablename__ = "llm_spending"
    __table_args__ = (PrimaryKeyConstraint("owner_id", "month", "provider_kind", "llm_name"),)

    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    month: Mapped[str] = mapped_column(String(7))
    """Such as 2026-11."""
    provider_kind: Mapped[str] = mapped_column(String(32))
    llm_name: Mapped[str] = mapped_column(String(200))
    n_requests: Mapped[int]
    n_input_tokens: Mapped[int]
    n_output_tokens: Mapped[int]
    cost_usd: Mapped[float]
    n_unknown_cost: Mapped[int]
    """Requests whose price nobody knows; they are not in `cost_usd`."""
