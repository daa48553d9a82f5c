"""What can be done with reports: make one, list them, fetch one, delete one."""

from pathlib import Path

from sqlalchemy import select

from modelyard.data.storage import local_copy
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.holding import forget_after_commit
from modelyard.predictions.batches.tables import BatchReport, ReportFormat
from modelyard.predictions.batches.verbs import get_batch
from modelyard.predictions.reports.jobs.report import MakeReport
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit


def make_report(
    ctx: Context, batch_id: str, *, file_format: ReportFormat = "pdf", with_rows: bool = False, title: str = ""
) -> Run:
    """Queue the run that makes a report; raise Conflict when the batch has no results."""
    ctx.require("endpoints:read")
    job = MakeReport(batch=batch_id, file_format=file_format, with_rows=with_rows, heading=" ".join(title.split()))
    return submit(ctx, job)


def list_reports(ctx: Context, batch_id: str) -> list[BatchReport]:
    """Return the reports of a batch, newest first."""
    ctx.require("endpoints:read")
    batch = get_batch(ctx, batch_id)
    chosen = select(BatchReport).where(BatchReport.batch_id == batch.id).order_by(BatchReport.id.desc())
    return list(ctx.session.scalars(chosen))


def get_report(ctx: Context, batch_id: str, report_id: str) -> BatchReport:
    """Return one report of a batch, by its id or that of the run that made it; raise NotFound."""
    ctx.require("endpoints:read")
    batch = get_batch(ctx, batch_id)
    named = (BatchReport.id == report_id) | (BatchReport.run_id == report_id)
    report = ctx.session.scalar(select(BatchReport).where(BatchReport.batch_id == batch.id, named))
    if report is None:
        raise NotFound(f"There is no report {report_id!r} of this batch.", hint="Its run may not have ended yet.")
    return report


def fetch_report(ctx: Context, batch_id: str, report_id: str) -> tuple[BatchReport, Path]:
    """Return a report and a local file with its bytes."""
    ctx.require("endpoints:read")
    report = get_report(ctx, batch_id, report_id)
    return report, local_copy(ctx.artifacts, ctx.settings, report.hash)


def delete_report(ctx: Context, batch_id: str, report_id: str) -> None:
    """Remove a report and its file."""
    ctx.require("endpoints:write")
    report = get_report(ctx, batch_id, report_id)
    ctx.session.delete(report)
    forget_after_commit(ctx, [report.hash])
