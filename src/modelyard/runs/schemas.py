"""Shapes of runs in answers."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from modelyard.kernel.clock import utc_now
from modelyard.runs.tables import Run, RunState


class SubjectOut(BaseModel):
    """What a run belongs to."""

    kind: str
    id: str


class TrialOut(BaseModel):
    """One row of a leaderboard: a candidate that is being fitted, was fitted, or could not be."""

    id: str
    label: str
    state: Literal["running", "succeeded", "failed", "pruned"]
    metric: str | None = None
    higher_is_better: bool | None = None
    score: float | None = None
    interval: tuple[float, float] | None = None
    """95 % interval of the score."""
    fit_seconds: float | None = None
    row_seconds: float | None = None
    """What predicting one row takes."""
    size_bytes: int | None = None
    message: str | None = None


class FindingOut(BaseModel):
    """Something about the data that a reader of the results must know."""

    rule: str
    severity: Literal["info", "warning", "error"]
    message: str
    columns: list[str] = []


class StepOut(BaseModel):
    """The last known state of one named step."""

    id: str
    title: str = ""
    state: str = "running"
    seconds: float | None = None
    n_rows: int | None = None
    n_columns: int | None = None
    message: str | None = None
    trials: list[TrialOut] = []
    findings: list[FindingOut] = []


class CostOut(BaseModel):
    """What a run took."""

    wall_seconds: float | None = None
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None


class RunErrorOut(BaseModel):
    """Why a run failed and what to do."""

    message: str
    hint: str | None = None
    step: str | None = None


class RunOut(BaseModel):
    """One run."""

    id: str
    kind: str
    title: str
    state: RunState
    subject: SubjectOut | None
    retry_of: str | None
    progress_fraction: float
    message: str
    steps: list[StepOut]
    attempts: int
    max_attempts: int
    is_cancelling: bool
    is_finishing: bool
    is_lost: bool
    """Whether its worker was not heard of for too long: it goes on where it is when a worker takes it over."""
    cost: CostOut | None
    error: RunErrorOut | None
    result: dict[str, Any] | None
    spec: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, run: Run) -> "RunOut":
        """Return the answer for a row."""
        named = (
            "id",
            "kind",
            "title",
            "state",
            "retry_of",
            "progress_fraction",
            "message",
            "steps",
            "attempts",
            "max_attempts",
        )
        rest = ("cost", "error", "result", "spec", "created_at", "started_at", "finished_at")
        subject = {"kind": run.subject_kind, "id": run.subject_id} if run.subject_kind else None
        is_cancelling = run.cancel_requested_at is not None and not run.is_final
        is_finishing = run.finish_requested_at is not None and not run.is_final
        is_lost = run.state == "running" and run.lease_expires_at is not None and run.lease_expires_at < utc_now()
        values = {name: getattr(run, name) for name in (*named, *rest)}
        asked = {"is_cancelling": is_cancelling, "is_finishing": is_finishing, "is_lost": is_lost}
        return cls.model_validate({**values, **asked, "subject": subject})


class RunPage(BaseModel):
    """Some runs, newest first, and where the next page begins."""

    items: list[RunOut]
    next: str | None


class RunCounts(BaseModel):
    """How many runs are in each state."""

    queued: int = 0
    running: int = 0
    waiting: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
