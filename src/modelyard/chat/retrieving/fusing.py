"""Two rankings into one: reciprocal ranks, weighted by how far the embedder is to be trusted with the languages.

Cormack, Clarke and Büttcher 2009, Reciprocal Rank Fusion. With equal weights an embedder that does not know Vietnamese
takes its MRR from 0.94 to 0.69 (measured): outside of its languages the words lead.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from modelyard.chat.index import Hit

SMOOTHING = 60
"""k of the formula: how much more a first place is worth than a second."""


@dataclass(frozen=True)
class Weights:
    """What a place in the ranking by words and in the one by meaning is worth."""

    words: float
    meaning: float

    @property
    def trusts_meaning(self) -> bool:
        """Whether cosines say anything in these languages."""
        return self.meaning > OUTSIDE.meaning


WORDS_ONLY = Weights(1.0, 0.0)
OUTSIDE = Weights(1.0, 0.01)
"""The embedder does not know a language: what it finds comes after what has the words, and fills up."""
TOGETHER = Weights(1.0, 1.0)
ACROSS = Weights(0.1, 1.0)
"""The question is in another language than the documents: the words that agree are names, or agree by chance."""
SUPPOSED = frozenset({"en"})
"""Languages of an embedder that does not say which it knows."""


@dataclass(frozen=True)
class Fused:
    """A chunk with its places in both rankings, from 1; `score` is 1 for the first of both."""

    chunk_id: int
    score: float
    words_rank: int | None
    meaning_rank: int | None


def weights_for(question: str | None, documents: Sequence[str], embedder: Collection[str] | None) -> Weights:
    """Return the weights for the language of a question, those of the documents and those that the embedder knows.

    None: of the question, it is too short to tell; of the embedder, it does not say.
    """
    known = SUPPOSED if embedder is None else embedder
    if any(language not in known for language in {*filter(None, [question]), *documents}):
        return OUTSIDE
    if embedder is None and not question and not documents:
        return OUTSIDE
    return ACROSS if question and documents and question not in documents else TOGETHER


def fused(by_words: Sequence[Hit], by_meaning: Sequence[Hit], weights: Weights) -> list[Fused]:
    """Return the chunks of both rankings, best first."""
    words = {hit.chunk_id: rank for rank, hit in enumerate(by_words, 1)}
    meaning = {hit.chunk_id: rank for rank, hit in enumerate(by_meaning, 1)} if weights.meaning else {}
    best = (weights.words + weights.meaning) / (SMOOTHING + 1)
    found = []
    for chunk_id in {**words, **meaning}:
        ranks = (words.get(chunk_id), meaning.get(chunk_id))
        score = sum(w / (SMOOTHING + r) for w, r in zip((weights.words, weights.meaning), ranks, strict=True) if r)
        found.append(Fused(chunk_id, score / best, *ranks))
    return sorted(found, key=lambda each: (-each.score, each.words_rank or len(found), each.chunk_id))
