"""What can be asked of a collection without an answer: which passages a question finds."""

from collections.abc import Sequence

from modelyard.chat.ownership import owned_collection
from modelyard.chat.passages import Retrieved
from modelyard.chat.retrieving.searching import found, prepared
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard


def search_collection(
    yard: Yard, actor: Actor, collection_id: str, question: str, *, k: int = 6, documents: Sequence[str] | None = None
) -> Retrieved:
    """Return the passages that a question finds; raise NotFound.

    The question is embedded between two short transactions and its passages are ranked after them, so that nobody waits
    for a provider with one.
    """
    with yard.context(actor, writes=False) as ctx:
        ctx.require("collections:read")
        asked = prepared(ctx, owned_collection(ctx, collection_id), question)
    vector = asked.vector()
    with yard.context(actor, writes=False) as ctx:
        retrieved = found(ctx, owned_collection(ctx, collection_id), asked, vector, k=k, documents=documents)
    return asked.in_order(retrieved, k=k)
