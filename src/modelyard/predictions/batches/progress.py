"""How far a batch is: its row, and what its run said last."""

from dataclasses import dataclass
from typing import Any

from modelyard.predictions.batches.tables import Batch, BatchState
from modelyard.runs.tables import Run

STEP = "predict"
"""The named step of a run that carries the figures below."""


@dataclass(frozen=True)
class Progress:
    """Rows that are through, how fast, and how long the rest takes."""

    state: BatchState
    n_done: int
    n_failed: int
    rows_per_second: float | None
    seconds_left: float | None


def progress_of(batch: Batch, run: Run | None) -> Progress:
    """Return how far the batch is; a run that is under way knows more than the batch's row."""
    said = _said(run) if run is not None and run.state == "running" and batch.state in ("queued", "running") else None
    if said is None:
        return Progress(batch.state, batch.n_done, batch.n_failed, None, None)
    return Progress(
        "running",
        max(batch.n_done, int(said.get("n_done", 0))),
        max(batch.n_failed, int(said.get("n_failed", 0))),
        said.get("rows_per_second"),
        said.get("seconds_left"),
    )


def _said(run: Run) -> dict[str, Any] | None:
    return next((step for step in run.steps if step["id"] == STEP), None)
