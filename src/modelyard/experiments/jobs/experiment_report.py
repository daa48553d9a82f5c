"""The job that makes a report of an attempt."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.experiments.tables import Attempt
    from modelyard.runs.tables import Run


class MakeExperimentReport(Job):
    """Makes a report of an experiment's attempt, as PDF or HTML with the same contents.

    A report says which configuration is best and which is the cheapest that is not significantly worse, with every
    score and its interval, every pair with its test, groups where the order turns, seconds, tokens, money and errors,
    and charts. It quotes no question and no answer. The comparison it tells of is frozen when it is asked for.
    """

    title: ClassVar[str] = "Report of an experiment"
    memory_bytes: ClassVar[int] = 230 * 2**20
    icon: ClassVar[str] = "file-text"
    scope: ClassVar[Scope] = "experiments:read"
    internal: ClassVar[bool] = True

    kind: Literal["experiment_report"] = "experiment_report"
    attempt: str = Parameter(description="The attempt.", max_length=32)
    file_format: Literal["pdf", "html"] = Parameter("pdf", description="What to make.")
    heading: str = Parameter("", description="Its title; filled in when submitted.", max_length=200)
    number: int = Parameter(0, description="The attempt's number; filled in likewise.")
    facts: tuple[tuple[str, str], ...] = Parameter((), description="What is known of the attempt; filled in likewise.")
    results_hash: str = Parameter("", description="SHA-256 of the comparison; filled in likewise.")
    made_at: datetime | None = Parameter(None, description="When it was asked for; filled in likewise.")

    def prepare(self, ctx: Context) -> Self:
        """Freeze what the report is about; raise Conflict before the attempt is compared."""
        from modelyard.experiments.comparing.document import ExperimentResults
        from modelyard.experiments.exporting.telling import attempt_facts

        row = self._row(ctx)
        if row.results_hash is None:
            raise Conflict(f"Attempt {row.number} is not compared yet.", hint="Wait for its run to end.")
        results = ExperimentResults.model_validate_json(ctx.artifacts.read_bytes(row.results_hash))
        frozen = {
            "heading": row.document["name"],
            "number": row.number,
            "facts": tuple(attempt_facts(row, results)),
            "results_hash": row.results_hash,
            "made_at": ctx.clock(),
        }
        return self.model_copy(update=frozen)

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which experiment is reported."""
        row = self._row(ctx)
        return f"Report of {row.document['name']}, attempt {row.number}", "experiment", row.experiment_id

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Draw the charts and write the file."""
        from modelyard.experiments.comparing.document import ExperimentResults
        from modelyard.experiments.exporting.content import content_of
        from modelyard.experiments.exporting.html import write_html
        from modelyard.experiments.exporting.pdf import write_pdf

        assert self.made_at is not None
        ctx.step("Drawing the charts", 0.1)
        results = ExperimentResults.model_validate_json(ctx.artifacts.read_bytes(self.results_hash))
        content = content_of(results, self.facts, title=self.heading, number=self.number, made_at=self.made_at)
        ctx.step("Setting the pages" if self.file_format == "pdf" else "Writing the file", 0.7)
        target = ctx.scratch / f"report.{self.file_format}"
        if self.file_format == "pdf":
            write_pdf(content, target, scratch=ctx.scratch)
        else:
            write_html(content, target)
        blob = ctx.artifacts.put_file(target)
        return {"hash": blob.hash, "size_bytes": blob.size_bytes}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Keep the file with its attempt."""
        from modelyard.experiments.tables import ExperimentReport

        report = ExperimentReport(
            id=new_id("rp"),
            attempt_id=self._row(ctx).id,
            run_id=run.id,
            format=self.file_format,
            hash=result["hash"],
            size_bytes=result["size_bytes"],
            created_at=ctx.clock(),
        )
        ctx.session.add(report)
        ctx.session.flush()
        return {"report_id": report.id, "size_bytes": report.size_bytes}

    def _row(self, ctx: Context) -> "Attempt":
        from modelyard.experiments.ownership import visible_attempts
        from modelyard.experiments.tables import Attempt

        row: Attempt | None = ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == self.attempt))
        if row is None:
            raise NotFound(f"The attempt {self.attempt!r} is gone.")
        return row
