"""Comparing what questions mean by itself: once a day, where readers asked something new."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.access.actors import full_scopes
from modelyard.chat.readers.tables import QuestionGrouping
from modelyard.chat.readers.verbs import group_questions
from modelyard.chat.tables import Collection
from modelyard.endpoints.tables import Call
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.db import take_turns
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.ids import first_id
from modelyard.kernel.yard import Yard

log = structlog.get_logger()

LOOK_SECONDS = 900.0
EVERY = timedelta(days=1)
PRIORITY = -10
"""People's runs go first."""


@dataclass
class ReadersWatch:
    """Looks every quarter of an hour whose readers asked something new."""

    looked_at: float | None = None

    def __call__(self, yard: Yard) -> None:
        """Look whether it is time."""
        now = time.monotonic()
        if self.looked_at is None or now - self.looked_at > LOOK_SECONDS:
            self.looked_at = now
            group_due(yard)


def group_due(yard: Yard) -> None:
    """Start a run for each collection that was asked since it was grouped; any number of workers may look."""
    with yard.readers() as session:
        due = _due(session, yard.clock())
    for collection_id in due:
        try:
            _start(yard, collection_id)
        except ModelyardError as error:
            log.info("questions not compared", collection=collection_id, reason=error.message)


def _due(session: Session, now: datetime) -> list[str]:
    fresh = select(QuestionGrouping.collection_id).where(QuestionGrouping.made_at > now - EVERY)
    asked = select(Call.id).where(Call.endpoint_id == Collection.endpoint_id, Call.id >= first_id("cl", now - EVERY))
    return list(session.scalars(select(Collection.id).where(Collection.id.not_in(fresh), asked.exists())))


def _start(yard: Yard, collection_id: str) -> None:
    with yard.sessions.begin() as session:
        take_turns(session, f"readers of {collection_id}")
        collection = session.get(Collection, collection_id)
        if collection is None or collection_id not in _due(session, yard.clock()):
            return  # another worker was quicker
        actor = Actor(id=collection.owner_id, name="readers", scopes=full_scopes())
        ctx = Context(actor, session, yard.settings, yard.artifacts, yard.clock)
        group_questions(ctx, collection_id, priority=PRIORITY)
