"""HTTP of searching a collection."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from modelyard.access.http import current_actor, the_yard
from modelyard.chat.retrieving import verbs
from modelyard.chat.retrieving.schemas import RetrievedOut
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

router = APIRouter(tags=["chat"])


@router.get("/collections/{collection_id}/search")
def search_collection(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    collection_id: str,
    q: Annotated[str, Query(min_length=1, max_length=4_000, description="The question.")],
    k: Annotated[int, Query(ge=1, le=50, description="Most passages.")] = 6,
    document: Annotated[list[str] | None, Query(max_length=100, description="Only these documents (ids).")] = None,
) -> RetrievedOut:
    """Return the passages that a question finds, without an answer made of them."""
    return RetrievedOut.model_validate(verbs.search_collection(yard, actor, collection_id, q, k=k, documents=document))
