"""The job that gives an attempt out as logs of Inspect."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.experiments.tables import Attempt
    from modelyard.runs.tables import Run


class MakeInspectLog(Job):
    """Writes an attempt as a log of Inspect (`.eval`), or as a zip with a log for each of its configurations.

    A log has every sample with its answer, the messages, an agent's steps, scores with their reasons, tokens, seconds
    and money; what could not be scored is unscored there too. `inspect view` opens it.
    """

    title: ClassVar[str] = "Log of Inspect"
    memory_bytes: ClassVar[int] = 300 * 2**20
    icon: ClassVar[str] = "scan-search"
    scope: ClassVar[Scope] = "experiments:read"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["inspect_log"] = "inspect_log"
    attempt: str = Parameter(description="The attempt.", max_length=32)

    def prepare(self, ctx: Context) -> Self:
        """Raise Conflict while the attempt runs: its log would be broken off."""
        from modelyard.experiments.tables import LIVE_ATTEMPTS

        row = self._row(ctx)
        if row.state in LIVE_ATTEMPTS:
            raise Conflict(f"Attempt {row.number} is {row.state}.", hint="Wait for its end, or finish it early.")
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which experiment is written."""
        row = self._row(ctx)
        return f"Log of {row.document['name']}, attempt {row.number}", "experiment", row.experiment_id

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Write the logs."""
        from modelyard.experiments.inspecting.giving import write_logs
        from modelyard.experiments.tables import Attempt
        from modelyard.runs.acting import acting_for_owner

        with acting_for_owner(ctx) as (yard, _):
            with yard.readers() as session:
                row = session.get(Attempt, self.attempt)
            if row is None:
                raise NotFound("The attempt is gone.")
            n = len(row.configurations)
            ctx.step("Writing", 0.05)
            path = write_logs(
                yard.readers, row, ctx.scratch / "log", lambda done: ctx.step(f"{done} of {n} logs", done / n)
            )
        blob = ctx.artifacts.put_file(path)
        return {"hash": blob.hash, "size_bytes": blob.size_bytes, "filename": path.name}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Keep the file with its attempt."""
        from modelyard.experiments.inspecting.verbs import keep_log

        size_bytes: int = result["size_bytes"]
        report = keep_log(
            ctx, self._row(ctx), run.id, digest=result["hash"], size_bytes=size_bytes, filename=result["filename"]
        )
        return {"report_id": report.id, "size_bytes": size_bytes}

    def _row(self, ctx: Context) -> "Attempt":
        from modelyard.experiments.ownership import visible_attempts
        from modelyard.experiments.tables import Attempt

        row: Attempt | None = ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == self.attempt))
        if row is None:
            raise NotFound(f"The attempt {self.attempt!r} is gone.")
        return row
