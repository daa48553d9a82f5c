"""The kept steps of usage: what the worker counts, so that a page of use answers at once and outlives the calls."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from modelyard.endpoints.tables import Call, Endpoint, StepLength, UsagePosition, UsageStep
from modelyard.endpoints.usage_tally import Tallies, Tally, start_of, tally
from modelyard.kernel.db import take_turns
from modelyard.kernel.ids import first_id
from modelyard.kernel.yard import Yard

EVERY_SECONDS = 30.0
SETTLED_AFTER = timedelta(seconds=60)
"""A call has its id before it is committed; a younger one may still be on its way, and is counted later."""
MOST_AT_ONCE = 2000
"""Calls counted in one transaction."""
MOST_SECONDS = 5.0
"""How long one look may take: the worker says that it is alive in between."""
STEPS: tuple[StepLength, ...] = ("hour", "day")


@dataclass
class UsageCounting:
    """Counts new calls into the kept steps, twice a minute."""

    done_at: float | None = None

    def __call__(self, yard: Yard) -> None:
        """Look whether it is time."""
        now = time.monotonic()
        if self.done_at is None or now - self.done_at > EVERY_SECONDS:
            self.done_at = now
            count_usage(yard, until=now + MOST_SECONDS)


def count_usage(yard: Yard, *, until: float | None = None) -> int:
    """Count the settled calls of every endpoint until all are, or the clock says `until`; return how many were."""
    end = first_id("cl", yard.clock() - SETTLED_AFTER)
    with yard.readers() as session:
        waiting = list(session.scalars(_with_new_calls(end)))
    n_counted = 0
    for endpoint_id in waiting:
        while until is None or time.monotonic() < until:
            with yard.sessions.begin() as session:
                n_more = _count_some(session, endpoint_id, end)
            n_counted += n_more
            if n_more < MOST_AT_ONCE:
                break
    return n_counted


def count_before_deletion(session: Session, endpoint_id: str, call_ids: Sequence[str]) -> None:
    """Count those of the calls that are not counted yet, in the transaction that deletes them."""
    _in_turn(session, endpoint_id)
    where = [Call.id.in_(call_ids), Call.id > position(session, endpoint_id)]
    tallies, _last = tally(session, endpoint_id, *where, limit=len(call_ids))
    _add(session, endpoint_id, tallies)


def position(session: Session, endpoint_id: str) -> str:
    """Return the id of the last call that is counted; empty before the first."""
    chosen = select(UsagePosition.call_id).where(UsagePosition.endpoint_id == endpoint_id)
    return session.scalar(chosen) or ""


def _with_new_calls(end: str) -> Select[str]:
    counted = select(UsagePosition.call_id).where(UsagePosition.endpoint_id == Endpoint.id).scalar_subquery()
    is_new = exists().where(Call.endpoint_id == Endpoint.id, Call.id > func.coalesce(counted, ""), Call.id < end)
    return select(Endpoint.id).where(is_new)


def _count_some(session: Session, endpoint_id: str, end: str) -> int:
    _in_turn(session, endpoint_id)
    if session.get(Endpoint, endpoint_id) is None:
        return 0
    counted = position(session, endpoint_id)
    tallies, last = tally(session, endpoint_id, Call.id > counted, Call.id < end, limit=MOST_AT_ONCE)
    if last is None:
        return 0
    _add(session, endpoint_id, tallies)
    session.merge(UsagePosition(endpoint_id=endpoint_id, call_id=last))
    return sum(found.n_calls for found in tallies.values())


def _in_turn(session: Session, endpoint_id: str) -> None:
    take_turns(session, f"usage of {endpoint_id}")


def _add(session: Session, endpoint_id: str, tallies: Tallies) -> None:
    for step in STEPS:
        together: Tallies = {}
        for at, found in tallies.items():
            together.setdefault(start_of(at, step), Tally()).add(found)
        chosen = select(UsageStep).where(
            UsageStep.endpoint_id == endpoint_id, UsageStep.step == step, UsageStep.at.in_(together)
        )
        kept = {row.at: row for row in session.scalars(chosen)}
        for at, found in together.items():
            if at not in kept:
                session.add(UsageStep(endpoint_id=endpoint_id, step=step, at=at, **found.values()))
                continue
            found.add(Tally.of(kept[at]))
            for name, value in found.values().items():
                setattr(kept[at], name, value)
    session.flush()
