"""HTTP of reports of experiments."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict

from modelyard.access.http import Ctx
from modelyard.data.reporting.page import POLICY
from modelyard.experiments.exporting.names import file_name
from modelyard.experiments.reporting import verbs
from modelyard.experiments.tables import ReportFormat
from modelyard.runs.schemas import RunOut

router = APIRouter(prefix="/{experiment_id}/attempts/{number}/reports")

Number = Annotated[int, Path(ge=1, le=2**31)]
MEDIA_TYPES: dict[ReportFormat, str] = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "eval": "application/octet-stream",
    "zip": "application/zip",
}


class ExperimentReportIn(BaseModel):
    """What to make."""

    model_config = ConfigDict(extra="forbid")

    format: verbs.Wanted = "pdf"


class ExperimentReportOut(BaseModel):
    """A report that was made."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    run_id: str
    format: ReportFormat
    size_bytes: int
    created_at: datetime


class ExperimentReportList(BaseModel):
    """Reports of an attempt."""

    items: list[ExperimentReportOut]


@router.post("", status_code=202)
def make_experiment_report(ctx: Ctx, experiment_id: str, number: Number, body: ExperimentReportIn) -> RunOut:
    """Make a report of the comparison, as PDF or HTML, or a log of Inspect (`eval`); its id is in the run's result."""
    return RunOut.of(verbs.make_report(ctx, experiment_id, number, file_format=body.format))


@router.get("")
def list_experiment_reports(ctx: Ctx, experiment_id: str, number: Number) -> ExperimentReportList:
    """List the reports of an attempt, newest first."""
    rows = verbs.list_reports(ctx, experiment_id, number)
    return ExperimentReportList(items=[ExperimentReportOut.model_validate(row) for row in rows])


@router.get(
    "/{report_id}",
    response_class=FileResponse,
    responses={200: {"content": {media.partition(";")[0]: {} for media in MEDIA_TYPES.values()}}},
)
def download_experiment_report(ctx: Ctx, experiment_id: str, number: Number, report_id: str) -> FileResponse:
    """Download a report; instead of its id that of its run will do."""
    attempt, report, path = verbs.fetch_report(ctx, experiment_id, number, report_id)
    # Texts of users are in it: even where it is opened in place it may run and load nothing.
    headers = {"Content-Security-Policy": f"sandbox; {POLICY}", "X-Content-Type-Options": "nosniff"}
    name = file_name(attempt.document["name"], attempt.number, report.format)
    return FileResponse(path, media_type=MEDIA_TYPES[report.format], filename=name, headers=headers)


@router.delete("/{report_id}", status_code=204, response_class=Response)
def delete_experiment_report(ctx: Ctx, experiment_id: str, number: Number, report_id: str) -> None:
    """Delete a report."""
    verbs.delete_report(ctx, experiment_id, number, report_id)
