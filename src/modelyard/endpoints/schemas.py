"""Shapes of endpoints and calls in requests and answers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from modelyard.endpoints.tables import Call, CallStatus, Endpoint
from modelyard.endpoints.verbs import MAX_INPUTS


class ServableOut(BaseModel):
    """What an endpoint stands before; `version` is the number of what it serves now, when that has versions."""

    kind: str
    id: str
    version: int | None


class EndpointOut(BaseModel):
    """One endpoint."""

    id: str
    name: str
    servable: ServableOut
    signature: dict[str, Any]
    n_calls: int
    created_at: datetime

    @classmethod
    def of(cls, row: Endpoint) -> "EndpointOut":
        """Return the answer for a row."""
        return cls(
            id=row.id,
            name=row.name,
            servable=ServableOut(kind=row.servable_kind, id=row.servable_id, version=row.servable.get("version")),
            signature=row.signature,
            n_calls=row.n_calls,
            created_at=row.created_at,
        )


class EndpointPage(BaseModel):
    """Some endpoints, newest first, and where the next page begins."""

    items: list[EndpointOut]
    next: str | None


class CallIn(BaseModel):
    """One call: an object per row, with every column of the signature (null where a value is missing)."""

    model_config = ConfigDict(extra="forbid")

    inputs: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_INPUTS)]
    version: Annotated[int | None, Field(ge=1, le=2**31, description="Ask this version; empty: the promoted one.")] = (
        None
    )


class OutputOut(BaseModel):
    """The answer to one input: a class with the probabilities of all, or a number."""

    prediction: str | float
    probabilities: dict[str, float] | None = None


class CallOut(BaseModel):
    """The answers to one call, in the order of its inputs; `version` is the one that gave them."""

    call_id: str
    version: int | None
    outputs: list[OutputOut]
    latency_seconds: float
    warnings: list[str]

    @classmethod
    def of(cls, row: Call) -> "CallOut":
        """Return the answer for a row."""
        return cls.model_validate(
            {
                "call_id": row.id,
                "version": row.version,
                "outputs": row.outputs,
                "latency_seconds": row.latency_seconds,
                "warnings": row.warnings,
            }
        )


class PastCallOut(BaseModel):
    """One call of the history."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    status: CallStatus
    actor_name: str
    version: int | None
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    warnings: list[str]
    latency_seconds: float
    error: dict[str, Any] | None
    created_at: datetime


class CallPage(BaseModel):
    """Some calls, newest first, and where the next page begins."""

    items: list[PastCallOut]
    next: str | None
