"""The job that reads an uploaded file into rows and a profile."""

import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.data.tables import Dataset
    from modelyard.runs.tables import Run


class Intake(Job):
    """Reads an uploaded file: finds its format, encoding and column types, stores the rows as Parquet, profiles them.

    Every row is looked at before a type is decided, so that no value is lost or changed. What could not be kept as it
    was written (missing-value words, renamed columns …) is listed in the dataset's warnings.
    """

    title: ClassVar[str] = "Read a file"
    memory_bytes: ClassVar[int] = 180 * 2**20
    icon: ClassVar[str] = "file-input"
    scope: ClassVar[Scope] = "data:write"
    internal: ClassVar[bool] = True

    kind: Literal["intake"] = "intake"
    dataset: str = Parameter(description="The dataset that the rows become.", widget="dataset")
    upload: str = Parameter(description="SHA-256 of the uploaded file.")
    filename: str = Parameter(description="The name it came with.")
    target: str | None = Parameter(None, description="The column to predict, when known.")

    def prepare(self, ctx: Context) -> Self:
        """Refuse a dataset that is not the actor's; put it back to reading when this is another attempt."""
        dataset = self._row(ctx)
        if dataset is None or dataset.upload_hash != self.upload:
            raise Invalid(f"The dataset {self.dataset!r} is gone.", hint="Upload the file again.")
        dataset.state, dataset.error = "reading", None
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which file is read."""
        return f"Read {self.filename}", "dataset", self.dataset

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Read, store, profile."""
        from modelyard.data.profiling.profile import profile_file
        from modelyard.data.reading.read import read_file

        ctx.step("Fetching the file", 0.0)
        source = ctx.artifacts.fetch(self.upload, ctx.scratch)
        rows = ctx.scratch / "rows.parquet"
        reading = read_file(source, rows, filename=self.filename, ctx=ctx)
        source.unlink()
        ctx.step("Profiling", 0.75)
        profile = profile_file(rows, target=self.target, notes=reading.notes)
        ctx.log(f"Read {profile.summary['n_rows']:,} rows × {profile.summary['n_columns']:,} columns.")
        for note in reading.notes:
            ctx.log(note.message, level=note.severity)
        ctx.step("Storing the rows", 0.95)
        blob = ctx.artifacts.put_file(rows)
        notes = [note.model_dump() for note in reading.notes]
        stored = ctx.artifacts.put_bytes(json.dumps(profile.document, allow_nan=False).encode())
        return {"content_hash": blob.hash, "profile_hash": stored.hash, "notes": notes, **profile.summary}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Make the dataset ready."""
        from modelyard.kernel.holding import forget_after_commit

        dataset = self._row(ctx)
        if dataset is None:
            forget_after_commit(ctx, [result["content_hash"], result["profile_hash"]])
            return {}
        for name, value in result.items():
            setattr(dataset, name, value)
        dataset.state, dataset.error, dataset.run_id = "ready", None, run.id
        ctx.session.flush()
        # The dataset counts too: a Parquet file written as ours are may be, byte for byte, the rows that it became.
        forget_after_commit(ctx, [self.upload])
        return {"dataset": dataset.id, "n_rows": dataset.n_rows, "n_columns": dataset.n_columns}

    def failed(self, ctx: Context, run: "Run") -> None:
        """Mark the dataset failed, with what happened and what to do."""
        dataset = self._row(ctx)
        if dataset is None:
            return
        error = run.error or {"message": "Reading was cancelled.", "hint": "Try the run again, or delete the dataset."}
        dataset.state, dataset.run_id = "failed", run.id
        dataset.error = {"message": error.get("message"), "hint": error.get("hint")}

    def _row(self, ctx: Context) -> "Dataset | None":
        from modelyard.data.ownership import visible_datasets
        from modelyard.data.tables import Dataset

        return ctx.session.scalar(visible_datasets(ctx).where(Dataset.id == self.dataset))
