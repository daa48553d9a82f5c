"""HTTP of the endpoints room."""

from typing import Annotated, cast

from fastapi import APIRouter, Query

from modelyard.access.http import Ctx
from modelyard.endpoints import browser_key_routes, description_routes, history_routes, key_routes, verbs
from modelyard.endpoints.schemas import EndpointChange, EndpointOut, EndpointPage

router = APIRouter(prefix="/endpoints", tags=["endpoints"])
router.include_router(history_routes.router)
router.include_router(key_routes.router)
router.include_router(browser_key_routes.router)
router.include_router(description_routes.router)

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]


@router.get("")
def list_endpoints(ctx: Ctx, limit: Limit = 50, cursor: Cursor = None) -> EndpointPage:
    """List endpoints, newest first."""
    rows = verbs.list_endpoints(ctx, limit=limit + 1, cursor=cursor)
    items = [EndpointOut.of(row, yard_url=ctx.settings.public_url) for row in rows[:limit]]
    return EndpointPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.get("/{endpoint_id}")
def get_endpoint(ctx: Ctx, endpoint_id: str) -> EndpointOut:
    """Return one endpoint with the signature of what it serves."""
    return EndpointOut.of(verbs.get_endpoint(ctx, endpoint_id), yard_url=ctx.settings.public_url)


@router.patch("/{endpoint_id}")
def change_endpoint(ctx: Ctx, endpoint_id: str, body: EndpointChange) -> EndpointOut:
    """Change the endpoint's name, when its answers are not sure, its public page, or how long its calls are kept."""
    changes = cast(verbs.EndpointChanges, body.model_dump(exclude_unset=True))
    return EndpointOut.of(verbs.change_endpoint(ctx, endpoint_id, **changes), yard_url=ctx.settings.public_url)
