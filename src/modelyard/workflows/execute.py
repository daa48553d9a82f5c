"""Walking a plan: cached steps are skipped, the others are executed, kept and reported."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from modelyard.data.frames import Table
from modelyard.data.verbs import load_frame
from modelyard.kernel.artifacts import ArtifactCorrupt
from modelyard.kernel.clock import utc_now
from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.models.engine import ClassWeight
from modelyard.runs.executors.base import Executor
from modelyard.runs.executors.opening import open_executor
from modelyard.runs.job import JobContext
from modelyard.workflows.column_facts import column_facts
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.keeping import Keeper, KeptTable, preview, read_json, write_json
from modelyard.workflows.pieces import Pieces
from modelyard.workflows.plan import PlannedStep, step_key
from modelyard.workflows.tables import StepCache
from modelyard.workflows.values import Finding, ModelValue, Outcome, TableValue, Value

if TYPE_CHECKING:
    from modelyard.models.chain import Chain


@dataclass(frozen=True)
class Done:
    """A step that is finished: its key, its references, and how large its table is."""

    key: str
    outputs: dict[str, Any]
    is_cached: bool


@dataclass
class NodeWork:
    """The `Work` of one node in a run's child process."""

    ctx: JobContext
    keeper: Keeper
    datasets: Mapping[str, FrozenDataset]
    span: tuple[float, float]
    """Where this node's progress lies in the run's, from and to (0-1)."""
    step: PlannedStep
    pieces: Pieces
    _executor: Executor | None = None

    def dataset(self, dataset_id: str) -> Table:
        """Return the rows that were frozen into the run."""
        frozen = self.datasets.get(dataset_id)
        if frozen is None:
            raise Invalid(f"The dataset {dataset_id!r} is not part of this run.")
        frame = load_frame(self.ctx.artifacts, frozen.content_hash, self.ctx.scratch)
        return Table(frame, frozen.schema_of(self.ctx.artifacts))

    def hold(self, table: Table) -> KeptTable:
        """Take a new table into keeping."""
        return self.keeper.hold(table)

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
        """Score and describe a model, and keep it as an artifact."""
        from modelyard.models.draft import draft_model

        draft = draft_model(
            chain,
            given.table.get(),
            given.raw.get().rows("train"),
            artifacts=self.ctx.artifacts,
            scratch=self.ctx.scratch,
            name=name,
            seconds=seconds,
            seed=seed,
            class_weight=class_weight,
            raw=given.raw.get(),
            findings=[asdict(finding) for finding in given.findings if _concerns(finding, chain)],
            trials=trials,
            **({} if drawing_seconds is None else {"drawing_seconds": drawing_seconds}),
        )
        return draft.model_dump(mode="json")

    def report(self, fraction: float, message: str) -> None:
        """Say how much of the node is done as a part of the run."""
        start, end = self.span
        self.ctx.step(message, start + (end - start) * fraction)

    def trial(self, row: Mapping[str, Any]) -> None:
        """Add or renew one row of the node's leaderboard."""
        self.ctx.trial(self.step.id, dict(row))

    def is_finishing(self) -> bool:
        """Say whether somebody asked to stop now and keep the best so far."""
        return self.ctx.is_finishing()

    def memory_bytes(self) -> int:
        """Return the memory that the run and the processes it starts may take together."""
        return int(self.ctx.settings.run_memory_bytes)

    def scratch(self) -> Path:
        """Return the run's folder for files in between."""
        return self.ctx.scratch

    def executor(self) -> Executor:
        """Return what executes calls beside this process, made when it is first asked for."""
        if self._executor is None:
            self._executor = open_executor(self.ctx)
        return self._executor

    def remember(self, name: str, document: Mapping[str, Any], files: Mapping[str, Path] | None = None) -> None:
        """Keep a finished piece of this node's work."""
        self.pieces.keep(name, document, files or {})

    def remembered(self, name: str) -> dict[str, Any] | None:
        """Return a piece that was kept, or None."""
        return self.pieces.recall(name)

    def recalled_file(self, digest: str) -> Path:
        """Return a local copy of a file that was kept with a piece."""
        return self.ctx.artifacts.fetch(digest, self.ctx.scratch)

    def close(self) -> None:
        """End what the node started."""
        if self._executor is not None:
            self._executor.close()


@dataclass
class Walk:
    """One walk through a plan."""

    ctx: JobContext
    steps: list[PlannedStep]
    datasets: Mapping[str, FrozenDataset]
    anew: Set[str] = frozenset()
    """Steps that are executed although their result is kept; what this run itself kept before it was killed is used."""
    done: dict[str, Done] = field(default_factory=dict)
    _values: dict[tuple[str, str], Value] = field(default_factory=dict)
    """Values still in memory for steps to come."""

    def __post_init__(self) -> None:
        self._keeper = Keeper(self.ctx.artifacts, self.ctx.scratch)
        self._readers = Counter(source for step in self.steps for source in step.inputs.values())

    def walk(self) -> dict[str, Done]:
        """Finish every step in order; return what each gave."""
        for position, step in enumerate(self.steps):
            span = (position / len(self.steps), (position + 1) / len(self.steps))
            self.ctx.step(step.title, span[0])
            self.done[step.id] = self._finish(step, span)
            self._release(step)
        return self.done

    def _finish(self, step: PlannedStep, span: tuple[float, float]) -> Done:
        references = {port: self.done[source].outputs[name] for port, (source, name) in step.inputs.items()}
        contents = {dataset_id: frozen.content_hash for dataset_id, frozen in self.datasets.items()}
        key = step_key(step, references, contents)
        row = self._cached(key)
        if row is not None and self._may_reuse(row, step.id):
            kept = {"n_rows": row.n_rows, "n_columns": row.n_columns, "findings": self._found(row)}
            self.ctx.node(step.id, title=step.title, state="cached", seconds=row.seconds, **kept)
            return Done(key, row.outputs, is_cached=True)
        self.ctx.node(step.id, title=step.title, state="running")
        try:
            return self._execute(step, key, span)
        except Exception as error:
            self.ctx.node(step.id, title=step.title, state="failed", message=str(error))
            if isinstance(error, ArtifactCorrupt):
                self._forget_damaged(error, references)
            if isinstance(error, ModelyardError):
                error.message = f"{step.title}: {error.message}"
                error.args = (error.message,)
            raise

    def _forget_damaged(self, error: ArtifactCorrupt, references: Mapping[str, Mapping[str, Any]]) -> None:
        """Remove a kept result whose bytes are wrong: the step it came from is then executed anew. Never a dataset."""
        if any(error.digest in reference.values() for reference in references.values()):
            self.ctx.artifacts.delete(error.digest)
            error.hint = "A kept result was damaged in the store; it is removed now. Run again to make it anew."

    def _cached(self, key: str) -> StepCache | None:
        with self.ctx.session() as session:
            row = session.get(StepCache, (self.ctx.owner_id, key))
            if row is not None:
                row.used_at = utc_now()
        return row if row is not None and self._is_whole(row) else None

    def _may_reuse(self, row: StepCache, step_id: str) -> bool:
        return step_id not in self.anew or row.run_id == self.ctx.run_id

    def _found(self, row: StepCache) -> list[dict[str, Any]]:
        return list(read_json(self.ctx.artifacts, row.result_hash).get("findings", []))

    def _is_whole(self, row: StepCache) -> bool:
        references = row.outputs.values()
        return self.ctx.artifacts.exists(row.result_hash) and all(map(self._keeper.is_whole, references))

    def _execute(self, step: PlannedStep, key: str, span: tuple[float, float]) -> Done:
        started = time.monotonic()
        inputs = {port: self._value(*source) for port, source in step.inputs.items()}
        work = NodeWork(self.ctx, self._keeper, self.datasets, span, step, self._pieces(step, key))
        try:
            outcome = with_findings(step.node.execute(inputs, work), inputs)
        finally:
            work.close()
        outputs = {name: self._keeper.refer(value) for name, value in outcome.outputs.items()}
        for name, value in outcome.outputs.items():
            self._values[step.id, name] = value
        table = shown_table(outcome, inputs)
        row = StepCache(
            owner_id=self.ctx.owner_id,
            key=key,
            outputs=outputs,
            result_hash=write_json(self.ctx.artifacts, _result(outcome, inputs)),
            n_rows=table.n_rows if table else None,
            n_columns=table.frame.width if table else None,
            seconds=time.monotonic() - started,
            run_id=self.ctx.run_id,
            model_id=None,
            created_at=utc_now(),
        )
        row = self._keep(row, step.id)
        for note in outcome.notes:
            self.ctx.log(f"{step.title}: {note}")
        said = {
            "n_rows": row.n_rows,
            "n_columns": row.n_columns,
            "message": " ".join(outcome.notes) or None,
            "findings": [asdict(finding) for finding in outcome.findings],
        }
        self.ctx.node(step.id, title=step.title, state="succeeded", seconds=row.seconds, **said)
        return Done(key, row.outputs, is_cached=False)

    def _pieces(self, step: PlannedStep, key: str) -> Pieces:
        """Return the step's pieces: of any run that made the same, or of this run alone when it is made anew."""
        return Pieces(self.ctx, f"{key} {self.ctx.run_id}" if step.id in self.anew else key)

    def _keep(self, row: StepCache, step_id: str) -> StepCache:
        """Write the cache row and return it, or the row of a run beside this one that was quicker."""
        try:
            with self.ctx.session() as session:
                quicker = session.get(StepCache, (row.owner_id, row.key))
                is_kept = quicker is not None and self._is_whole(quicker) and self._may_reuse(quicker, step_id)
                return quicker if quicker is not None and is_kept else session.merge(row)
        except IntegrityError:
            kept = self._cached(row.key)
            if kept is None:
                raise
            return kept

    def _value(self, step_id: str, port: str) -> Value:
        if (step_id, port) not in self._values:
            self._values[step_id, port] = self._keeper.recall(self.done[step_id].outputs[port])
        return self._values[step_id, port]

    def _release(self, step: PlannedStep) -> None:
        """Let go of values that no later step reads, so that memory does not grow with the number of nodes."""
        for source in step.inputs.values():
            self._readers[source] -= 1
            if self._readers[source] == 0:
                self._values.pop(source, None)
        for key in [key for key in self._values if key[0] == step.id and self._readers[key] == 0]:
            del self._values[key]


def _concerns(finding: Finding, chain: "Chain") -> bool:
    """Say whether a finding is about the model: about the rows, or about a column that it still takes."""
    inputs = {item.name for item in chain.signature.inputs}
    return not finding.columns or not inputs.isdisjoint(finding.columns)


def with_findings(outcome: Outcome, inputs: Mapping[str, Value]) -> Outcome:
    """Return the outcome with what was found before and by this node on each table that leaves it."""
    before = [finding for value in inputs.values() if isinstance(value, TableValue) for finding in value.findings]
    known = tuple(dict.fromkeys((*before, *outcome.findings)))
    outputs = {
        name: replace(value, findings=known) if isinstance(value, TableValue) else value
        for name, value in outcome.outputs.items()
    }
    return replace(outcome, outputs=outputs)


def shown_table(outcome: Outcome, inputs: Mapping[str, Value]) -> Table | None:
    """Return the table whose size stands at the node's foot: its output, or what it took."""
    for value in (*outcome.outputs.values(), *inputs.values()):
        if isinstance(value, TableValue):
            return value.table.get()
        if isinstance(value, ModelValue):
            return value.prepared.get()
    return None


def _result(outcome: Outcome, inputs: Mapping[str, Value]) -> dict[str, Any]:
    """Return what the results panel shows of a step."""
    before, tables = (
        [value.table.get() for value in values.values() if isinstance(value, TableValue)]
        for values in (inputs, outcome.outputs)
    )
    return {
        "schema": tables[0].schema.model_dump(mode="json") if tables else None,
        "preview": preview(tables[0]) if tables else None,
        "columns": column_facts(tables[0], before[0] if before else None) if tables else [],
        "metrics": outcome.metrics,
        "charts": outcome.charts,
        "reports": outcome.reports,
        "notes": list(outcome.notes),
        "findings": [asdict(finding) for finding in outcome.findings],
        "trials": outcome.trials,
    }
