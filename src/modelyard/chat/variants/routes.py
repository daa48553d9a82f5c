"""HTTP of page variants."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from fastapi.concurrency import run_in_threadpool

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.chat.variants.making import Making
from modelyard.chat.variants.schemas import STREAM, VariantOfferOut
from modelyard.chat.variants.verbs import Plan, offer, plan_variant
from modelyard.chat.variants.wishes import Explain, PageWish, Translate
from modelyard.endpoints.event_stream import EventStream
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/documents/{document_id}", tags=["chat"])


@router.get("/variants")
def get_variant_offer(ctx: Ctx, document_id: str) -> VariantOfferOut:
    """Return what can be wished of a page, what is made already, and why nothing can be made."""
    return VariantOfferOut.of(offer(ctx, document_id))


@router.post("/variants", response_class=EventStream, responses=STREAM)
async def make_variant(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    document_id: str,
    body: Annotated[PageWish, Body()],
) -> EventStream:
    """Explain the page for a level, or translate it: streamed block by block beside its source, code untouched.

    What is made is kept: the same wish again costs nothing. Two who wish the same at once wait for one.
    """
    plan = await run_in_threadpool(_plan, yard, actor, document_id, body)
    return EventStream(Making(yard, actor, plan).events())


def _plan(yard: Yard, actor: Actor, document_id: str, wish: Explain | Translate) -> Plan:
    with yard.context(actor, writes=False) as ctx:
        return plan_variant(ctx, document_id, wish)
