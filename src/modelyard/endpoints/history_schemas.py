"""Shapes of past calls and of use in answers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from modelyard.endpoints.tables import CallStatus, StepLength
from modelyard.endpoints.usage import Usage


class PastCallOut(BaseModel):
    """One call of the history. In a list, a call of more than ten rows shows its first three; `n_inputs` are all.

    `classes` are its rows by predicted class; the confidences are those of what was predicted.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    status: CallStatus
    actor_name: str
    version: int | None
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    n_inputs: int
    classes: dict[str, int]
    lowest_confidence: float | None
    highest_confidence: float | None
    warnings: list[str]
    latency_seconds: float
    error: dict[str, Any] | None
    created_at: datetime


class CallPage(BaseModel):
    """Some calls, newest first, and where the next page begins.

    `searched_until` is set when looking ended before the page was full: go on from `next` for older calls.
    """

    items: list[PastCallOut]
    next: str | None
    searched_until: datetime | None


class RemovedOut(BaseModel):
    """How many calls were deleted; `next` is the cursor to go on from when there was not time for all."""

    model_config = ConfigDict(from_attributes=True)

    n_deleted: int
    next: str | None


class UsedOut(BaseModel):
    """What one hour or day was used for; `n_other_rows` are of classes that are not among the twenty most frequent."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    n_calls: int
    n_rows: int
    n_errors: int
    p50_seconds: float | None = Field(description="Of answered calls, right to within 2.5 %.")
    p95_seconds: float | None = Field(description="Of answered calls, right to within 2.5 %.")
    classes: dict[str, int] | None = Field(description="Rows by predicted class; null where numbers are predicted.")
    n_other_rows: int
    mean: float | None = Field(description="Of predicted numbers; null where classes are predicted.")


class UsageOut(BaseModel):
    """The use of an endpoint in whole hours or days (UTC). `counted_until`: younger calls are not counted yet."""

    since: datetime
    until: datetime
    step: StepLength
    n_calls: int
    n_rows: int
    n_errors: int
    p50_seconds: float | None
    p95_seconds: float | None
    classes: dict[str, int] | None
    n_other_rows: int
    mean: float | None
    steps: list[UsedOut]
    counted_until: datetime | None

    @classmethod
    def of(cls, usage: Usage) -> "UsageOut":
        """Return the answer for what was found."""
        total = UsedOut.model_validate(usage.total).model_dump(exclude={"at"})
        return cls(
            since=usage.since,
            until=usage.until,
            step=usage.step,
            steps=[UsedOut.model_validate(step) for step in usage.steps],
            counted_until=usage.counted_until,
            **total,
        )
