"""Deleting calls: one, or all that filters mean, some at a time so that nobody waits for the database."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from modelyard.endpoints.call_filters import CallFilters, cursor_after, position_of
from modelyard.endpoints.history import find_calls
from modelyard.endpoints.tables import Call
from modelyard.endpoints.usage_steps import count_before_deletion
from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.ids import first_id
from modelyard.kernel.yard import Yard

AT_ONCE = 500
"""Calls deleted in one transaction."""
MOST_SECONDS = 5.0
"""How long one request deletes; the answer then says where to go on."""


@dataclass(frozen=True)
class Removed:
    """How many calls were deleted, and the cursor to go on from; None: all that were meant are gone."""

    n_deleted: int
    next: str | None


def delete_call(ctx: Context, endpoint_id: str, call_id: str) -> None:
    """Delete one call from the history; it stays counted in the use. Raises NotFound."""
    ctx.require("endpoints:write")
    endpoint = get_endpoint(ctx, endpoint_id)
    if ctx.session.scalar(select(Call.id).where(Call.endpoint_id == endpoint.id, Call.id == call_id)) is None:
        raise NotFound(f"There is no call {call_id!r} in this endpoint's history.")
    forget_calls(ctx.session, endpoint.id, [call_id])


def delete_some_calls(
    ctx: Context, endpoint_id: str, filters: CallFilters | None = None, *, cursor: str | None = None
) -> Removed:
    """Delete the next calls that the filters mean, the newest first, at most `AT_ONCE`."""
    ctx.require("endpoints:write")
    endpoint = get_endpoint(ctx, endpoint_id)
    below = position_of(endpoint.id, cursor) if cursor else None
    found = find_calls(ctx.session, endpoint.id, filters or CallFilters(), below=below, limit=AT_ONCE)
    forget_calls(ctx.session, endpoint.id, found.ids)
    return Removed(len(found.ids), cursor_after(endpoint.id, found.end) if found.end is not None else None)


def delete_calls(
    yard: Yard, actor: Actor, endpoint_id: str, filters: CallFilters | None = None, *, cursor: str | None = None
) -> Removed:
    """Delete the calls that the filters mean, one short transaction after the other, for at most a few seconds."""
    n_deleted, deadline = 0, time.monotonic() + MOST_SECONDS
    while True:
        with yard.context(actor) as ctx:
            some = delete_some_calls(ctx, endpoint_id, filters, cursor=cursor)
        n_deleted, cursor = n_deleted + some.n_deleted, some.next
        if cursor is None or time.monotonic() > deadline:
            return Removed(n_deleted, cursor)


def remove_calls_before(yard: Yard, endpoint_id: str, at: datetime) -> None:
    """Remove the endpoint's calls made before an instant, some at a time."""
    while _remove_some(yard, endpoint_id, first_id("cl", at)) == AT_ONCE:
        pass


def forget_calls(session: Session, endpoint_id: str, call_ids: Sequence[str]) -> None:
    """Delete calls; those not counted in the use yet are counted first."""
    if not call_ids:
        return
    count_before_deletion(session, endpoint_id, call_ids)
    gone = delete(Call).where(Call.id.in_(call_ids))
    session.execute(gone, execution_options={"synchronize_session": False})


def _remove_some(yard: Yard, endpoint_id: str, end: str) -> int:
    chosen = select(Call.id).where(Call.endpoint_id == endpoint_id, Call.id < end).order_by(Call.id).limit(AT_ONCE)
    with yard.sessions.begin() as session:
        call_ids = list(session.scalars(chosen))
        forget_calls(session, endpoint_id, call_ids)
    return len(call_ids)
