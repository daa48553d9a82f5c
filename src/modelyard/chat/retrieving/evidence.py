"""How strongly what was found speaks for the collection knowing the answer."""

from collections.abc import Sequence
from statistics import fmean

from modelyard.chat.index import Hit, Shelf
from modelyard.chat.lexicon.asking import asked_words
from modelyard.chat.lexicon.searching import corpus_of, words_of_chunks
from modelyard.chat.passages import Evidence
from modelyard.chat.retrieving.fusing import Weights


def evidence_of(
    shelf: Shelf,
    question: str,
    language: str | None,
    *,
    by_words: Sequence[Hit],
    by_meaning: Sequence[Hit],
    weights: Weights,
    chunk_ids: Sequence[int],
) -> Evidence:
    """Return the features of abstention: of both rankings, and of the chunks that the passages are made of."""
    asked = [word for word in asked_words(question, language, shelf.languages) if word.tells]
    corpus = corpus_of(shelf.session, shelf.collection_id, asked)
    chunks = words_of_chunks(shelf.session, shelf.collection_id, chunk_ids)
    cosines = [hit.score for hit in by_meaning] if weights.trusts_meaning else []
    return Evidence(
        words_score=by_words[0].score if by_words and asked else None,
        words_covered=corpus.covered(chunks, asked),
        meaning_score=cosines[0] if cosines else None,
        meaning_margin=cosines[0] - fmean(cosines[1:]) if len(cosines) > 1 else None,
    )
