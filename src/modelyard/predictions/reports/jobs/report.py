"""The job that makes a report of a batch."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Conflict
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import Parameter
from modelyard.predictions.reports.content import Facts
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.predictions.batches.tables import Batch
    from modelyard.runs.tables import Run


class MakeReport(Job):
    """Makes a report of a batch that was predicted, as PDF or HTML with the same contents.

    A report says what was predicted by which model, how sure it was, which words the texts hold and which of them tell
    the classes apart, with charts and examples; all rows if wanted (at most 10,000). What the report is about is frozen
    when it is asked for, so the same run gives the same bytes again.
    """

    title: ClassVar[str] = "Report of a batch"
    memory_bytes: ClassVar[int] = 230 * 2**20
    icon: ClassVar[str] = "file-text"
    scope: ClassVar[Scope] = "endpoints:read"
    internal: ClassVar[bool] = True

    kind: Literal["report"] = "report"
    batch: str = Parameter(description="The batch.", max_length=32)
    file_format: Literal["pdf", "html"] = Parameter("pdf", description="What to make.")
    with_rows: bool = Parameter(False, description="Add the rows, at most 10,000.")
    heading: str = Parameter("", description="Its title; empty: the batch's name.", max_length=200)
    facts: Facts | None = Parameter(None, description="What is known of the batch; filled in when submitted.")
    results_hash: str = Parameter("", description="SHA-256 of the results; filled in likewise.")
    numbers: dict[str, Any] | None = Parameter(None, description="Predicted numbers; filled in likewise.")

    def prepare(self, ctx: Context) -> Self:
        """Freeze what the report is about."""
        from modelyard.predictions.reports.freezing import facts_of

        batch = self._row(ctx)
        if batch.results_hash is None:
            raise Conflict(f"{batch.name!r} has no results yet.", hint="Start it, and wait for its run to end.")
        frozen = {
            "facts": facts_of(ctx, batch),
            "results_hash": batch.results_hash,
            "numbers": batch.numbers,
            "heading": self.heading.strip() or batch.name,
        }
        return self.model_copy(update=frozen)

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which batch is reported."""
        return f"Report of {self._row(ctx).name}", "batch", self.batch

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Collect what there is to say and write it."""
        from modelyard.predictions.batches.results import Results
        from modelyard.predictions.reports.collecting import collect
        from modelyard.predictions.reports.html import write_html
        from modelyard.predictions.reports.pdf import write_pdf

        assert self.facts is not None
        ctx.step("Fetching the results", 0.0)
        path = ctx.artifacts.fetch(self.results_hash, ctx.scratch)
        with Results(path, label=self.facts.label) as results:
            report = collect(
                results,
                self.facts,
                title=self.heading,
                numbers=self.numbers,
                with_rows=self.with_rows,
                say=ctx.step,
            )
        ctx.step("Setting the pages" if self.file_format == "pdf" else "Writing the file", 0.7)
        target = ctx.scratch / f"report.{self.file_format}"
        if self.file_format == "pdf":
            write_pdf(report, target, scratch=ctx.scratch)
        else:
            write_html(report, target)
        blob = ctx.artifacts.put_file(target)
        return {"hash": blob.hash, "size_bytes": blob.size_bytes}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Keep the file with its batch."""
        from modelyard.predictions.batches.tables import BatchReport

        batch = self._row(ctx)
        report = BatchReport(
            id=new_id("rp"),
            batch_id=batch.id,
            run_id=run.id,
            format=self.file_format,
            title=self.heading,
            with_rows=self.with_rows,
            hash=result["hash"],
            size_bytes=result["size_bytes"],
            created_at=ctx.clock(),
        )
        ctx.session.add(report)
        ctx.session.flush()
        return {"report_id": report.id, "size_bytes": report.size_bytes}

    def _row(self, ctx: Context) -> "Batch":
        from modelyard.predictions.batches.ownership import find_batch

        return find_batch(ctx, self.batch)
