"""HTTP of drift."""

from datetime import datetime

from fastapi import APIRouter

from modelyard.access.http import Ctx
from modelyard.predictions.drift import verbs
from modelyard.predictions.drift.schemas import DriftOut
from modelyard.runs.schemas import RunOut

router = APIRouter(prefix="/endpoints", tags=["endpoints"])


@router.get("/{endpoint_id}/drift")
def get_drift(ctx: Ctx, endpoint_id: str, since: datetime | None = None, until: datetime | None = None) -> DriftOut:
    """Return what was measured last: how far new rows are from those that the model learned from.

    With times: what was measured last of exactly these; POST measures them.
    """
    report = verbs.latest_report(ctx, endpoint_id, since=since, until=until)
    run = verbs.run_under_way(ctx, endpoint_id)
    return DriftOut.of(report, run_id=run.id if run is not None else None)


@router.post("/{endpoint_id}/drift", status_code=202)
def measure_drift(ctx: Ctx, endpoint_id: str, since: datetime | None = None, until: datetime | None = None) -> RunOut:
    """Measure the drift of the rows in this time, by default the last seven days; answers the run."""
    return RunOut.of(verbs.measure_drift(ctx, endpoint_id, since=since, until=until))
