"""What a search for the best model is told, and what it needs from whoever runs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from modelyard.models.engine import ClassWeight
from modelyard.models.objective import MetricChoice
from modelyard.runs.executors.base import Executor

DRAWING_SHARE, MOST_DRAWING_SECONDS = 0.08, 15.0
LEAST_DRAWING_SECONDS, MOST_DRAWING_SHARE = 4.0, 0.25
"""Charts and baselines of an ensemble take about four seconds at least, unless that is too much of a small budget."""


def drawing_seconds(budget_seconds: float) -> float:
    """Return what of a budget is for scoring and drawing the finished model."""
    least = min(LEAST_DRAWING_SECONDS, MOST_DRAWING_SHARE * budget_seconds)
    return min(MOST_DRAWING_SECONDS, max(least, DRAWING_SHARE * budget_seconds))


@dataclass(frozen=True)
class Options:
    """Limits and wishes. `memory_bytes`: of all processes together. `engines`: kinds allowed, empty means all.

    `max_candidates`: stop searching after so many, however much time is left; None means the budget decides.
    """

    budget_seconds: float
    memory_bytes: int
    metric: MetricChoice = "auto"
    n_folds: int | None = None
    engines: Sequence[str] = ()
    class_weight: ClassWeight = "none"
    seed: int = 0
    max_candidates: int | None = None
    is_distilled: bool = False


class Host(Protocol):
    """What the search uses of the step it runs in (`workflows.values.Work` has all of it)."""

    def executor(self) -> Executor:
        """Return what carries out calls beside this process."""

    def report(self, fraction: float, message: str) -> None:
        """Say how much is done."""

    def trial(self, row: Mapping[str, Any]) -> None:
        """Add or renew (by `id`) one row of the leaderboard."""

    def is_finishing(self) -> bool:
        """Say whether somebody asked to stop now and keep the best."""

    def remember(self, name: str, document: Mapping[str, Any], files: Mapping[str, Path] | None = None) -> None:
        """Keep a finished piece, so that a killed run need not do it again."""

    def remembered(self, name: str) -> dict[str, Any] | None:
        """Return the piece of that name, its files' hashes under `files`, or None."""

    def recalled_file(self, digest: str) -> Path:
        """Return a local copy of a piece's file."""
