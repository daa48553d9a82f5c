"""Counts of words are of texts and of times, and stay bounded with a known error."""

import random

from modelyard.data.words.counts import WordCounts


def test_texts_and_times() -> None:
    counts = WordCounts()
    counts.add(["good good case", "good price", None])
    assert counts.frequent(2) == [("good", 2), ("case", 1)]
    assert counts.times["good"] == 3
    assert (counts.n_texts, counts.n_words, counts.max_missing) == (2, 5, 0)


def test_the_error_of_forgetting_is_known() -> None:
    generator = random.Random(3)
    texts = [" ".join(f"w{int(generator.paretovariate(0.6))}" for _ in range(5)) for _ in range(20_000)]
    exact, bounded = WordCounts(), WordCounts(max_words=500)
    exact.add(texts)
    bounded.add(texts)
    assert len(exact.texts) > 2000
    assert len(bounded.texts) <= 500
    assert 0 < bounded.max_missing < bounded.n_texts / 100
    for word, n in exact.texts.items():
        assert n - bounded.max_missing <= bounded.texts[word] <= n
    assert [word for word, _ in bounded.frequent(20)] == [word for word, _ in exact.frequent(20)]
