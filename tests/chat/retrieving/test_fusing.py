"""Two rankings into one."""

import pytest

from modelyard.chat.index import Hit
from modelyard.chat.retrieving.fusing import ACROSS, OUTSIDE, TOGETHER, WORDS_ONLY, Weights, fused, weights_for

MANY = frozenset({"en", "vi", "de"})


def hits(*ids: int) -> list[Hit]:
    return [Hit(each, 1.0 / place) for place, each in enumerate(ids, 1)]


@pytest.mark.parametrize(
    ("question", "documents", "embedder", "weights"),
    [
        ("en", ["en"], MANY, TOGETHER),
        (None, ["en"], MANY, TOGETHER),
        ("en", ["en", "de"], MANY, TOGETHER),
        ("vi", ["en"], MANY, ACROSS),
        ("vi", ["vi"], {"en"}, OUTSIDE),
        (None, ["vi"], {"en"}, OUTSIDE),
        ("vi", ["en"], {"en"}, OUTSIDE),
        ("en", ["en", "vi"], {"en"}, OUTSIDE),
        ("en", ["en"], None, TOGETHER),
        ("vi", ["vi"], None, OUTSIDE),
        (None, [], None, OUTSIDE),
        (None, [], MANY, TOGETHER),
    ],
)
def test_meaning_counts_as_far_as_the_embedder_knows_the_languages(
    question: str | None, documents: list[str], embedder: frozenset[str] | None, weights: Weights
) -> None:
    assert weights_for(question, documents, embedder) == weights


def test_what_both_find_comes_first() -> None:
    found = fused(hits(1, 2, 3), hits(3, 4), TOGETHER)
    assert [each.chunk_id for each in found] == [3, 1, 2, 4]
    assert (found[0].words_rank, found[0].meaning_rank) == (3, 1)
    assert (found[1].words_rank, found[1].meaning_rank) == (1, None)
    assert fused(hits(7), hits(7), TOGETHER)[0].score == pytest.approx(1.0)
    assert fused([], [], TOGETHER) == []


def test_outside_of_its_languages_meaning_only_fills_up() -> None:
    words, meaning = hits(*range(1, 51)), hits(99, 50, 49, *range(200, 240))
    order = [each.chunk_id for each in fused(words, meaning, OUTSIDE)]
    assert order[:40] == list(range(1, 41))
    assert set(order) > set(range(1, 51))
    assert [each.chunk_id for each in fused([], meaning, OUTSIDE)][:2] == [99, 50]
    assert [each.chunk_id for each in fused(words, meaning, WORDS_ONLY)] == list(range(1, 51))
