"""What strategies share that look for passages in a collection."""

from typing import Any

from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Desk, Strategy
from modelyard.kernel.kinds import Parameter
from modelyard.llm.found import FoundPassage, Method


class OverCollection(Strategy):
    """Base of the strategies that look for passages in a collection."""

    collection: str = Parameter(
        min_length=1, max_length=64, widget="collection", description="Id of the collection that is searched."
    )
    method: Method = Parameter(
        "hybrid",
        description="How passages are found: by words (lexical), by meaning (dense), by both (hybrid), or by both and "
        "put in order by the collection's ranker (reranked).",
    )
    k: int = Parameter(5, ge=1, le=50, description="How many passages the LLM reads.")

    @property
    def retriever(self) -> dict[str, Any]:
        """Return the collection, as a retriever."""
        return retriever_of(self.collection, self.method)

    async def passages(self, sample: Sample, desk: Desk) -> tuple[FoundPassage, ...]:
        """Return the passages found for a sample's question."""
        return await desk.find(self.retriever, sample.question, k=self.k)


def retriever_of(collection: str, method: Method) -> dict[str, Any]:
    """Return the retriever's document."""
    return {"kind": "collection", "collection": collection, "method": method}
