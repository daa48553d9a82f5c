"""Who sees which collections."""

from sqlalchemy import Select, select

from modelyard.chat.tables import Collection
from modelyard.kernel.context import Context


def visible_collections(ctx: Context) -> Select[Collection]:
    """Return the collections of the actor; a key that is bound to an endpoint sees that endpoint's."""
    mine = select(Collection).where(Collection.owner_id == ctx.actor.id)
    return mine if ctx.actor.bound_to is None else mine.where(Collection.endpoint_id == ctx.actor.bound_to)
