"""How strongly what was found speaks for the collection knowing the answer."""

import math
from collections.abc import Sequence
from statistics import fmean

from modelyard.chat.index import Hit, Shelf
from modelyard.chat.lexicon.asking import AskedWord, asked_words
from modelyard.chat.lexicon.scoring import Corpus, Words
from modelyard.chat.lexicon.searching import corpus_of, words_of_chunks
from modelyard.chat.passages import Evidence
from modelyard.chat.retrieving.fusing import Weights
from modelyard.chat.retrieving.measures import without_measures

SUPPOSED_OTHERS = 100
"""Chunks that are supposed beside those of the collection when words are weighed as evidence.

Among three chunks a word that one of them holds is common, and a word that none holds is nearly all that was asked: on
XQuAD in collections of one paragraph the best chunk then has 0.33 of what is possible where 0.49 is usual, and a
quarter of the questions it answers are left. With 100 supposed ones it is 0.47 in collections of any size.
"""
FAR_BELOW = {"builtin": 0.78}
"""By kind of embedder the cosine below which the best of four chunks is about something else."""
FAR_RISE = 0.005
"""What each doubling of the chunks adds: of more texts about something else the best one comes nearer."""


def evidence_of(
    shelf: Shelf,
    question: str,
    language: str | None,
    *,
    by_words: Sequence[Hit],
    by_meaning: Sequence[Hit],
    weights: Weights,
    embedder: str | None,
    chunk_ids: Sequence[int],
) -> Evidence:
    """Return the features of abstention: of both rankings, and of the chunks that the passages are made of.

    `embedder` is the kind of provider of the vectors.
    """
    asked = [word for word in asked_words(without_measures(question), language, shelf.languages) if word.tells]
    counted = corpus_of(shelf.session, shelf.collection_id, asked)
    corpus = counted.among(SUPPOSED_OTHERS)
    chunks = words_of_chunks(shelf.session, shelf.collection_id, chunk_ids)
    cosines = [hit.score for hit in by_meaning] if weights.trusts_meaning else []
    return Evidence(
        words_score=_words_score(corpus, chunks, asked) if by_words and asked else None,
        words_covered=corpus.covered(chunks, asked),
        meaning_score=cosines[0] if cosines else None,
        meaning_margin=cosines[0] - fmean(cosines[1:]) if len(cosines) > 1 else None,
        n_chunks=counted.n_chunks,
        meaning_is_far=_is_far(cosines[0], embedder, counted.n_chunks) if cosines else None,
    )


def _is_far(cosine: float, embedder: str | None, n_chunks: int) -> bool | None:
    usual = FAR_BELOW.get(embedder or "")
    return None if usual is None else cosine < usual + FAR_RISE * math.log2(max(n_chunks, 1) / 4)


def _words_score(corpus: Corpus, chunks: Sequence[Words], asked: Sequence[AskedWord]) -> float:
    best = corpus.best_possible(asked)
    return max(corpus.scores(chunks, asked), default=0.0) / best if best else 0.0
