"""Scores, and the counts that they rest on."""

import math
from collections import Counter

import pytest
from sqlalchemy import select

from modelyard.chat.index import IndexedChunk
from modelyard.chat.indexes.embedded import EmbeddedIndex
from modelyard.chat.lexicon import searching
from modelyard.chat.lexicon.asking import AskedWord, asked_words
from modelyard.chat.lexicon.candidates import rarest
from modelyard.chat.lexicon.keeping import EVERY_CHUNK
from modelyard.chat.lexicon.scoring import Corpus, Words
from modelyard.chat.lexicon.tables import ChunkWords, WordCount
from modelyard.chat.retrieving.shelves import shelf_of
from modelyard.kernel.context import Context
from tests.chat.indexes.shelves import new_collection, put

INDEX = EmbeddedIndex()


def test_the_score_is_bm25() -> None:
    corpus = Corpus(n_chunks=10, mean_length=4.0, counts={"port": 2, "server": 10})
    port, server, zebra = (AskedWord((word,), None) for word in ("port", "server", "zebra"))
    chunk = Words(1, head=[], body=["port", "port", "server", "x", "y", "z"], bare=[])
    weight = math.log(1 + (10 - 2 + 0.5) / (2 + 0.5))
    expected = weight * 2 * 1.9 / (2 + 0.9 * (1 - 0.4 + 0.4 * 6 / 4))
    assert corpus.scores([chunk, chunk], [port]) == [pytest.approx(expected)] * 2
    assert corpus.scores([chunk], [port, server, zebra])[0] > expected
    assert corpus.rarity(zebra) > corpus.rarity(port) > corpus.rarity(server) > 0
    assert corpus.scores([chunk], [zebra]) == [0.0]
    assert corpus.scores([chunk], [port, server])[0] < corpus.best_possible([port, server])


def test_what_is_covered_is_weighed_by_rarity() -> None:
    corpus = Corpus(n_chunks=100, mean_length=3.0, counts={"port": 1, "server": 90})
    asked = [AskedWord((word,), None) for word in ("port", "server")]
    chunks = [Words(1, [], ["server"], []), Words(2, [], ["x"], [])]
    assert corpus.covered(chunks, asked) < 0.05
    assert corpus.covered([*chunks, Words(3, ["port"], [], [])], asked) == 1.0
    assert corpus.covered([], asked) == corpus.covered(chunks, []) == 0.0


@pytest.mark.postgres
def test_counts_are_what_is_there_whatever_came_and_went(ctx: Context) -> None:
    collection = new_collection(ctx, INDEX)
    shelf = shelf_of(ctx.session, ctx.settings, collection)
    document, ids = put(ctx, INDEX, collection, ["Được a port.", "A port, a port.", "Zebras graze.", ""], title="Ports")
    put(ctx, INDEX, collection, ["Nothing like it."])
    INDEX.put(shelf, [IndexedChunk(ids[1], document.id, "Nothing now: zebras, zebra.", "en", None)])
    INDEX.put(shelf, [IndexedChunk(ids[1], document.id, "Zebra!", "en", None)])
    INDEX.remove(shelf, [ids[0]])
    kept = ctx.session.execute(select(WordCount.word, WordCount.n_chunks, WordCount.n_words)).all()
    n_chunks: Counter[str] = Counter()
    n_words: Counter[str] = Counter()
    for row in ctx.session.scalars(select(ChunkWords)):
        words = f"{row.head} {row.body}".split()
        n_chunks.update({*words, *row.bare.split(), EVERY_CHUNK})
        n_words.update([*words, *[EVERY_CHUNK] * len(words)])
    assert {row.word: (row.n_chunks, row.n_words) for row in kept} == {w: (n_chunks[w], n_words[w]) for w in n_chunks}
    INDEX.drop(shelf)
    assert ctx.session.scalars(select(WordCount)).all() == ctx.session.scalars(select(ChunkWords)).all() == []


def test_the_rarest_words_choose_the_candidates() -> None:
    weights = [("the", 0.1, 900), ("port", 3.0, 10), ("server", 2.0, 80)]
    assert list(rarest(weights, 1000)) == ["port", "server", "the"]
    assert list(rarest(weights, 100)) == ["port", "server"]
    assert list(rarest(weights[:1], 100)) == ["the"]


@pytest.mark.postgres
def test_candidates_lose_nothing_of_the_best(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scored are only the likeliest chunks; the best of all chunks must be among them."""
    collection = new_collection(ctx, INDEX)
    texts = [f"common {'port ' * (n % 5)} {'server ' * (n % 3)} filler{n} {'word ' * (n % 7)}" for n in range(120)]
    put(ctx, INDEX, collection, texts)
    shelf = shelf_of(ctx.session, ctx.settings, collection)
    asked = asked_words("common port server", "en", ["en"])
    corpus = searching.corpus_of(ctx.session, collection.id, asked)
    rows = searching.words_of_chunks(ctx.session, collection.id, ctx.session.scalars(select(ChunkWords.chunk_id)))
    scores = dict(zip((row.chunk_id for row in rows), corpus.scores(rows, asked), strict=True))
    best = sorted(rows, key=lambda row: (-scores[row.chunk_id], row.chunk_id))
    monkeypatch.setattr(searching, "MOST_LOOKED_AT", 100)  # `common` is in all: it scores, but chooses none
    found = INDEX.by_words(shelf, "common port server", k=5, language="en")
    assert [hit.chunk_id for hit in found] == [row.chunk_id for row in best[:5]]
    assert found[0].score == pytest.approx(scores[best[0].chunk_id] / corpus.best_possible(asked))
