"""BM25 as textbooks have it (k1 = 1.5, b = 0.75, words as they stand): what ours is held against."""

import math
import re
from collections import Counter
from collections.abc import Sequence


class BareBm25:
    """BM25 over texts in memory, without stems, function words or headings."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.counts = [Counter(re.findall(r"\w+", text.lower())) for text in texts]
        self.lengths = [sum(counted.values()) for counted in self.counts]
        self.mean = sum(self.lengths) / len(texts)
        holding = Counter(word for counted in self.counts for word in counted)
        self.idf = {word: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for word, n in holding.items()}

    def best(self, question: str, k: int) -> list[int]:
        """Return the places of the best texts."""
        words = [word for word in re.findall(r"\w+", question.lower()) if word in self.idf]
        scores = [sum(self._weight(place, word) for word in words) for place in range(len(self.counts))]
        return sorted(range(len(scores)), key=lambda place: -scores[place])[:k]

    def _weight(self, place: int, word: str) -> float:
        n = self.counts[place][word]
        return self.idf[word] * n * 2.5 / (n + 1.5 * (0.25 + 0.75 * self.lengths[place] / self.mean))
