"""Search by words: candidates from the database's index, scored by BM25 over their collection alone."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.chat.index import Hit, Shelf
from modelyard.chat.lexicon.asking import AskedWord, asked_words
from modelyard.chat.lexicon.candidates import candidates, rarest
from modelyard.chat.lexicon.keeping import EVERY_CHUNK, SOME, parts, shelf_mark
from modelyard.chat.lexicon.scoring import Corpus, Words
from modelyard.chat.lexicon.tables import ChunkWords, WordCount
from modelyard.chat.tables import Chunk

MOST_LOOKED_AT = 8_000
"""Chunks that the index goes through: the words that more hold add to the score, but no candidates."""
PER_HIT = 5
"""Candidates that are scored for each hit that is wanted."""
SCORED_AT_ONCE = 2_000
"""Chunks of chosen documents that are all scored; of more, the index chooses."""


def search_words(
    shelf: Shelf, text: str, *, k: int, language: str | None = None, documents: Sequence[str] | None = None
) -> list[Hit]:
    """Return at most `k` chunks that share words with `text`, best first; `Index.by_words` of all indexes here."""
    asked = asked_words(text, language, shelf.languages)
    corpus = corpus_of(shelf.session, shelf.collection_id, asked)
    known = [word for word in asked if corpus.n_holding(word)]
    if not known or k < 1:
        return []
    chunks = _candidates(shelf, corpus, known, k * PER_HIT, documents)
    best = corpus.best_possible(asked)
    scored = zip(chunks, corpus.scores(chunks, known), strict=True)
    hits = [Hit(chunk.chunk_id, score / best) for chunk, score in scored if score > 0]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))[:k]


def corpus_of(session: Session, collection_id: str, asked: Sequence[AskedWord]) -> Corpus:
    """Return what is known of a collection's words, as far as these are concerned."""
    wanted = {EVERY_CHUNK, *(form for word in asked for form in (*word.forms, *filter(None, [word.bare])))}
    counts: dict[str, int] = {}
    n_words = 0
    for some in parts(sorted(wanted), SOME):
        ours = (WordCount.collection_id == collection_id, WordCount.word.in_(some))
        for word, n_chunks, n in session.execute(
            select(WordCount.word, WordCount.n_chunks, WordCount.n_words).where(*ours)
        ):
            counts[word] = n_chunks
            n_words = n if word == EVERY_CHUNK else n_words
    n_all = counts.pop(EVERY_CHUNK, 0)
    return Corpus(n_all, n_words / n_all if n_all else 0.0, counts)


def words_of_chunks(session: Session, collection_id: str, chunk_ids: Iterable[int]) -> list[Words]:
    """Return the words of chunks, those that are there."""
    columns = (ChunkWords.chunk_id, ChunkWords.head, ChunkWords.body, ChunkWords.bare)
    found = []
    for some in parts(chunk_ids, SOME):
        ours = (ChunkWords.collection_id == collection_id, ChunkWords.chunk_id.in_(some))
        for chunk_id, head, body, bare in session.execute(select(*columns).where(*ours)):
            found.append(Words(chunk_id, head.split(), body.split(), bare.split()))
    return found


def _candidates(
    shelf: Shelf, corpus: Corpus, asked: Sequence[AskedWord], n: int, documents: Sequence[str] | None
) -> list[Words]:
    session, collection_id = shelf.session, shelf.collection_id
    forms = [
        (form, corpus.rarity(word), corpus.counts.get(form, 0))
        for word in asked
        for form in {*word.forms, *filter(None, [word.bare])}
        if corpus.counts.get(form)
    ]
    if documents is None:
        chosen = rarest(forms, MOST_LOOKED_AT)
        ids = candidates(session, shelf_mark(collection_id), corpus, chosen, n)
        return words_of_chunks(session, collection_id, ids)
    ids = chunks_of_documents(session, collection_id, documents)
    if len(ids) > SCORED_AT_ONCE:
        weights = {form: weight for form, weight, _ in forms}
        found = candidates(session, shelf_mark(collection_id), corpus, weights, corpus.n_chunks)
        allowed = frozenset(ids)
        ids = [chunk_id for chunk_id in found if chunk_id in allowed][:n]
    return words_of_chunks(session, collection_id, ids)


def chunks_of_documents(session: Session, collection_id: str, documents: Sequence[str]) -> list[int]:
    """Return the ids of all chunks of some documents."""
    found: list[int] = []
    for some in parts(documents, SOME):
        ours = (Chunk.collection_id == collection_id, Chunk.document_id.in_(some))
        found.extend(session.scalars(select(Chunk.id).where(*ours)))
    return found
