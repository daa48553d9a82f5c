"""Rows of the endpoints room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, SmallInteger, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import ApiKey, User
from modelyard.kernel.db import Base

PUBLIC_CALLS_PER_DAY = 200
"""What a public page allows until its owner says otherwise."""

CallStatus = Literal["succeeded", "failed"]
StepLength = Literal["hour", "day"]


GOES_WITH_ENDPOINT = "goes_with_endpoint"
"""In the info of a table with an `endpoint_id`: what its rows are called when a person is told that they go with it."""


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
    calls_kept_days: Mapped[int | None]
    """How long the history of its calls is kept; None: as the setting says."""
    created_at: Mapped[datetime]


class EndpointKey(Base):
    """What an API key of one endpoint may use of it."""

    __tablename__ = "endpoint_keys"

    key_id: Mapped[str] = mapped_column(ForeignKey(ApiKey.id, ondelete="CASCADE"), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), index=True)
    calls_per_minute: Mapped[int | None]
    rows_per_day: Mapped[int | None]


class BrowserKey(Base):
    """What pages of some web sites may ask an endpoint with. It is no secret: it stands in the pages."""

    __tablename__ = "browser_keys"
    __table_args__ = {"info": {GOES_WITH_ENDPOINT: "browser keys"}}  # noqa: RUF012

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The key itself, `mb_…`."""
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    origins: Mapped[list[Any]]
    """Origins and patterns (kernel.origins); no other page may use it."""
    questions_per_reader_per_day: Mapped[int]
    questions_per_day: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class Allowance(Base):
    """How much of a limit is used in the stretch of time that runs now."""

    __tablename__ = "allowances"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Whose it is and of what, such as `ak_…:calls:minute`."""
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
    """One use of an endpoint: what was asked, what was answered, how long it took; failed calls too.

    Its id sorts by `created_at`, so that every list of calls is a range of ids.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_endpoint_id_id", "endpoint_id", "id"),
        Index("ix_calls_endpoint_id_version_id", "endpoint_id", "version", "id"),
        Index(
            "ix_calls_failed",
            "endpoint_id",
            "id",
            sqlite_where=text("status = 'failed'"),
            postgresql_where=text("status = 'failed'"),
        ),
    )

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
    n_inputs: Mapped[int] = mapped_column(server_default="0")
    sum_predictions: Mapped[float | None]
    """Of the predicted numbers; None where classes are predicted."""
    session_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The conversation it is a turn of; None: it stands alone."""
    first_event_seconds: Mapped[float | None]
    """How long the first piece of a streamed answer took; None: it was not streamed."""
    n_input_tokens: Mapped[int | None]
    n_output_tokens: Mapped[int | None]
    cost_usd: Mapped[float | None]
    """None: no LLM was asked, or nobody knows its price."""


class CallClass(Base):
    """That a call predicted a class with a confidence in one step (marks.STEPS): what a call is found by.

    A call of many rows has one of these for each class and step, so it is found by any of them.
    """

    __tablename__ = "call_classes"
    __table_args__ = (
        PrimaryKeyConstraint("endpoint_id", "class_key", "step", "call_id"),
        Index("ix_call_classes_endpoint_id_step_call_id", "endpoint_id", "step", "call_id"),
        {"sqlite_with_rowid": False},
    )

    endpoint_id: Mapped[str] = mapped_column(String(32))
    class_key: Mapped[str] = mapped_column(String(200))
    """The class, shortened when it is very long (marks.class_key)."""
    step: Mapped[int] = mapped_column(SmallInteger)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    n_rows: Mapped[int]
    lowest: Mapped[float | None]
    highest: Mapped[float | None]
    """Of the confidences of these rows; None where the model gives no probabilities."""


class UsageStep(Base):
    """What an endpoint was used for in one hour or one day (UTC); made of calls, and outlives them."""

    __tablename__ = "usage_steps"
    __table_args__ = (PrimaryKeyConstraint("endpoint_id", "step", "at"),)

    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"))
    step: Mapped[StepLength] = mapped_column(String(8))
    at: Mapped[datetime]
    n_calls: Mapped[int]
    n_rows: Mapped[int]
    """Rows that were answered."""
    n_errors: Mapped[int]
    """Calls that failed."""
    latencies: Mapped[dict[str, Any]]
    """Answered calls by the number of their bin (latencies.bin_of)."""
    classes: Mapped[dict[str, Any]]
    """Rows by predicted class."""
    n_numbers: Mapped[int]
    sum_numbers: Mapped[float]


class UsagePosition(Base):
    """How far the calls of an endpoint are counted in its steps."""

    __tablename__ = "usage_positions"

    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(32))
    """The last call that is counted."""
