"""The job that reads logs of Inspect into an attempt."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.experiments.tables import Attempt
    from modelyard.runs.tables import Run


class ImportInspectLogs(Job):
    """Reads logs of Inspect (`.eval`) into an attempt: its samples, answers, scores, tokens and seconds.

    No LLM is asked. Each log becomes a configuration, so that logs of the same task are compared pairwise on the same
    samples. The files are kept with the attempt.
    """

    title: ClassVar[str] = "Logs of Inspect"
    memory_bytes: ClassVar[int] = 300 * 2**20
    icon: ClassVar[str] = "scan-search"
    scope: ClassVar[Scope] = "experiments:write"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["import_inspect"] = "import_inspect"
    attempt: str = Parameter(description="The attempt that is filled.", max_length=32)
    logs: tuple[str, ...] = Parameter(description="SHA-256 of each file: a log, or a zip of logs.", min_length=1)
    name: str = Parameter("", description="What the experiment is called; empty: as the task.", max_length=200)
    group_by: str = Parameter("group", description="Metadata that says a sample's group.", max_length=200)

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which experiment is made."""
        row = self._row(ctx)
        title = f"{row.document['name']}, from Inspect" if row else self.title
        return title, "experiment", row.experiment_id if row else None

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Read and compare."""
        from modelyard.experiments.inspecting.work import take_in

        return take_in(ctx, self.attempt, self.logs, name=self.name, group_by=self.group_by)

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Write down how the attempt ended, unless it is gone."""
        from modelyard.experiments.ending import end_attempt

        end_attempt(ctx, self._row(ctx), result)
        return result

    def failed(self, ctx: Context, run: "Run") -> None:
        """Write down that the logs could not be read."""
        from modelyard.experiments.inspecting.verbs import give_up

        give_up(ctx, self.attempt, run)

    def _row(self, ctx: Context) -> "Attempt | None":
        from modelyard.experiments.ownership import visible_attempts
        from modelyard.experiments.tables import Attempt

        return ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == self.attempt))
