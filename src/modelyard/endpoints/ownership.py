"""Whose endpoints an actor sees: the only owner filter of this room."""

from sqlalchemy import Select, select

from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.context import Context


def visible_endpoints(ctx: Context) -> Select[Endpoint]:
    """Return the query of all endpoints this actor may see."""
    return select(Endpoint).where(Endpoint.owner_id == ctx.actor.id)
