"""Shapes of drift in answers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from modelyard.predictions.drift.tables import DriftReport

NEVER = "No drift has been measured yet. Measure it now, or wait: with new rows it is measured once a day."


class DriftHistogramOut(BaseModel):
    """One side of a comparison: shares of the same bins; `edges` are the upper ends of all but the last bin."""

    n: int
    bins: list[str]
    edges: list[float] | None
    shares: list[float]


class ColumnDriftOut(BaseModel):
    """One column of new rows beside training. `psi_by_chance`: what the index reaches without drift."""

    name: str
    kind: str
    psi: float | None
    psi_by_chance: float | None
    ks: float | None = Field(description="Largest distance of the cumulative distributions (Kolmogorov and Smirnov).")
    p_value: float | None = Field(description="Of `ks`; with very many rows any difference is beyond chance.")
    is_drifted: bool
    told: str
    n: int = Field(description="New rows with a value.")
    missing: dict[str, float] | None = Field(description="Share of missing values: training, recent.")
    unseen_share: float | None = Field(
        description="Share of values that training did not have: new ones of a category, numbers out of its range."
    )
    training: DriftHistogramOut | None
    recent: DriftHistogramOut | None


class PredictionDriftOut(BaseModel):
    """What the model says of new rows, beside what it said of the rows of `split` when it was made."""

    psi: float | None
    psi_by_chance: float | None
    ks: float | None
    p_value: float | None
    is_drifted: bool
    told: str
    n: int
    split: str | None
    training: dict[str, float] | None = Field(description="Share of each class, or of each range of numbers.")
    recent: dict[str, float] | None


class ShiftedWordOut(BaseModel):
    """A word that is in more or fewer texts than in training.

    `is_new`: it was not among the words kept of training, whose share is then the most that it can have been.
    """

    column: str
    word: str
    training: float
    recent: float
    z: float
    log_odds: float
    is_new: bool


class DriftOut(BaseModel):
    """What was measured last. Without a report `measured_at` is null and `told` says what to do."""

    measured_at: datetime | None
    run_id: str | None = Field(description="The run that is measuring now.")
    told: str
    since: datetime | None = None
    until: datetime | None = None
    version: int | None = Field(None, description="The version whose training the rows are compared with.")
    n_rows: int = 0
    n_calls: int = 0
    n_batches: int = 0
    is_cut: bool = Field(False, description="Whether there were more rows; the newest were taken.")
    alerts: list[str] = []
    columns: list[ColumnDriftOut] = []
    prediction: PredictionDriftOut | None = None
    words: list[ShiftedWordOut] = []

    @classmethod
    def of(cls, report: DriftReport | None, *, run_id: str | None) -> "DriftOut":
        """Return the answer for what was measured last."""
        if report is None:
            return cls(measured_at=None, run_id=run_id, told=NEVER)
        stated: dict[str, Any] = {
            "measured_at": report.created_at,
            "run_id": run_id,
            "told": _told(report),
            "since": report.since,
            "until": report.until,
            "version": report.version,
        }
        return cls.model_validate({**report.document, **stated})


def _told(report: DriftReport) -> str:
    if not report.n_rows:
        return "There were no new rows in this time."
    n_alerts = len(report.document["alerts"])
    if not n_alerts:
        return f"Nothing in {report.n_rows:,} new rows differs from training more than chance explains."
    return f"{n_alerts} {'thing has' if n_alerts == 1 else 'things have'} changed since training."
