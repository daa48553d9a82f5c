"""Who sees which audits and bundles."""

from sqlalchemy import Select, select

from modelyard.deploy.tables import Audit, Bundle
from modelyard.kernel.context import Context


def visible_audits(ctx: Context) -> Select[Audit]:
    """Return the audits of the actor."""
    return select(Audit).where(Audit.owner_id == ctx.actor.id)


def visible_bundles(ctx: Context) -> Select[Bundle]:
    """Return the bundles of the actor."""
    return select(Bundle).where(Bundle.owner_id == ctx.actor.id)
