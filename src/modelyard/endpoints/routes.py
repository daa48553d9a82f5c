"""HTTP of the endpoints room."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.endpoints import verbs
from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.schemas import CallIn, CallOut, CallPage, EndpointOut, EndpointPage, PastCallOut
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/endpoints", tags=["endpoints"])

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]


@router.get("")
def list_endpoints(ctx: Ctx, limit: Limit = 50, cursor: Cursor = None) -> EndpointPage:
    """List endpoints, newest first."""
    rows = verbs.list_endpoints(ctx, limit=limit + 1, cursor=cursor)
    items = [EndpointOut.of(row) for row in rows[:limit]]
    return EndpointPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.get("/{endpoint_id}")
def get_endpoint(ctx: Ctx, endpoint_id: str) -> EndpointOut:
    """Return one endpoint with the signature of what it serves."""
    return EndpointOut.of(verbs.get_endpoint(ctx, endpoint_id))


@router.post("/{endpoint_id}/calls")
def call(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    endpoint_id: str,
    body: CallIn,
) -> CallOut:
    """Call the endpoint: one answer per input, in order.

    `version` asks a version of the model that need not be the promoted one; the answer says which version it is from.
    A column that is missing, unknown or of the wrong type is answered 422 with its path, `["inputs", i, column]`.
    """
    return CallOut.of(call_endpoint(yard, actor, endpoint_id, body.inputs, version=body.version))


@router.get("/{endpoint_id}/calls")
def list_calls(ctx: Ctx, endpoint_id: str, limit: Limit = 50, cursor: Cursor = None) -> CallPage:
    """List the endpoint's calls, newest first."""
    rows = verbs.list_calls(ctx, endpoint_id, limit=limit + 1, cursor=cursor)
    items = [PastCallOut.model_validate(row) for row in rows[:limit]]
    return CallPage(items=items, next=items[-1].id if len(rows) > limit else None)
