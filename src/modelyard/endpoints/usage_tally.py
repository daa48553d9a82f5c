"""Calls counted by the hour: read slim, from the calls themselves."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from modelyard.endpoints.latencies import bin_of
from modelyard.endpoints.tables import Call, CallClass, StepLength


@dataclass
class Tally:
    """What was used in some stretch of time."""

    n_calls: int = 0
    n_rows: int = 0
    n_errors: int = 0
    latencies: Counter[int] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    n_numbers: int = 0
    sum_numbers: float = 0.0

    @classmethod
    def of(cls, step: Any) -> "Tally":
        """Return what a kept step counts: a row of UsageStep, or of its columns."""
        latencies = Counter({int(number): n for number, n in step.latencies.items()})
        return cls(
            *(step.n_calls, step.n_rows, step.n_errors, latencies, Counter(step.classes)),
            *(step.n_numbers, step.sum_numbers),
        )

    def add(self, other: "Tally") -> None:
        """Count another stretch too."""
        self.n_calls += other.n_calls
        self.n_rows += other.n_rows
        self.n_errors += other.n_errors
        self.latencies.update(other.latencies)
        self.classes.update(other.classes)
        self.n_numbers += other.n_numbers
        self.sum_numbers += other.sum_numbers

    def values(self) -> dict[str, Any]:
        """Return it as the columns of a kept step."""
        return {
            "n_calls": self.n_calls,
            "n_rows": self.n_rows,
            "n_errors": self.n_errors,
            "latencies": {str(number): n for number, n in self.latencies.items()},
            "classes": dict(self.classes),
            "n_numbers": self.n_numbers,
            "sum_numbers": self.sum_numbers,
        }

    def count(self, call: Any) -> None:
        """Count one call, a row of `slim`; its classes are counted apart."""
        self.n_calls += 1
        if call.status == "failed":
            self.n_errors += 1
            return
        self.n_rows += call.n_inputs
        self.latencies[bin_of(call.latency_seconds)] += 1
        if call.sum_predictions is not None:
            self.n_numbers += call.n_inputs
            self.sum_numbers += call.sum_predictions


Tallies = dict[datetime, Tally]
"""By the instant at which the hour begins."""
SLIM = (Call.id, Call.created_at, Call.status, Call.latency_seconds, Call.n_inputs, Call.sum_predictions)


def start_of(at: datetime, step: StepLength) -> datetime:
    """Return when the hour or the day (UTC) of an instant begins."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour if step == "hour" else hour.replace(hour=0)


def tally(session: Session, endpoint_id: str, *where: ColumnElement[bool], limit: int) -> tuple[Tallies, str | None]:
    """Count up to `limit` calls, the oldest first; return them by the hour, and the id of the last one.

    `where` is of Call.id.
    """
    chosen = select(*SLIM).where(Call.endpoint_id == endpoint_id, *where).order_by(Call.id).limit(limit)
    calls = session.execute(chosen).all()
    found: Tallies = {}
    for call in calls:
        found.setdefault(start_of(call.created_at, "hour"), Tally()).count(call)
    if calls:
        _add_classes(session, endpoint_id, found, *where, Call.id <= calls[-1].id)
    return found, calls[-1].id if calls else None


def _add_classes(session: Session, endpoint_id: str, found: Tallies, *where: ColumnElement[bool]) -> None:
    chosen = (
        select(Call.created_at, CallClass.class_key, CallClass.n_rows)
        .join(CallClass, CallClass.call_id == Call.id)
        .where(Call.endpoint_id == endpoint_id, *where)
    )
    for created_at, name, n_rows in session.execute(chosen):
        found[start_of(created_at, "hour")].classes[name] += n_rows
