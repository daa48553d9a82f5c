"""The job that predicts the rows of a batch."""

import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Conflict, Invalid, NotFound
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.models.tables import Model
    from modelyard.predictions.batches.tables import Batch
    from modelyard.runs.tables import Run

AGAIN = "Start the batch again: it is then predicted with the version that its endpoint serves."


class Predict(Job):
    """Predicts the rows of a batch with the version of the model that was served when it was started.

    Rows that cannot be predicted are told with the reason and stop no others. What is done is kept in parts: a run that
    is cancelled or killed goes on behind them, with no row twice and none left out.
    """

    title: ClassVar[str] = "Predict a batch"
    memory_bytes: ClassVar[int] = 270 * 2**20
    icon: ClassVar[str] = "play"
    scope: ClassVar[Scope] = "endpoints:call"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["predict"] = "predict"
    batch: str = Parameter(description="The batch to predict.", max_length=32)
    model: str = Parameter("", description="The version's model; filled in when submitted.", max_length=32)
    model_hash: str = Parameter("", description="SHA-256 of its file; filled in likewise.")
    rows_hash: str = Parameter("", description="SHA-256 of the rows; filled in likewise.")
    ragged_hash: str | None = Parameter(None, description="SHA-256 of the rows of another width; likewise.")
    mapping: dict[str, str | None] = Parameter({}, description="The file's column for each input; likewise.")
    forms: dict[str, str] = Parameter({}, description="How the texts of each input are written; likewise.")
    decimals: tuple[str, ...] = Parameter((), description="Whole-number inputs that are not whole; likewise.")
    label_column: str | None = Parameter(None, description="The file's column of labels; likewise.")
    not_sure_below: float | None = Parameter(None, description="Probability under which an answer is not sure.")

    def prepare(self, ctx: Context) -> Self:
        """Freeze model, rows and mapping; refuse a model that was deleted meanwhile."""
        batch = self._row(ctx)
        if batch is None or batch.rows_hash is None or batch.check is None:
            raise Invalid(f"The batch {self.batch!r} is gone or not checked.", hint="Upload the file again.")
        model = _model(ctx, batch)
        batch.state, batch.error = "queued", None
        return self.model_copy(
            update={
                "model": model.id,
                "model_hash": model.artifact_hash,
                "rows_hash": batch.rows_hash,
                "ragged_hash": batch.ragged_hash,
                "mapping": dict(batch.mapping),
                "forms": batch.check["forms"],
                "decimals": tuple(batch.check["decimals"]),
                "label_column": batch.label_column,
                "not_sure_below": batch.not_sure_below,
            }
        )

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which batch is predicted."""
        batch = self._row(ctx)
        return f"Predict {batch.name if batch else self.batch}", "batch", self.batch

    @property
    def fingerprint(self) -> str:
        """Of everything that the predictions depend on: parts of another are not used."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Predict what is not predicted yet, and put all of it together."""
        from modelyard.predictions.batches.walking import Walk

        try:
            file = ctx.artifacts.fetch(self.model_hash, ctx.scratch)
        except NotFound:
            raise Conflict("The version that this batch began with was deleted.", hint=AGAIN) from None
        return Walk(ctx, self, file).walk()

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Take the results over; the parts they were made of are not needed any more."""
        from modelyard.kernel.holding import forget_after_commit
        from modelyard.predictions.batches.counting import settle_rows
        from modelyard.predictions.batches.keeping import forget_parts

        batch = self._row(ctx)
        if batch is None:
            forget_after_commit(ctx, [result["results_hash"]])
            return {}
        forget_parts(ctx, batch)
        for name, value in result.items():
            setattr(batch, name, value)
        batch.state, batch.error, batch.run_id = "succeeded", None, run.id
        batch.n_done, batch.finished_at = result["n_rows"], ctx.clock()
        settle_rows(ctx, batch)
        ctx.session.flush()
        return {"batch": batch.id, "n_rows": batch.n_rows, "n_failed": batch.n_failed}

    def failed(self, ctx: Context, run: "Run") -> None:
        """Mark the batch; what is done stays."""
        from modelyard.predictions.batches.counting import settle_rows

        batch = self._row(ctx)
        if batch is None:
            return
        error = run.error or {"message": "It was cancelled.", "hint": "Resume it: the rows that are done stay done."}
        batch.state, batch.run_id = "failed" if run.error else "cancelled", run.id
        batch.error = {"message": error.get("message"), "hint": error.get("hint")}
        batch.finished_at = ctx.clock()
        settle_rows(ctx, batch)

    def _row(self, ctx: Context) -> "Batch | None":
        from modelyard.predictions.batches.ownership import visible_batches
        from modelyard.predictions.batches.tables import Batch

        return ctx.session.scalar(visible_batches(ctx).where(Batch.id == self.batch))


def queue_prediction(ctx: Context, batch: "Batch") -> "Run":
    """Queue the run that predicts a checked batch, in the caller's transaction."""
    from modelyard.runs.verbs import submit

    batch.state, batch.error, batch.finished_at = "queued", None, None
    run = submit(ctx, Predict(batch=batch.id))
    batch.run_id = run.id
    ctx.session.flush()
    return run


def _model(ctx: Context, batch: "Batch") -> "Model":
    from modelyard.models.ownership import visible_models
    from modelyard.models.tables import Model

    model = ctx.session.scalar(visible_models(ctx).where(Model.id == batch.model_id))
    if model is None:
        raise Conflict(f"Version {batch.version} of {batch.endpoint_name!r} was deleted.", hint=AGAIN)
    return model
