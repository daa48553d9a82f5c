"""Who sees which LLMs, and whose money they spend."""

from typing import Any

from sqlalchemy import Select, select

from modelyard.kernel.context import Context
from modelyard.llm.tables import Llm, LlmSpending


def visible_llms(ctx: Context, owner_id: str | None = None) -> Select[Any]:
    """Return the LLMs that the actor may use: their own, or those of the owner of what they were let into."""
    return select(Llm).where(Llm.owner_id == (owner_id or ctx.actor.id))


def visible_spending(owner_id: str, month: str) -> Select[Any]:
    """Return what LLMs took in an owner's month, a row of LlmSpending each."""
    return select(LlmSpending).where(LlmSpending.owner_id == owner_id, LlmSpending.month == month)
