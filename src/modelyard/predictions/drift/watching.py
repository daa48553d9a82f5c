"""Measuring drift by itself: once a day, where enough new rows came in."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modelyard.access.actors import full_scopes
from modelyard.endpoints.tables import Endpoint, UsageStep
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.db import take_turns
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.predictions.batches.tables import Batch
from modelyard.predictions.drift.tables import DriftReport
from modelyard.predictions.drift.verbs import USUAL_TIME, measure_drift

log = structlog.get_logger()

LOOK_SECONDS = 600.0
EVERY = timedelta(days=1)
LEAST_ROWS = 100
"""New rows below which chance would hide any drift worth an alarm."""
PRIORITY = -10
"""People's runs go first."""


@dataclass
class DriftWatch:
    """Looks every ten minutes whose drift is due."""

    looked_at: float | None = None

    def __call__(self, yard: Yard) -> None:
        """Look whether it is time."""
        now = time.monotonic()
        if self.looked_at is None or now - self.looked_at > LOOK_SECONDS:
            self.looked_at = now
            measure_due(yard)


def measure_due(yard: Yard) -> None:
    """Start a run for each endpoint with new rows that was not measured for a day; any number of workers may look."""
    with yard.readers() as session:
        due = _due(session, yard.clock())
    for endpoint_id in due:
        try:
            _start(yard, endpoint_id)
        except ModelyardError as error:
            log.info("drift not measured", endpoint=endpoint_id, reason=error.message)


def _due(session: Session, now: datetime) -> list[str]:
    fresh = select(DriftReport.endpoint_id).where(DriftReport.created_at > now - EVERY)
    called = (
        select(UsageStep.endpoint_id)
        .where(UsageStep.step == "day", UsageStep.at >= now - USUAL_TIME)
        .group_by(UsageStep.endpoint_id)
        .having(func.sum(UsageStep.n_rows) >= LEAST_ROWS)
    )
    batched = select(Batch.endpoint_id).where(Batch.finished_at >= now - USUAL_TIME, Batch.n_done >= LEAST_ROWS)
    is_due = Endpoint.id.in_(called) | Endpoint.id.in_(batched)
    return list(
        session.scalars(select(Endpoint.id).where(Endpoint.servable_kind == "model", is_due, Endpoint.id.not_in(fresh)))
    )


def _start(yard: Yard, endpoint_id: str) -> None:
    with yard.sessions.begin() as session:
        take_turns(session, f"drift of {endpoint_id}")
        endpoint = session.get(Endpoint, endpoint_id)
        if endpoint is None or endpoint_id not in _due(session, yard.clock()):
            return  # another worker was quicker
        actor = Actor(id=endpoint.owner_id, name="drift", scopes=full_scopes())
        ctx = Context(actor, session, yard.settings, yard.artifacts, yard.clock)
        measure_drift(ctx, endpoint_id, priority=PRIORITY)
