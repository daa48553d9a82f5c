"""Who sees which LLMs."""

from typing import Any

from sqlalchemy import Select, select

from modelyard.kernel.context import Context
from modelyard.llm.tables import Llm


def visible_llms(ctx: Context) -> Select[Any]:
    """Return the LLMs that the actor may use: their own."""
    return select(Llm).where(Llm.owner_id == ctx.actor.id)
