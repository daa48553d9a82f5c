"""Events of a run: appended in order, folded into the run's row so that a page needs one query."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from modelyard.runs.tables import Run, RunEvent

EventKind = Literal["state", "progress", "step", "trial", "log", "result"]
Event = tuple[EventKind, dict[str, Any]]

MAX_EVENTS = 20_000
"""A job that logs without end must not fill the database; later log lines are dropped, the rest is kept."""


def append_events(session: Session, run: Run, events: list[Event], at: datetime) -> None:
    """Append events to `run`, which the caller holds locked or fenced, and fold them into its row."""
    kept = [event for event in events if event[0] != "log" or run.n_events < MAX_EVENTS]
    rows = []
    for kind, data in kept:
        run.n_events += 1
        rows.append({"run_id": run.id, "sequence": run.n_events, "at": at, "kind": kind, "data": data})
        _fold(run, kind, data)
    if rows:
        session.execute(insert(RunEvent), rows)


def _fold(run: Run, kind: EventKind, data: dict[str, Any]) -> None:
    if kind == "progress":
        run.progress_fraction = data["fraction"]
        run.message = data["message"]
    elif kind == "step":
        run.steps = _with_step(run.steps, data)
    elif kind == "trial":
        run.steps = [_with_trial(step, data) if step["id"] == data["node"] else step for step in run.steps]


def _with_step(steps: list[Any], step: dict[str, Any]) -> list[Any]:
    for position, known in enumerate(steps):
        if known["id"] == step["id"]:
            return [*steps[:position], {**known, **step}, *steps[position + 1 :]]
    return [*steps, step]


def _with_trial(step: dict[str, Any], trial: dict[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in trial.items() if name != "node"}
    trials = {known["id"]: known for known in step.get("trials", [])}
    return {**step, "trials": list({**trials, row["id"]: {**trials.get(row["id"], {}), **row}}.values())}


def coalesced(events: list[Event]) -> list[Event]:
    """Drop all progress events but the last: a reader who is late needs no history of fractions."""
    last = max((i for i, event in enumerate(events) if event[0] == "progress"), default=-1)
    return [event for i, event in enumerate(events) if event[0] != "progress" or i == last]
