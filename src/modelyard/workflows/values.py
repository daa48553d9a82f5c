"""What travels along connections while a workflow executes: tables and models, held in memory or as artifacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.models.engine import ClassWeight
from modelyard.runs.executors.base import Executor

if TYPE_CHECKING:
    from modelyard.models.chain import Chain


class Held(Protocol):
    """A table that is in memory, in the artifact store, or both."""

    def get(self) -> Table:
        """Return the table, read from the store when it is not in memory."""


@dataclass(frozen=True)
class Step:
    """One preparing node as a model repeats it: the node's document and what it learned from training rows."""

    node: dict[str, Any]
    learned: dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something about the data that makes results look better than they are, or that a reader must know."""

    rule: str
    severity: Literal["info", "warning", "error"]
    message: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableValue:
    """A table at a port; `raw` holds the same rows as they left the dataset, `steps` leads from `raw` to `table`."""

    table: Held
    raw: Held
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What was found out about these rows on the way here."""


@dataclass(frozen=True)
class ModelValue:
    """A fitted model at a port: its draft (models.draft), and the prepared rows with their split.

    `raw` holds the same rows as they left the dataset, for what is told by columns that were changed or dropped.
    """

    draft: dict[str, Any]
    prepared: Held
    chain: "Chain"
    raw: Held | None = None


Value = TableValue | ModelValue


@dataclass(frozen=True)
class Outcome:
    """What executing a node gave: a value per output port, and what the results panel shows."""

    outputs: dict[str, Value] = field(default_factory=dict)
    metrics: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    """Metrics of parts of the rows: by class, by group (models.metrics.report)."""
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    trials: list[dict[str, Any]] = field(default_factory=list)
    """Rows of a leaderboard, as `Work.trial` takes them, best first."""


@dataclass(frozen=True)
class DatasetFacts:
    """What a workflow needs to know of a dataset without reading its rows; `schema` is None until it is ready."""

    id: str
    name: str
    state: str
    content_hash: str | None = None
    n_rows: int | None = None
    schema: Schema | None = None


class Work(Protocol):
    """What a node may use while it executes."""

    def dataset(self, dataset_id: str) -> Table:
        """Return a dataset's rows with their schema."""

    def hold(self, table: Table) -> Held:
        """Take a new table into keeping."""

    def draft(
        self,
        chain: "Chain",
        given: TableValue,
        *,
        name: str,
        seconds: float,
        seed: int,
        class_weight: ClassWeight,
        trials: Sequence[Mapping[str, Any]] = (),
        drawing_seconds: float | None = None,
    ) -> dict[str, Any]:
        """Score and describe a model fitted on the training rows of `given`, and keep it as an artifact.

        `drawing_seconds`: what the baseline and the charts may take together, when the node has a budget.
        """

    def report(self, fraction: float, message: str) -> None:
        """Say how much of this node is done (0-1), and that it is alive."""

    def trial(self, row: Mapping[str, Any]) -> None:
        """Add or renew (by `id`) one row of the node's leaderboard while it grows."""

    def is_finishing(self) -> bool:
        """Say whether somebody asked to stop now and keep the best so far."""

    def memory_bytes(self) -> int:
        """Return the memory that the run and the processes it starts may take together."""

    def scratch(self) -> Path:
        """Return a folder for files of this run, removed with it."""

    def executor(self) -> Executor:
        """Return what executes calls beside this process; it ends with the node."""

    def remember(self, name: str, document: Mapping[str, Any], files: Mapping[str, Path] | None = None) -> None:
        """Keep a finished piece of this node's work, so that a run that is killed need not do it again."""

    def remembered(self, name: str) -> dict[str, Any] | None:
        """Return the document kept under that name by this run or an earlier one of the same step, or None.

        Its key `files` holds, for each file that was kept with it, the hash that `recalled_file` takes.
        """

    def recalled_file(self, digest: str) -> Path:
        """Return a local copy of a file that was kept with a piece."""
