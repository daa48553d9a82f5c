"""How many texts have each word, and how often, in memory that is bounded however many texts come."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from modelyard.data.words.tokens import words_of

MAX_WORDS = 200_000
"""Different words kept; the rarest are forgotten when there are more."""


@dataclass
class WordCounts:
    """Counts of words. A count is exact or up to `max_missing` texts too low, which is 0 until words were forgotten."""

    max_words: int = MAX_WORDS
    texts: Counter[str] = field(default_factory=Counter)
    """Texts that have the word."""
    times: Counter[str] = field(default_factory=Counter)
    """How often the word stands in all texts."""
    n_texts: int = 0
    n_words: int = 0
    max_missing: int = 0

    def add(self, texts: Iterable[str | None], *, language: str | None = None) -> None:
        """Count the words of more texts; a missing text counts as none."""
        for text in texts:
            if text is not None:
                self.add_text(text, language=language)

    def add_text(self, text: str, *, language: str | None = None) -> list[str]:
        """Count the words of one more text, and return them."""
        words = words_of(text, language=language)
        self.add_words(words)
        return words

    def add_words(self, words: Sequence[str]) -> None:
        """Count one more text of these words."""
        self.n_texts += 1
        self.n_words += len(words)
        self.times.update(words)
        self.texts.update(set(words))
        if len(self.texts) > self.max_words:
            self._forget()

    def less(self, part: "WordCounts | None") -> "WordCounts":
        """Return the counts of the texts that are not among those of `part`."""
        if part is None:
            return self
        return WordCounts(
            max_words=self.max_words,
            texts=self.texts - part.texts,
            times=self.times - part.times,
            n_texts=max(0, self.n_texts - part.n_texts),
            n_words=max(0, self.n_words - part.n_words),
            max_missing=self.max_missing,
        )

    def without(self, left_out: frozenset[str]) -> dict[str, int]:
        """Return how many texts have each word, of the words not left out."""
        return {word: n for word, n in self.texts.items() if word not in left_out}

    def frequent(self, limit: int, *, left_out: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
        """Return the words that most texts have, with how many; ties in the order of the alphabet."""
        kept = self.without(left_out).items()
        return sorted(kept, key=lambda item: (-item[1], item[0]))[:limit]

    def _forget(self) -> None:
        """Keep the more frequent half.

        A word forgotten at a count of at most c can come again and be forgotten again, so what one count may lack is
        the sum of these c (after lossy counting: Manku and Motwani 2002, VLDB).
        """
        limit = sorted(self.texts.values())[len(self.texts) // 2]
        gone = [word for word, n in self.texts.items() if n <= limit]
        for word in gone:
            del self.texts[word], self.times[word]
        self.max_missing += limit
