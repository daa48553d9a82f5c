"""Passages in the order of how well they answer the question, by a ranker that reads both together."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from modelyard.chat.passages import Passage, Retrieved
from modelyard.llm.client import Client
from modelyard.llm.errors import BudgetReached, LlmRefusedKey, LlmRefusedRequest, LlmTooLong, LlmUnavailable

log = structlog.get_logger()
N_RANKED = 24
"""Passages that a ranker reads."""
MAX_CHARACTERS = 4_000
"""Of a passage, what it reads: rankers cut longer ones anyway."""
_NO_ORDER = (LlmUnavailable, LlmRefusedKey, LlmRefusedRequest, LlmTooLong, BudgetReached)
_NOT_RANKED = "The ranker did not answer: passages are in the order in which search found them."


def reranked(retrieved: Retrieved, question: str, ranker: Client, *, k: int) -> Retrieved:
    """Return the best `k` passages; as they were found where the ranker does not answer. Goes over the network."""
    if len(retrieved.passages) < 2:
        return retrieved
    try:
        places = [each.place for each in ranker.rank(question, [_read(each) for each in retrieved.passages])]
    except _NO_ORDER as error:
        log.warning("passages not ranked", ranker=ranker.info.name, error=error.message)
        return replace(retrieved, passages=retrieved.passages[:k], notes=(*retrieved.notes, _NOT_RANKED))
    return replace(retrieved, passages=_in_order(retrieved.passages, places)[:k])


def _in_order(passages: Sequence[Passage], places: Sequence[int]) -> tuple[Passage, ...]:
    return tuple(passages[place] for place in places)


def _read(passage: Passage) -> str:
    return "\n".join((" › ".join((passage.title, *passage.headings)), passage.text))[:MAX_CHARACTERS]
