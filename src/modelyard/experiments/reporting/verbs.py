"""What can be done with reports of an attempt: make one, list them, fetch one, delete one."""

from pathlib import Path
from typing import Literal

from sqlalchemy import select

from modelyard.data.storage import local_copy
from modelyard.experiments.inspecting.package import require_inspect
from modelyard.experiments.jobs.experiment_report import MakeExperimentReport
from modelyard.experiments.tables import Attempt, ExperimentReport
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.kinds import family
from modelyard.runs.job import Job
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit

Wanted = Literal["html", "pdf", "eval"]
"""What can be made."""


def make_report(ctx: Context, experiment_id: str, number: int, *, file_format: Wanted = "pdf") -> Run:
    """Queue the run that makes a report, or with `eval` a log of Inspect.

    Raises Conflict before the attempt is compared, and where Inspect is needed and not installed.
    """
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    if file_format == "eval":
        require_inspect()
        job: Job = family("job").parse({"kind": "inspect_log", "attempt": attempt.id})
        return submit(ctx, job)
    return submit(ctx, MakeExperimentReport(attempt=attempt.id, file_format=file_format))


def list_reports(ctx: Context, experiment_id: str, number: int) -> list[ExperimentReport]:
    """Return the reports of an attempt, newest first."""
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    mine = select(ExperimentReport).where(ExperimentReport.attempt_id == attempt.id)
    return list(ctx.session.scalars(mine.order_by(ExperimentReport.id.desc())))


def fetch_report(
    ctx: Context, experiment_id: str, number: int, report_id: str
) -> tuple[Attempt, ExperimentReport, Path]:
    """Return a report, by its id or that of the run that made it, and a local file with its bytes; raise NotFound."""
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    report = _found(ctx, attempt, report_id)
    return attempt, report, local_copy(ctx.artifacts, ctx.settings, report.hash)


def delete_report(ctx: Context, experiment_id: str, number: int, report_id: str) -> None:
    """Remove a report and its file."""
    ctx.require("experiments:write")
    report = _found(ctx, get_attempt(ctx, experiment_id, number), report_id)
    ctx.session.delete(report)
    forget_after_commit(ctx, [report.hash])


def _found(ctx: Context, attempt: Attempt, report_id: str) -> ExperimentReport:
    named = (ExperimentReport.id == report_id) | (ExperimentReport.run_id == report_id)
    report = ctx.session.scalar(select(ExperimentReport).where(ExperimentReport.attempt_id == attempt.id, named))
    if report is None:
        raise NotFound(f"There is no report {report_id!r} of this attempt.", hint="Its run may not have ended yet.")
    return report
