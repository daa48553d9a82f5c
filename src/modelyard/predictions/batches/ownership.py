"""Whose batches an actor sees: the only owner filter of batches, and what it finds."""

from sqlalchemy import Select, select

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import NotFound
from modelyard.predictions.batches.tables import Batch, BatchKey


def visible_batches(ctx: Context) -> Select[Batch]:
    """Return the query of all batches this actor may see: a key of an endpoint sees those that it made there."""
    query = select(Batch).where(Batch.owner_id == ctx.actor.id)
    if ctx.actor.bound_to is None:
        return query
    made = select(BatchKey.batch_id).where(BatchKey.key_id == ctx.actor.key_id)
    return query.where(Batch.endpoint_id == ctx.actor.bound_to, Batch.id.in_(made))


def to_look(ctx: Context) -> Scope:
    """Return the scope that looking at batches needs: a key of an endpoint, which only calls, sees its own."""
    return "endpoints:read" if ctx.actor.bound_to is None else "endpoints:call"


def find_batch(ctx: Context, batch_id: str, *, is_locked: bool = False) -> Batch:
    """Return one batch, locked when it is about to be changed; raise NotFound."""
    query = visible_batches(ctx).where(Batch.id == batch_id)
    batch = ctx.session.scalar(query.with_for_update() if is_locked else query)
    if batch is None:
        raise NotFound(f"There is no batch {batch_id!r}.", hint="It may have been deleted, or kept for its time.")
    return batch
