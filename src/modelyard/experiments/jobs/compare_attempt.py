"""The job that compares what there is of an attempt whose run did not come to its end."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.experiments.tables import Attempt
    from modelyard.runs.tables import Run


class CompareAttempt(Job):
    """Compares the answers of an attempt that was cancelled, or whose worker died: they are kept and paid for."""

    title: ClassVar[str] = "Compare answers"
    memory_bytes: ClassVar[int] = 230 * 2**20
    icon: ClassVar[str] = "scale"
    scope: ClassVar[Scope] = "experiments:write"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["compare_attempt"] = "compare_attempt"
    attempt: str = Parameter(description="The attempt whose answers are compared.", max_length=32)

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which experiment is compared."""
        row = self._row(ctx)
        title = f"Comparison of {row.document['name']}, attempt {row.number}" if row else self.title
        return title, "experiment", row.experiment_id if row else None

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Compare."""
        from modelyard.experiments.running.work import compared

        ctx.step("Comparing", 0.1)
        return compared(ctx, self.attempt)

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Keep the comparison, unless the attempt is gone or is worked on again."""
        from modelyard.experiments.ending import keep_results

        row = self._row(ctx)
        if row is not None and row.state not in ("queued", "running"):
            keep_results(ctx, row, result)
        return result

    def _row(self, ctx: Context) -> "Attempt | None":
        from modelyard.experiments.ownership import visible_attempts
        from modelyard.experiments.tables import Attempt

        return ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == self.attempt))
