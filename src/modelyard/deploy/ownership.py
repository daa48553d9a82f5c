"""Who sees which audits."""

from sqlalchemy import Select, select

from modelyard.deploy.tables import Audit
from modelyard.kernel.context import Context


def visible_audits(ctx: Context) -> Select[Audit]:
    """Return the audits of the actor."""
    return select(Audit).where(Audit.owner_id == ctx.actor.id)
