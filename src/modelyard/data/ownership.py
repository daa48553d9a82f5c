"""Whose datasets an actor sees: the only owner filter of this room."""

from sqlalchemy import Select, select

from modelyard.data.tables import Dataset
from modelyard.kernel.context import Context


def visible_datasets(ctx: Context) -> Select[Dataset]:
    """Return the query of all datasets this actor may see."""
    return select(Dataset).where(Dataset.owner_id == ctx.actor.id)
