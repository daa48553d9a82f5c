"""What was found for a question, by whatever retriever."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["lexical", "dense", "hybrid", "reranked"]
"""By words, by meaning, by both, or by both and put in order by the collection's ranker."""


@dataclass(frozen=True)
class FoundPassage:
    """A stretch of a document that was found for a question."""

    text: str
    title: str
    document: str
    """Key of the document, the same when the collection is synced again."""
    url: str | None = None
    headings: tuple[str, ...] = ()
    score: float = 0.0
    """0-1, the best possible is 1."""
