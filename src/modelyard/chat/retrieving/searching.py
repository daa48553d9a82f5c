"""From a question to passages: by words and by meaning, fused, merged, and weighed as evidence.

Nothing here asks an LLM, and nothing but the embedding of the question may go over the network. Whoever streams does
the three steps apart: `prepared` (reads rows), `Asked.vector` (no database), `found` (one short transaction).
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select

from modelyard.chat.index import Hit, Index, Shelf
from modelyard.chat.indexes.errors import IndexNotHere, IndexRefusedKey, IndexRefusedRequest, IndexUnavailable
from modelyard.chat.lexicon.keeping import SOME, parts
from modelyard.chat.passages import Retrieved
from modelyard.chat.retrieving.evidence import evidence_of
from modelyard.chat.retrieving.fusing import WORDS_ONLY, Weights, fused, weights_for
from modelyard.chat.retrieving.merging import ReadChunk, passages_of
from modelyard.chat.retrieving.reranking import N_RANKED, reranked
from modelyard.chat.retrieving.shelves import index_of, languages_of, shelf_of
from modelyard.chat.retrieving.vectors import question_vector
from modelyard.chat.tables import Chunk, Collection, Document
from modelyard.data.words.languages import language_of
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.llm.client import Client, client_for, embedder_for
from modelyard.llm.errors import LlmUnavailable, WrongVectorSize

if TYPE_CHECKING:
    import numpy as np

log = structlog.get_logger()
N_CANDIDATES = 50
"""Chunks of each ranking."""
N_READ = 4
"""Chunks read for each passage that is wanted: some are doubles, some join others."""
_COLUMNS = (
    *(Chunk.id, Chunk.document_id, Chunk.place, Chunk.start, Chunk.end, Chunk.text, Chunk.headings, Chunk.anchor),
    *(Chunk.page, Chunk.n_tokens, Document.title, Document.url, Document.text_hash),
)
N_NEAREST = 5
_OTHER_EMBEDDER = "Only words were compared: the documents were embedded by another embedder. Sync the collection."
_NO_MEANING = (IndexUnavailable, IndexRefusedKey, IndexRefusedRequest, IndexNotHere, WrongVectorSize)
_NO_RANKER = "Passages were not ranked: the ranker that was chosen is gone, or ranks nothing. Choose another one."
_NO_ANSWER = "Only words were compared: the embedder did not answer."
N_EVIDENCE = 6
"""Passages that evidence is taken of, however many are wanted: abstention is calibrated with so many."""
SELECTION_CHARACTERS = 600
"""Of the selected text, searched beside the question."""


@dataclass(frozen=True)
class Asked:
    """A question ready to be searched for, and with what weights."""

    question: str
    text: str
    """What is searched: the question and what was selected."""
    language: str | None
    weights: Weights
    embedder: Client | None
    ranker: Client | None = None
    notes: tuple[str, ...] = ()

    def vector(self) -> "np.ndarray[Any, Any] | None":
        """Return the question's vector, in 25 ms or more, without a database; None where only words are compared."""
        if self.embedder is None or not self.text:
            return None
        try:
            return question_vector(self.embedder, self.text)
        except LlmUnavailable as error:
            log.warning("searched by words alone", embedder=self.embedder.info.name, error=error.message)
            return None

    def in_order(self, retrieved: Retrieved, *, k: int) -> Retrieved:
        """Return the best `k` passages of what was found, by the ranker if there is one; without a database."""
        if self.ranker is None:
            return retrieved
        return reranked(retrieved, self.text, self.ranker, k=k)


def retrieve(
    ctx: Context,
    collection: Collection,
    question: str,
    *,
    k: int = 6,
    documents: Sequence[str] | None = None,
    selection: str | None = None,
) -> Retrieved:
    """Return the passages that may answer a question, best first; `documents` (ids) leaves out all others.

    `selection` is text that the reader chose to ask about.
    """
    asked = prepared(ctx, collection, question, selection=selection)
    return asked.in_order(found(ctx, collection, asked, asked.vector(), k=k, documents=documents), k=k)


def prepared(ctx: Context, collection: Collection, question: str, *, selection: str | None = None) -> Asked:
    """Return what will be searched for; reads what the collection is embedded with and its languages."""
    text = "\n".join(part for part in (question.strip(), (selection or "").strip()[:SELECTION_CHARACTERS]) if part)
    language = language_of(text)
    ranker, notes = _ranker_of(ctx, collection)
    words_only = Asked(question, text, language, WORDS_ONLY, None, ranker, notes)
    if collection.embedder_fingerprint is None:
        return words_only
    embedder = embedder_for(ctx, collection.embedder_id, owner_id=collection.owner_id)
    if embedder.info.fingerprint != collection.embedder_fingerprint:
        return replace(words_only, notes=(*notes, _OTHER_EMBEDDER))
    weights = weights_for(language, languages_of(ctx.session, collection.id), embedder.info.languages)
    return replace(words_only, weights=weights, embedder=embedder)


def _ranker_of(ctx: Context, collection: Collection) -> tuple[Client | None, tuple[str, ...]]:
    ranker_id = collection.answering.get("ranker_id")
    if ranker_id is None:
        return None, ()
    try:
        ranker = client_for(ctx, ranker_id, owner_id=collection.owner_id)
    except NotFound:
        return None, (_NO_RANKER,)
    return (ranker, ()) if ranker.info.ranks else (None, (_NO_RANKER,))


def found(
    ctx: Context,
    collection: Collection,
    asked: Asked,
    vector: "np.ndarray[Any, Any] | None",
    *,
    k: int = 6,
    documents: Sequence[str] | None = None,
) -> Retrieved:
    """Search the index in the transaction of `ctx`; with a ranker there are more passages, and `in_order` chooses."""
    began = time.perf_counter()
    wide = k if asked.ranker is None else max(k, N_RANKED)
    index, shelf = index_of(collection), shelf_of(ctx.session, ctx.settings, collection)
    by_words = index.by_words(shelf, asked.text, k=N_CANDIDATES, language=asked.language, documents=documents)
    by_meaning, why_not = _by_meaning(index, shelf, asked, vector, documents)
    weights = asked.weights if why_not is None else WORDS_ONLY
    ranked = fused(by_words, by_meaning, weights)
    chunks = list(_chunks(ctx, collection, [each.chunk_id for each in ranked[: max(wide, N_NEAREST) * N_READ]]))
    passages = passages_of(ranked, chunks, k=wide)
    return Retrieved(
        searched_for=asked.question.strip() or asked.text,
        language=asked.language,
        passages=passages,
        evidence=evidence_of(
            shelf,
            asked.text,
            asked.language,
            by_words=by_words,
            by_meaning=by_meaning,
            weights=weights,
            embedder=asked.embedder.info.provider_kind if asked.embedder is not None else None,
            chunk_ids=[each for passage in passages[:N_EVIDENCE] for each in passage.chunk_ids],
        ),
        nearest_headings=_nearest_headings([each.chunk_id for each in ranked], chunks),
        seconds=time.perf_counter() - began,
        notes=asked.notes if why_not is None else (*asked.notes, why_not),
    )


def _by_meaning(
    index: Index,
    shelf: Shelf,
    asked: Asked,
    vector: "np.ndarray[Any, Any] | None",
    documents: Sequence[str] | None,
) -> tuple[list[Hit], str | None]:
    """Return the nearest chunks, or why there are none: what is elsewhere may be gone, and words still find."""
    if vector is None:
        return [], _NO_ANSWER if asked.embedder is not None and asked.text else None
    try:
        return index.by_meaning(shelf, vector, k=N_CANDIDATES, documents=documents), None
    except _NO_MEANING as error:
        log.warning("searched by words alone", index=index.kind_name(), error=error.message)
        return [], f"Only words were compared: {error.message}"


def _chunks(ctx: Context, collection: Collection, chunk_ids: Sequence[int]) -> Iterator[ReadChunk]:
    joined = select(*_COLUMNS).join(Document, Chunk.document_id == Document.id)
    for some in parts(chunk_ids, SOME):
        ours = joined.where(Chunk.collection_id == collection.id, Chunk.id.in_(some))
        yield from (ReadChunk(**row._mapping) for row in ctx.session.execute(ours))


def _nearest_headings(chunk_ids: Sequence[int], chunks: Sequence[ReadChunk]) -> tuple[tuple[str, ...], ...]:
    """Return the distinct heading paths of the best chunks, each below its document's title."""
    rows = {chunk.id: (chunk.title, *chunk.headings) for chunk in chunks}
    paths = [rows[chunk_id] for chunk_id in chunk_ids if chunk_id in rows]
    without_doubles = (path[1:] if path[1:2] == path[:1] else path for path in paths)
    return tuple(dict.fromkeys(without_doubles))[:N_NEAREST]
