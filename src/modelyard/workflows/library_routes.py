"""HTTP of versions, schedules, templates and workflow files; included by the room's routes."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from modelyard.access.http import Ctx
from modelyard.kernel.context import Context
from modelyard.workflows import cron as crons
from modelyard.workflows import exchanging, gallery, schedules, verbs, versions
from modelyard.workflows.diff import GraphDiff
from modelyard.workflows.library_schemas import (
    ImportCheckIn,
    ImportIn,
    ImportPlanOut,
    RestoreIn,
    ScheduleDetail,
    ScheduleIn,
    ScheduleTimes,
    StartOut,
    TemplateOut,
    VersionChange,
)
from modelyard.workflows.schemas import VersionOut, WorkflowOut
from modelyard.workflows.tables import Schedule, Workflow

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=2**31)]
STARTS_SHOWN = 20


def workflow_out(ctx: Context, row: Workflow) -> WorkflowOut:
    """Return a workflow with its problems and its newest run."""
    return WorkflowOut.of(row, verbs.check_graph(ctx, row.graph), verbs.last_run(ctx, row.id))


@router.get("/templates")
def list_templates(ctx: Ctx) -> list[TemplateOut]:
    """List the workflows that ship with the product, easy ones first."""
    return [TemplateOut.of(template) for template in gallery.list_templates(ctx)]


@router.post("/templates/{key}", status_code=201)
def use_template(ctx: Ctx, key: str) -> WorkflowOut:
    """Make a workflow of a template; its sample is added when it is not there, and may still be read by a run."""
    return workflow_out(ctx, gallery.use_template(ctx, key))


@router.post("/import/check")
def check_import(ctx: Ctx, body: ImportCheckIn) -> ImportPlanOut:
    """Say what importing a workflow file would do, and which datasets it asks for."""
    return ImportPlanOut.of(exchanging.plan_import(ctx, body.document))


@router.post("/import", status_code=201)
def import_workflow(ctx: Ctx, body: ImportIn) -> WorkflowOut:
    """Make a workflow of a file; datasets that are not named are matched by content or sample."""
    row = exchanging.import_workflow(ctx, body.document, name=body.name, datasets=body.datasets)
    return workflow_out(ctx, row)


@router.get("/schedule-times")
def schedule_times(
    ctx: Ctx,
    cron: Annotated[str, Query(max_length=1000)],
    timezone: Annotated[str, Query(max_length=100)] = "UTC",
) -> ScheduleTimes:
    """Say in words what a cron text means, and the next five times at which it comes due."""
    ctx.require("workflows:read")
    return ScheduleTimes(words=crons.explained(cron), next_times=crons.next_times(cron, timezone, ctx.clock()))


@router.get("/{workflow_id}/export", response_model=None)
def export_workflow(
    ctx: Ctx, workflow_id: str, response: Response, version: Annotated[int | None, Query(ge=1, le=2**31)] = None
) -> dict[str, Any]:
    """Return the workflow as a file, without ids of this yard and without secrets."""
    exchange = exchanging.export_workflow(ctx, workflow_id, version=version)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_stem(exchange.name)}.workflow.json"'
    return exchange.document()


@router.patch("/{workflow_id}/versions/{number}")
def label_version(ctx: Ctx, workflow_id: str, number: Number, body: VersionChange) -> VersionOut:
    """Give a save a name, or take it away."""
    return VersionOut.of(versions.label_version(ctx, workflow_id, number, body.label))


@router.post("/{workflow_id}/versions/{number}/restore")
def restore_version(ctx: Ctx, workflow_id: str, number: Number, body: RestoreIn) -> WorkflowOut:
    """Save an earlier version as the newest one; 409 when it was saved elsewhere meanwhile."""
    return workflow_out(ctx, versions.restore_version(ctx, workflow_id, number, version=body.version))


@router.get("/{workflow_id}/diff")
def compare_versions(
    ctx: Ctx,
    workflow_id: str,
    before: Annotated[int, Query(ge=1, le=2**31)],
    after: Annotated[int, Query(ge=1, le=2**31)],
) -> GraphDiff:
    """Return what changed from one save to another: nodes, their parameters, connections."""
    return versions.compare_versions(ctx, workflow_id, before, after)


@router.get("/{workflow_id}/schedule")
def get_schedule(ctx: Ctx, workflow_id: str) -> ScheduleDetail | None:
    """Return when the workflow runs by itself and what came of it; null when it only runs by hand."""
    row = schedules.get_schedule(ctx, workflow_id)
    return _detail(ctx, row) if row else None


@router.put("/{workflow_id}/schedule")
def set_schedule(ctx: Ctx, workflow_id: str, body: ScheduleIn) -> ScheduleDetail:
    """Run the workflow whenever the cron text comes due in the time zone; or pause that."""
    row = schedules.set_schedule(ctx, workflow_id, cron=body.cron, timezone=body.timezone, is_paused=body.is_paused)
    return _detail(ctx, row)


@router.delete("/{workflow_id}/schedule", status_code=204)
def remove_schedule(ctx: Ctx, workflow_id: str) -> None:
    """Let the workflow run by hand only."""
    schedules.remove_schedule(ctx, workflow_id)


@router.get("/{workflow_id}/schedule/starts")
def list_starts(ctx: Ctx, workflow_id: str, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[StartOut]:
    """List the times at which the schedule came due, newest first, with the runs they started."""
    return [StartOut.of(start) for start in schedules.list_starts(ctx, workflow_id, limit=limit)]


def file_stem(name: str) -> str:
    """Return a file's name for a workflow's: letters, digits, dots and dashes of ASCII, which every header takes."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[:80] or "workflow"


def _detail(ctx: Context, row: Schedule) -> ScheduleDetail:
    starts = schedules.list_starts(ctx, row.workflow_id, limit=STARTS_SHOWN)
    return ScheduleDetail.of_all(row, crons.explained(row.cron), starts, ctx.clock())
