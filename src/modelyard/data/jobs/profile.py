"""The job that measures a dataset's columns against another target."""

import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.data.reading.notes import Note
from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.data.tables import Dataset
    from modelyard.runs.tables import Run


class ProfileDataset(Job):
    """Profiles a dataset again after its target changed: how each column goes with it, and what to watch out for."""

    title: ClassVar[str] = "Profile a dataset"
    memory_bytes: ClassVar[int] = 170 * 2**20
    icon: ClassVar[str] = "chart-column"
    scope: ClassVar[Scope] = "data:write"
    internal: ClassVar[bool] = True

    kind: Literal["profile"] = "profile"
    dataset: str = Parameter(description="The dataset.", widget="dataset")
    target: str | None = Parameter(None, description="The column to predict.")
    content_hash: str = Parameter("", description="SHA-256 of the rows; filled in when the run is submitted.")
    notes: tuple[Note, ...] = Parameter((), description="What reading the file noted; filled in likewise.")

    def prepare(self, ctx: Context) -> Self:
        """Freeze which rows are meant."""
        dataset = self._row(ctx)
        if dataset is None or not dataset.content_hash:
            raise Invalid(f"The dataset {self.dataset!r} is gone or not ready.")
        notes = tuple(Note.model_validate(note) for note in dataset.notes)
        return self.model_copy(update={"content_hash": dataset.content_hash, "notes": notes})

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which dataset is profiled."""
        dataset = self._row(ctx)
        return f"Profile {dataset.name if dataset else self.dataset}", "dataset", self.dataset

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Profile the rows."""
        from modelyard.data.profiling.profile import profile_file

        ctx.step("Fetching the rows", 0.0)
        rows = ctx.artifacts.fetch(self.content_hash, ctx.scratch)
        ctx.step("Profiling", 0.1)
        profile = profile_file(rows, target=self.target, notes=self.notes)
        stored = ctx.artifacts.put_bytes(json.dumps(profile.document, allow_nan=False).encode())
        return {"profile_hash": stored.hash, **profile.summary}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Take the profile over, unless the target has changed again meanwhile."""
        from modelyard.kernel.holding import forget_after_commit

        dataset = self._row(ctx)
        if dataset is None or dataset.target != self.target:
            forget_after_commit(ctx, [result["profile_hash"]])
            return {}
        outdated = dataset.profile_hash
        for name, value in result.items():
            setattr(dataset, name, value)
        ctx.session.flush()
        if outdated != dataset.profile_hash:
            forget_after_commit(ctx, [outdated])
        return {"dataset": dataset.id, "target": dataset.target}

    def _row(self, ctx: Context) -> "Dataset | None":
        from modelyard.data.ownership import visible_datasets
        from modelyard.data.tables import Dataset

        return ctx.session.scalar(visible_datasets(ctx).where(Dataset.id == self.dataset))
