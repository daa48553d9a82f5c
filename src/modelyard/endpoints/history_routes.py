"""HTTP of the history of calls and of the use of endpoints."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.endpoints import history, history_removal, usage
from modelyard.endpoints.call_filters import CallFilters
from modelyard.endpoints.history_schemas import CallPage, PastCallOut, RemovedOut, UsageOut
from modelyard.endpoints.tables import CallStatus, StepLength
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

router = APIRouter()

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]


def asked_calls(
    search: Annotated[str | None, Query(max_length=500, description="Text in any input, in any case.")] = None,
    class_name: Annotated[str | None, Query(alias="class", max_length=10_000)] = None,
    min_confidence: Annotated[float | None, Query(description="From 0 to 1, of what was predicted.")] = None,
    max_confidence: float | None = None,
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    status: CallStatus | None = None,
    since: Annotated[datetime | None, Query(description="With its time zone; included.")] = None,
    until: Annotated[datetime | None, Query(description="With its time zone; not included.")] = None,
) -> CallFilters:
    """Return the filters that an address states."""
    return CallFilters(search, class_name, min_confidence, max_confidence, version, status, since, until)


Filters = Annotated[CallFilters, Depends(asked_calls)]


@router.get("/{endpoint_id}/calls")
def list_calls(ctx: Ctx, endpoint_id: str, filters: Filters, limit: Limit = 50, cursor: Cursor = None) -> CallPage:
    """List the endpoint's calls, newest first, those that failed too.

    A call of many rows is found by any of its rows. A search may end before the page is full: `searched_until`.
    """
    page = history.page_of_calls(ctx, endpoint_id, filters, limit=limit, cursor=cursor)
    items = [PastCallOut.model_validate(call) for call in page.calls]
    return CallPage(items=items, next=page.next, searched_until=page.searched_until)


@router.delete("/{endpoint_id}/calls")
def delete_calls(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    endpoint_id: str,
    filters: Filters,
    cursor: Cursor = None,
) -> RemovedOut:
    """Delete the calls that the filters mean; all of them without filters. Their use stays counted.

    Takes a few seconds at most: with very many calls, go on with `next` as the cursor.
    """
    removed = history_removal.delete_calls(yard, actor, endpoint_id, filters, cursor=cursor)
    return RemovedOut.model_validate(removed)


@router.get("/{endpoint_id}/calls/{call_id}")
def get_call(ctx: Ctx, endpoint_id: str, call_id: str) -> PastCallOut:
    """Return one call with all its rows."""
    return PastCallOut.model_validate(history.get_call(ctx, endpoint_id, call_id))


@router.delete("/{endpoint_id}/calls/{call_id}", status_code=204, response_class=Response)
def delete_call(ctx: Ctx, endpoint_id: str, call_id: str) -> None:
    """Delete one call; it stays counted in the use."""
    history_removal.delete_call(ctx, endpoint_id, call_id)


@router.get("/{endpoint_id}/usage")
def get_usage(
    ctx: Ctx,
    endpoint_id: str,
    since: datetime | None = None,
    until: datetime | None = None,
    step: StepLength = "day",
) -> UsageOut:
    """Return calls, rows, errors, latencies and classes over time, in the hours or days (UTC) that the times touch.

    Without times: the last 24 hours, or 30 days. Deleted calls stay counted.
    """
    return UsageOut.of(usage.usage_of(ctx, endpoint_id, since=since, until=until, step=step))
