"""Whose models an actor sees: the only owner filters of this room."""

from sqlalchemy import Select, select

from modelyard.kernel.context import Context
from modelyard.models.tables import Lineage, Model


def visible_models(ctx: Context) -> Select[Model]:
    """Return the query of all models this actor may see."""
    return select(Model).where(Model.owner_id == ctx.actor.id)


def visible_lineages(ctx: Context) -> Select[Lineage]:
    """Return the query of all lineages this actor may see."""
    return select(Lineage).where(Lineage.owner_id == ctx.actor.id)
