"""How far the sync of a collection is, as its run said last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.chat.syncing.progress import STEP
from modelyard.chat.tables import Collection
from modelyard.kernel.context import Context
from modelyard.runs.tables import Run
from modelyard.runs.verbs import visible_runs


@dataclass(frozen=True)
class SyncProgress:
    """How far a sync is. Documents are those that differ from what is indexed; unchanged ones are passed by."""

    fraction: float
    """How much of the whole is done, 0–1."""
    message: str
    n_done: int | None
    n_all: int | None
    """Documents known so far; a site may hold more."""
    n_embedded: int | None
    chunks_per_second: float | None
    seconds_left: float | None
    """None: nobody can tell yet."""


def progress_of(run: Run) -> SyncProgress:
    """Return how far the run of a sync is."""
    said: dict[str, Any] = next((step for step in run.steps if step["id"] == STEP), {})
    return SyncProgress(
        fraction=run.progress_fraction,
        message=run.message,
        n_done=said.get("n_done"),
        n_all=said.get("n_all"),
        n_embedded=said.get("n_embedded"),
        chunks_per_second=said.get("chunks_per_second"),
        seconds_left=said.get("seconds_left"),
    )


def progress_by_collection(ctx: Context, collections: Sequence[Collection]) -> dict[str, SyncProgress]:
    """Return how far the collections are that are being synced, by their ids."""
    ctx.require("collections:read")
    run_ids = {each.run_id: each.id for each in collections if each.state == "syncing" and each.run_id}
    if not run_ids:
        return {}
    runs = ctx.session.scalars(visible_runs(ctx).where(Run.id.in_(run_ids)))
    return {run_ids[run.id]: progress_of(run) for run in runs if not run.is_final}
