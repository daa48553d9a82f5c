"""The job that asks and scores the samples of an attempt."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.experiments.tables import Attempt
    from modelyard.runs.tables import Run


class RunExperiment(Job):
    """Asks every sample of an experiment's attempt with every configuration, scores the answers and compares.

    Each answer is kept when it is there: a run that is cancelled, stopped or killed loses none, and another run of the
    same attempt asks only what is missing and what failed. It can be stopped early with what it has.
    """

    title: ClassVar[str] = "Run an experiment"
    memory_bytes: ClassVar[int] = 230 * 2**20
    icon: ClassVar[str] = "flask-conical"
    scope: ClassVar[Scope] = "experiments:write"
    internal: ClassVar[bool] = True
    max_attempts: ClassVar[int | None] = 10  # each goes on where the one before was killed

    kind: Literal["experiment"] = "experiment"
    attempt: str = Parameter(description="The attempt that is worked on.", max_length=32)

    def prepare(self, ctx: Context) -> Self:
        """Put the attempt in order: what was asked and failed is asked again."""
        from modelyard.experiments.starting import make_ready

        make_ready(ctx, self.attempt)
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which experiment is run."""
        row = self._row(ctx)
        title = f"{row.document['name']}, attempt {row.number}" if row else self.title
        return title, "experiment", row.experiment_id if row else None

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Ask, score and compare."""
        from modelyard.experiments.running.work import work_on

        return work_on(ctx, self.attempt)

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Write down how the attempt ended, unless it is gone."""
        from modelyard.experiments.ending import end_attempt

        end_attempt(ctx, self._row(ctx), result)
        return result

    def failed(self, ctx: Context, run: "Run") -> None:
        """Write down that the attempt failed or was cancelled; what was answered is compared all the same."""
        from modelyard.experiments.ending import break_attempt

        break_attempt(ctx, self._row(ctx), run)

    def _row(self, ctx: Context) -> "Attempt | None":
        from modelyard.experiments.ownership import visible_attempts
        from modelyard.experiments.tables import Attempt

        return ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == self.attempt))
