"""Whose endpoints an actor sees: the only owner filter of this room."""

from sqlalchemy import Select, select

from modelyard.endpoints.tables import BrowserKey, Endpoint
from modelyard.kernel.context import Context


def visible_endpoints(ctx: Context) -> Select[Endpoint]:
    """Return the query of all endpoints this actor may see: a key that is bound to one sees that one."""
    mine = select(Endpoint).where(Endpoint.owner_id == ctx.actor.id)
    return mine if ctx.actor.bound_to is None else mine.where(Endpoint.id == ctx.actor.bound_to)


def visible_public_endpoints() -> Select[Endpoint]:
    """Return the query of the endpoints with a public page, whoever asks."""
    return select(Endpoint).where(Endpoint.is_public.is_(True))


def visible_browser_keys(ctx: Context, endpoint_id: str) -> Select[BrowserKey]:
    """Return the query of the browser keys of one endpoint that this actor may see."""
    mine = visible_endpoints(ctx).where(Endpoint.id == endpoint_id).with_only_columns(Endpoint.id)
    return select(BrowserKey).where(BrowserKey.endpoint_id.in_(mine))
