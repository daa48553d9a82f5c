"""When workflows run by themselves: set, pause, look back."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from modelyard.kernel.context import Context
from modelyard.runs.tables import Run
from modelyard.runs.verbs import visible_runs
from modelyard.workflows import cron as crons
from modelyard.workflows.ownership import find_workflow, visible_workflows
from modelyard.workflows.tables import Schedule, ScheduledStart, Workflow


@dataclass(frozen=True)
class Start:
    """One time a schedule came due, and the run it started, if that is still there."""

    row: ScheduledStart
    run: Run | None


def get_schedule(ctx: Context, workflow_id: str) -> Schedule | None:
    """Return a workflow's schedule, or None when it only runs by hand."""
    ctx.require("workflows:read")
    return ctx.session.get(Schedule, find_workflow(ctx, workflow_id).id)


def schedules_of(ctx: Context, workflow_ids: Iterable[str]) -> dict[str, Schedule]:
    """Return the schedules of several workflows by workflow."""
    ctx.require("workflows:read")
    visible = visible_workflows(ctx).where(Workflow.id.in_(list(workflow_ids))).with_only_columns(Workflow.id)
    found = ctx.session.scalars(select(Schedule).where(Schedule.workflow_id.in_(visible)))
    return {row.workflow_id: row for row in found}


def set_schedule(
    ctx: Context, workflow_id: str, *, cron: str, timezone: str = "UTC", is_paused: bool = False
) -> Schedule:
    """Run the workflow, as it is saved then, whenever the cron text comes due in the time zone; raise Invalid.

    A schedule that was paused goes on from now: what came due in between is not made up for.
    """
    ctx.require("runs:write")
    ctx.require("workflows:write")
    workflow = find_workflow(ctx, workflow_id)
    text, now = crons.cleaned(cron), ctx.clock()
    next_at = crons.next_times(text, timezone, now, 1)[0]
    row = ctx.session.get(Schedule, workflow.id, with_for_update=True, populate_existing=True)
    if row is None:
        row = Schedule(workflow_id=workflow.id, cron=text, timezone=timezone, created_at=now)
        ctx.session.add(row)
    elif (row.cron, row.timezone) == (text, timezone) and row.next_at is not None:
        next_at = row.next_at  # what is due this very moment still comes
    row.cron, row.timezone, row.updated_at, row.pause_reason = text, timezone, now, None
    row.next_at = None if is_paused else next_at
    ctx.session.flush()
    return row


def remove_schedule(ctx: Context, workflow_id: str) -> None:
    """Let the workflow run by hand only; runs that were started stay."""
    ctx.require("workflows:write")
    row = ctx.session.get(Schedule, find_workflow(ctx, workflow_id).id)
    if row is not None:
        ctx.session.delete(row)
        ctx.session.flush()


def list_starts(ctx: Context, workflow_id: str, *, limit: int = 20) -> list[Start]:
    """Return what came of the times at which the schedule came due, newest first."""
    ctx.require("workflows:read")
    workflow = find_workflow(ctx, workflow_id)
    query = select(ScheduledStart).where(ScheduledStart.workflow_id == workflow.id)
    rows = list(ctx.session.scalars(query.order_by(ScheduledStart.due_at.desc()).limit(limit)))
    ids = [row.run_id for row in rows if row.run_id]
    runs = {run.id: run for run in ctx.session.scalars(visible_runs(ctx).where(Run.id.in_(ids)))}
    return [Start(row, runs.get(row.run_id or "")) for row in rows]
