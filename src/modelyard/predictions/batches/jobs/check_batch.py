"""The job that reads the file of a batch and checks every row against the model's signature."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.predictions.batches.tables import Batch
    from modelyard.runs.tables import Run


class CheckBatch(Job):
    """Reads the file of a batch, suggests which column each input is read from, and checks every row.

    Nothing is predicted. A file that was read before is not read again when its columns are mapped in another way.
    """

    title: ClassVar[str] = "Check a batch"
    memory_bytes: ClassVar[int] = 180 * 2**20
    icon: ClassVar[str] = "list-checks"
    scope: ClassVar[Scope] = "endpoints:call"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["check_batch"] = "check_batch"
    batch: str = Parameter(description="The batch to check.", max_length=32)

    def prepare(self, ctx: Context) -> Self:
        """Refuse a batch that is not the actor's; put it back to reading when this is another attempt."""
        batch = self._row(ctx)
        if batch is None:
            raise Invalid(f"The batch {self.batch!r} is gone.", hint="Upload the file again.")
        batch.state, batch.error = "reading", None
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which file is checked."""
        batch = self._row(ctx)
        return f"Check {batch.filename if batch else self.batch}", "batch", self.batch

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Read, suggest a mapping, check."""
        from modelyard.models.signature import Signature
        from modelyard.predictions.batches.checking import check
        from modelyard.predictions.batches.mapping import label_suggested, suggested
        from modelyard.predictions.batches.reading import described
        from modelyard.predictions.batches.steps import fetch_rows, find_row

        batch = find_row(ctx, self.batch)
        signature = Signature.model_validate(batch.signature)
        kept = self._read(ctx, batch, signature) if batch.rows_hash is None else {}
        rows_hash, ragged_hash = kept.get("rows_hash", batch.rows_hash), kept.get("ragged_hash", batch.ragged_hash)
        with fetch_rows(ctx, rows_hash or "", ragged_hash) as rows:
            columns, lengths = described(rows)
            mapping = dict(batch.mapping) if batch.is_mapped_by_hand else suggested(signature, lengths)
            mapping = {item.name: mapping.get(item.name) for item in signature.inputs}
            label_column = batch.label_column
            if label_column is None and not batch.is_mapped_by_hand:
                label_column = label_suggested(rows.columns, list(mapping.values()))
            ctx.step(f"Checking {rows.n_rows:,} rows", 0.8)
            found = check(rows, signature, mapping, label_column)
        ctx.log(f"{found.n_bad:,} of {found.n_rows:,} rows cannot be predicted.")
        return {
            **kept,
            "columns": columns,
            "mapping": mapping,
            "label_column": label_column,
            "check": found.model_dump(mode="json"),
            "n_rows": found.n_rows,
        }

    def _read(self, ctx: JobContext, batch: "Batch", signature: Any) -> dict[str, Any]:
        from modelyard.predictions.batches.reading import take_in
        from modelyard.predictions.batches.rows import dumped_ragged

        ctx.step("Fetching the file", 0.0)
        source = ctx.artifacts.fetch(batch.upload_hash, ctx.scratch)
        target = ctx.scratch / "rows.parquet"
        taken = take_in(
            source, target, filename=batch.filename, signature=signature, header=batch.header, ctx=ctx, batch=batch.id
        )
        source.unlink()
        ragged_hash = None
        if taken.ragged:
            ragged_hash = ctx.artifacts.put_bytes(dumped_ragged(taken.ragged, of=batch.id)).hash
        rows_hash = ctx.artifacts.put_file(target).hash
        target.unlink()
        return {"rows_hash": rows_hash, "ragged_hash": ragged_hash, "notes": taken.notes}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Make the batch ready, or queue it at once when that was asked for."""
        from modelyard.kernel.holding import forget_after_commit

        batch = self._row(ctx)
        if batch is None:
            forget_after_commit(ctx, [result.get("rows_hash"), result.get("ragged_hash")])
            return {}
        was_read = batch.rows_hash is None
        for name, value in result.items():
            setattr(batch, name, value)
        batch.state, batch.error, batch.run_id = "ready", None, run.id
        ctx.session.flush()
        if was_read:
            forget_after_commit(ctx, [batch.upload_hash])
        check = result["check"]
        if batch.starts_itself and batch.is_startable:
            _start(ctx, batch)
        batch.starts_itself = False
        return {"batch": batch.id, "n_rows": check["n_rows"], "n_bad": check["n_bad"]}

    def failed(self, ctx: Context, run: "Run") -> None:
        """Mark the batch, with what happened and what to do."""
        batch = self._row(ctx)
        if batch is not None:
            hint = "Resume the batch, or delete it."
            error = run.error or {"message": "Reading was cancelled.", "hint": hint}
            batch.state, batch.run_id = "failed" if run.error else "cancelled", run.id
            batch.error = {"message": error.get("message"), "hint": error.get("hint")}

    def _row(self, ctx: Context) -> "Batch | None":
        from modelyard.predictions.batches.ownership import visible_batches
        from modelyard.predictions.batches.tables import Batch

        return ctx.session.scalar(visible_batches(ctx).where(Batch.id == self.batch))


def _start(ctx: Context, batch: "Batch") -> None:
    """Queue the prediction; a batch that its key has no rows left for stays ready and says so."""
    from modelyard.endpoints.quotas import LimitReached
    from modelyard.predictions.batches.counting import count_rows
    from modelyard.predictions.batches.jobs.predict import queue_prediction

    try:
        count_rows(ctx, batch)
    except (LimitReached, Invalid) as refused:
        batch.error = {"message": refused.message, "hint": refused.hint}
        return
    queue_prediction(ctx, batch)
