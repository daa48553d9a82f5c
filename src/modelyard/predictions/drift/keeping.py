"""Keeping what was measured: the latest reports of each endpoint."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from modelyard.endpoints.ownership import visible_endpoints
from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.ids import new_id
from modelyard.predictions.drift.tables import DriftReport

REPORTS_KEPT = 30
"""Per endpoint."""


def keep_report(
    ctx: Context, endpoint_id: str, document: dict[str, Any], *, since: datetime, until: datetime, version: int | None
) -> dict[str, Any]:
    """Keep a report, and of older ones the latest; return what the run says of it."""
    ctx.require("endpoints:read")
    if ctx.session.scalar(visible_endpoints(ctx).where(Endpoint.id == endpoint_id)) is None:
        return {}
    now = ctx.clock()
    report = DriftReport(
        id=new_id("dr", at=now),
        endpoint_id=endpoint_id,
        since=since,
        until=until,
        version=version,
        n_rows=document["n_rows"],
        document=document,
        created_at=now,
    )
    ctx.session.add(report)
    ctx.session.flush()
    ids = select(DriftReport.id).where(DriftReport.endpoint_id == endpoint_id).order_by(DriftReport.id.desc())
    outdated = list(ctx.session.scalars(ids.offset(REPORTS_KEPT)))
    ctx.session.execute(delete(DriftReport).where(DriftReport.id.in_(outdated)))
    return {"report": report.id, "n_rows": report.n_rows, "n_alerts": len(document["alerts"])}
