"""HTTP of the llm room."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.llm import verbs
from modelyard.llm.checking import check_llm
from modelyard.llm.schemas import LlmBudgetIn, LlmBudgetOut, LlmChange, LlmCheckOut, LlmIn, LlmOut, LlmPage

router = APIRouter(prefix="/llms", tags=["llms"])

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]
Month = Annotated[str | None, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="Such as 2026-11; default: this.")]


@router.get("")
def list_llms(ctx: Ctx, limit: Limit = 50, cursor: Cursor = None) -> LlmPage:
    """List LLMs and embedders, newest first."""
    rows = verbs.list_llms(ctx, limit=limit + 1, cursor=cursor)
    items = [LlmOut.of(row) for row in rows[:limit]]
    return LlmPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.post("", status_code=201)
def create_llm(ctx: Ctx, body: LlmIn) -> LlmOut:
    """Add an LLM or embedder: a provider with its parameters, and a key where it needs one."""
    secret = body.secret.get_secret_value() if body.secret else None
    return LlmOut.of(verbs.create_llm(ctx, body.name, body.provider, secret=secret))


@router.get("/budget")
def get_llm_budget(ctx: Ctx, month: Month = None) -> LlmBudgetOut:
    """Return what may be spent on LLMs in a month, and what is."""
    return LlmBudgetOut.of(verbs.get_budget(ctx, month))


@router.put("/budget")
def set_llm_budget(ctx: Ctx, body: LlmBudgetIn) -> LlmBudgetOut:
    """Say what may be spent on LLMs in each calendar month; requests beyond it are refused."""
    return LlmBudgetOut.of(verbs.set_budget(ctx, body.usd_per_month))


@router.get("/{llm_id}")
def get_llm(ctx: Ctx, llm_id: str) -> LlmOut:
    """Return one LLM; never its key."""
    return LlmOut.of(verbs.get_llm(ctx, llm_id))


@router.patch("/{llm_id}")
def change_llm(ctx: Ctx, llm_id: str, body: LlmChange) -> LlmOut:
    """Change the LLM's name, its provider or its key."""
    changes = body.model_dump(exclude_unset=True)
    if "secret" in changes:
        changes["secret"] = body.secret.get_secret_value() if body.secret else None
    return LlmOut.of(verbs.change_llm(ctx, llm_id, **cast(verbs.LlmChanges, changes)))


@router.delete("/{llm_id}", status_code=204)
def delete_llm(ctx: Ctx, llm_id: str) -> None:
    """Remove an LLM and its key; collections that used it go on without one."""
    verbs.delete_llm(ctx, llm_id)


@router.post("/{llm_id}/check")
def check(
    yard: Annotated[Yard, Depends(the_yard)], actor: Annotated[Actor, Depends(current_actor)], llm_id: str
) -> LlmCheckOut:
    """Try the LLM with one short request; `is_ok` says what came of it, and it is kept with the LLM."""
    return LlmCheckOut.of(check_llm(yard, actor, llm_id))
