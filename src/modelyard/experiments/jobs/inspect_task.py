"""The job that runs a task of Inspect with LLMs of this yard."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.experiments.tables import Attempt
    from modelyard.runs.tables import Run


class RunInspectTask(Job):
    """Runs a task of Inspect: its solvers and scorers as they are, its LLMs those of this yard.

    The task is a file of the worker's machine and is executed as it is, which only the owner of the yard may ask for,
    on the terminal, and where the settings allow it. Its LLMs are asked as all others are: with this yard's keys,
    within the month's budget, in turns, accounted for. The log becomes an attempt, a configuration for each LLM, and is
    kept with it. A sample that fails is a failed answer; what was answered before a run is cancelled is lost.
    """

    title: ClassVar[str] = "Task of Inspect"
    memory_bytes: ClassVar[int] = 350 * 2**20
    icon: ClassVar[str] = "scan-search"
    scope: ClassVar[Scope] = "experiments:write"
    internal: ClassVar[bool] = True
    max_attempts: ClassVar[int | None] = 1  # what it asked is paid for: it is not asked again by itself

    kind: Literal["inspect_task"] = "inspect_task"
    attempt: str = Parameter(description="The attempt that is filled.", max_length=32)
    file: str = Parameter(description="The task's file, on the worker's machine.", max_length=4096)
    digest: str = Parameter("", description="SHA-256 of the file; filled in when submitted.", max_length=64)
    task: str = Parameter("", description="The task in it; empty: the only one.", max_length=200)
    llms: tuple[str, ...] = Parameter(description="Ids of the LLMs.", min_length=1, max_length=20)
    arguments: tuple[tuple[str, str], ...] = Parameter((), description="What the task is called with.")
    limit: int | None = Parameter(None, ge=1, le=100_000, description="How many samples; empty: all.")
    epochs: int | None = Parameter(None, ge=1, le=50, description="How often each is asked; empty: as the task says.")
    concurrency: int = Parameter(8, ge=1, le=256, description="Requests to an LLM at the same time.")
    name: str = Parameter("", description="What the experiment is called; empty: as the task.", max_length=200)
    group_by: str = Parameter("group", description="Metadata that says a sample's group.", max_length=200)

    def prepare(self, ctx: Context) -> Self:
        """Refuse where it is not allowed, and freeze what the file says."""
        from modelyard.experiments.inspecting.tasks.running import digest_of, require_allowed

        require_allowed(ctx.settings)
        return self.model_copy(update={"digest": digest_of(Path(self.file))})

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which task is run."""
        row = self._row(ctx)
        title = f"{Path(self.file).name}{f'@{self.task}' if self.task else ''}, a task of Inspect"
        return title, "experiment", row.experiment_id if row else None

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Run the task, read its logs, compare."""
        from modelyard.experiments.inspecting.tasks.work import Asked, work_on

        return work_on(ctx, Asked(**self.model_dump(exclude={"kind"})))

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Write down how the attempt ended and keep its logs, unless it is gone."""
        from modelyard.experiments.ending import end_attempt
        from modelyard.experiments.inspecting.verbs import keep_log

        row = self._row(ctx)
        end_attempt(ctx, row, result)
        if row is not None:
            for digest, size_bytes in result["logs"]:
                keep_log(ctx, row, run.id, digest=digest, size_bytes=size_bytes)
        return result

    def failed(self, ctx: Context, run: "Run") -> None:
        """Write down that the task was not run to its end."""
        from modelyard.experiments.inspecting.verbs import give_up

        give_up(ctx, self.attempt, run)

    def _row(self, ctx: Context) -> "Attempt | None":
        from modelyard.experiments.ownership import visible_attempts
        from modelyard.experiments.tables import Attempt

        return ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == self.attempt))
