"""HTTP of reports."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from modelyard.access.http import Ctx
from modelyard.data.reporting.page import POLICY
from modelyard.predictions.reports import verbs
from modelyard.predictions.reports.schemas import ReportIn, ReportOut, ReportPage
from modelyard.runs.schemas import RunOut

router = APIRouter(prefix="/batches", tags=["batches"])

MEDIA_TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


@router.post("/{batch_id}/reports", status_code=202)
def make_report(ctx: Ctx, batch_id: str, body: ReportIn) -> RunOut:
    """Make a report of the batch; its id is in the run's result."""
    run = verbs.make_report(ctx, batch_id, file_format=body.format, with_rows=body.with_rows, title=body.title or "")
    return RunOut.of(run)


@router.get("/{batch_id}/reports")
def list_reports(ctx: Ctx, batch_id: str) -> ReportPage:
    """List the reports of the batch, newest first."""
    return ReportPage(items=[ReportOut.model_validate(row) for row in verbs.list_reports(ctx, batch_id)])


@router.get(
    "/{batch_id}/reports/{report_id}",
    response_class=FileResponse,
    responses={200: {"content": {"application/pdf": {}, "text/html": {}}}},
)
def download_report(ctx: Ctx, batch_id: str, report_id: str) -> FileResponse:
    """Download a report; instead of its id that of its run will do."""
    report, path = verbs.fetch_report(ctx, batch_id, report_id)
    # Texts of users are in it: even where it is opened in place it may run and load nothing.
    headers = {"Content-Security-Policy": f"sandbox; {POLICY}", "X-Content-Type-Options": "nosniff"}
    name = f"{report.title}.{report.format}"
    return FileResponse(path, media_type=MEDIA_TYPES[report.format], filename=name, headers=headers)


@router.delete("/{batch_id}/reports/{report_id}", status_code=204, response_class=Response)
def delete_report(ctx: Ctx, batch_id: str, report_id: str) -> None:
    """Delete a report."""
    verbs.delete_report(ctx, batch_id, report_id)
