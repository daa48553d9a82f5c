"""Starting what is due: every worker looks, the database decides which of them starts a run, once."""

from datetime import datetime

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from modelyard.access.actors import full_scopes
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.db import is_connection_loss
from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit
from modelyard.workflows import cron as crons
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.tables import Schedule, ScheduledStart, Workflow

log = structlog.get_logger()

STARTS_KEPT = 100
"""Per workflow; the runs themselves stay."""
MAX_FAILED_STARTS = 10
"""After so many times in a row without a run the schedule pauses and says why."""
MAX_MISSED = 10_000
"""Missed times beyond this are not counted one by one."""


def start_due(yard: Yard) -> None:
    """Submit a run for every schedule that is due; safe to call from any number of workers at once."""
    with yard.readers() as session:
        due = select(Schedule.workflow_id).where(Schedule.next_at <= yard.clock()).order_by(Schedule.next_at)
        waiting = list(session.scalars(due))
    for workflow_id in waiting:
        try:
            _start(yard, workflow_id)
        except DBAPIError as error:
            if is_connection_loss(error):
                raise
            log.exception("schedule not started", workflow=workflow_id)
        except Exception:
            log.exception("schedule not started", workflow=workflow_id)


def _start(yard: Yard, workflow_id: str) -> None:
    """Move the schedule on, and submit its run in the same transaction: both happen, or neither, and only once.

    The row is locked while it is looked at, so that a second worker finds it moved on; the key of `ScheduledStart`
    refuses a second start of the same time whatever else goes wrong.
    """
    now = yard.clock()
    with yard.sessions.begin() as session:
        is_due = (Schedule.workflow_id == workflow_id, Schedule.next_at <= now)
        schedule = session.scalar(select(Schedule).where(*is_due).with_for_update(skip_locked=True))
        workflow = session.get(Workflow, workflow_id)
        if schedule is None or schedule.next_at is None or workflow is None:
            return  # another worker was quicker, or it was paused or deleted meanwhile
        try:
            passed, next_at = crons.following(schedule.cron, schedule.timezone, schedule.next_at, now, limit=MAX_MISSED)
        except Invalid as error:  # a zone that this machine does not know (any more)
            schedule.next_at, schedule.pause_reason = None, f"Paused: {error.message}"
            return
        start = _begun(_context(yard, session, workflow), workflow, passed, now)
        schedule.next_at = next_at
        session.add(start)
        session.flush()
        _pause_after_failures(session, schedule)
        _forget_old(session, workflow_id)


def _context(yard: Yard, session: Session, workflow: Workflow) -> Context:
    """Act for the workflow's owner, whose scopes were checked when the schedule was set."""
    actor = Actor(id=workflow.owner_id, name="schedule", scopes=full_scopes())
    return Context(actor, session, yard.settings, yard.artifacts, yard.clock)


def _begun(ctx: Context, workflow: Workflow, passed: list[datetime], now: datetime) -> ScheduledStart:
    start = ScheduledStart(workflow_id=workflow.id, due_at=passed[-1], at=now, n_missed=len(passed) - 1)
    running = _still_running(ctx.session, workflow.id)
    if running is not None:
        start.outcome = "skipped"
        start.message = f"The run started before is still {running.state}."
        return start
    try:
        with ctx.session.begin_nested():
            start.run_id = submit(ctx, RunWorkflow(workflow=workflow.id)).id
            start.outcome = "started"
    except ModelyardError as error:
        start.run_id, start.outcome, start.message = None, "failed", error.message
    return start


def _still_running(session: Session, workflow_id: str) -> Run | None:
    """Return the run that the schedule started last, unless it has ended."""
    started = select(ScheduledStart.run_id).where(
        ScheduledStart.workflow_id == workflow_id, ScheduledStart.run_id.is_not(None)
    )
    run_id = session.scalar(started.order_by(ScheduledStart.due_at.desc()).limit(1))
    run = session.get(Run, run_id) if run_id else None
    return run if run is not None and not run.is_final else None


def _pause_after_failures(session: Session, schedule: Schedule) -> None:
    newest = select(ScheduledStart).where(ScheduledStart.workflow_id == schedule.workflow_id)
    starts = list(session.scalars(newest.order_by(ScheduledStart.due_at.desc()).limit(MAX_FAILED_STARTS)))
    recent = [start for start in starts if start.at >= schedule.updated_at]
    if len(recent) == MAX_FAILED_STARTS and all(start.outcome == "failed" for start in recent):
        schedule.next_at = None
        schedule.pause_reason = f"Paused after {MAX_FAILED_STARTS} starts that failed: {starts[0].message}"


def _forget_old(session: Session, workflow_id: str) -> None:
    newest = select(ScheduledStart.due_at).where(ScheduledStart.workflow_id == workflow_id)
    oldest_kept = session.scalar(newest.order_by(ScheduledStart.due_at.desc()).offset(STARTS_KEPT - 1).limit(1))
    if oldest_kept is not None:
        too_old = (ScheduledStart.workflow_id == workflow_id, ScheduledStart.due_at < oldest_kept)
        session.execute(delete(ScheduledStart).where(*too_old))
