"""What can be done about drift: measure it, look at what was measured."""

from datetime import datetime, timedelta

from sqlalchemy import select

from modelyard.endpoints.times import problems_of_times
from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid
from modelyard.predictions.drift.jobs.drift import MeasureDrift
from modelyard.predictions.drift.tables import DriftReport
from modelyard.runs.tables import FINAL_STATES, Run
from modelyard.runs.verbs import submit, visible_runs

USUAL_TIME = timedelta(days=7)


def measure_drift(
    ctx: Context,
    endpoint_id: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    priority: int = 0,
) -> Run:
    """Start a run that measures the drift of the rows in a stretch of time, by default the last seven days.

    While one is under way for this endpoint, that one is returned. Raises Conflict when the endpoint serves no model.
    """
    ctx.require("endpoints:read")
    endpoint = get_endpoint(ctx, endpoint_id)
    _require_times(since, until)
    end = until or ctx.clock()
    begin = since or end - USUAL_TIME
    _require_times(begin, end)
    under_way = run_under_way(ctx, endpoint.id)
    return under_way or submit(ctx, MeasureDrift(endpoint=endpoint.id, since=begin, until=end), priority=priority)


def latest_report(
    ctx: Context, endpoint_id: str, *, since: datetime | None = None, until: datetime | None = None
) -> DriftReport | None:
    """Return what was measured last, of exactly these times when they are given; None before the first time."""
    ctx.require("endpoints:read")
    endpoint = get_endpoint(ctx, endpoint_id)
    _require_times(since, until)
    chosen = select(DriftReport).where(DriftReport.endpoint_id == endpoint.id)
    if since is not None:
        chosen = chosen.where(DriftReport.since == since)
    if until is not None:
        chosen = chosen.where(DriftReport.until == until)
    return ctx.session.scalar(chosen.order_by(DriftReport.id.desc()).limit(1))


def run_under_way(ctx: Context, endpoint_id: str) -> Run | None:
    """Return the run that measures this endpoint's drift now, if there is one."""
    ctx.require("endpoints:read")
    chosen = visible_runs(ctx).where(
        Run.kind == MeasureDrift.kind_name(), Run.subject_id == endpoint_id, Run.state.not_in(FINAL_STATES)
    )
    return ctx.session.scalar(chosen.order_by(Run.id.desc()).limit(1))


def _require_times(since: datetime | None, until: datetime | None) -> None:
    if problems := problems_of_times(since, until):
        raise Invalid(problems[0].message, hint="Choose other dates.", fields=problems)
