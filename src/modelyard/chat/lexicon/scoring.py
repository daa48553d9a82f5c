"""How well the words of a chunk fit those of a question: BM25 with title and headings counted more.

Robertson and Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond; headings are added to the counts
before saturation, as in BM25F.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelyard.chat.lexicon.asking import AskedWord

SATURATION = 0.9
"""k1: how soon another occurrence of a word adds no more (0.9 and 0.4 as in Anserini; XQuAD agrees)."""
LENGTH = 0.4
"""b: how much a long chunk is held against it."""
HEAD_WEIGHT = 2.0
"""What a word of title or headings counts beside being in the body's text."""
BARE_WEIGHT = 0.5
"""What a word counts that differs from the asked one by its accents."""


@dataclass(frozen=True)
class Words:
    """The words of one chunk."""

    chunk_id: int
    head: Sequence[str]
    body: Sequence[str]
    bare: Sequence[str]

    def n_times(self, asked: AskedWord) -> float:
        """Return how often the chunk has the word, weighted by where."""
        n = 0.0
        for form in asked.forms:
            n += self.body.count(form) + (HEAD_WEIGHT * self.head.count(form) if self.head else 0)
        return n + BARE_WEIGHT * self.bare.count(asked.bare) if asked.bare and self.bare else n


@dataclass(frozen=True)
class Corpus:
    """What a collection's chunks are like: how many, how long, and how many hold each asked word."""

    n_chunks: int
    mean_length: float
    counts: Mapping[str, int]

    def n_holding(self, asked: AskedWord) -> int:
        """Return how many chunks hold the word (at least; the forms are not counted together)."""
        return max(self.counts.get(form, 0) for form in {*asked.forms, *filter(None, [asked.bare])})

    def rarity(self, asked: AskedWord) -> float:
        """Return the word's weight: the fewer chunks hold it, the more it tells."""
        n = min(self.n_holding(asked), self.n_chunks)
        return math.log(1 + (self.n_chunks - n + 0.5) / (n + 0.5))

    def among(self, n_others: int) -> "Corpus":
        """Return it as if so many chunks stood beside it that hold none of the words."""
        return replace(self, n_chunks=self.n_chunks + n_others)

    def best_possible(self, asked: Sequence[AskedWord]) -> float:
        """Return what no chunk's score can exceed."""
        return sum(self.rarity(word) for word in asked) * (SATURATION + 1)

    def scores(self, chunks: Sequence[Words], asked: Sequence[AskedWord]) -> list[float]:
        """Return each chunk's BM25."""
        weighed = [(word, self.rarity(word) * (SATURATION + 1)) for word in asked]
        found = []
        for chunk in chunks:
            half_at = self.half_at(len(chunk.head) + len(chunk.body))
            counted = [(weight, n) for word, weight in weighed if (n := chunk.n_times(word))]
            found.append(float(sum(weight * n / (n + half_at) for weight, n in counted)))
        return found

    def half_at(self, length: Any) -> Any:
        """Return how many occurrences give half of what a word can add; of a number, or of a column of numbers."""
        return SATURATION * (1 - LENGTH) + SATURATION * LENGTH / (self.mean_length or 1.0) * length

    def covered(self, chunks: Collection[Words], asked: Sequence[AskedWord]) -> float:
        """Return the share of the asked words, weighted by rarity, that the chunks hold together, 0–1."""
        total = sum(self.rarity(word) for word in asked)
        held = sum(self.rarity(word) for word in asked if any(chunk.n_times(word) for chunk in chunks))
        return held / total if total else 0.0
