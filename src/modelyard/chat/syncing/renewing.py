"""Indexing everything anew, with another index or embedder: the old ones answer until all vectors are there."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modelyard.chat.index import Index, Shelf
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.syncing.ahead import Ahead
from modelyard.chat.syncing.chunks import put_chunks
from modelyard.chat.syncing.edition import next_edition
from modelyard.chat.syncing.matching import NewChunk, new_chunks
from modelyard.chat.syncing.waiting import WaitingVectors
from modelyard.chat.tables import Chunk, Collection, Document
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm.client import Client
from modelyard.runs.job import JobContext


@dataclass(frozen=True)
class Indexing:
    """What a collection is to be indexed with."""

    index: dict[str, Any]
    embedder_id: str | None
    client: Client

    @property
    def kind(self) -> Index:
        """Return the index."""
        found: Index = family("index").parse(self.index)
        return found


def reason_to_renew(
    session: Session, settings: Settings, collection: Collection, indexing: Indexing, *, anew: bool
) -> str | None:
    """Say why what is indexed cannot stay, None when it can."""
    n_chunks = session.scalar(select(func.count()).select_from(Chunk).where(Chunk.collection_id == collection.id)) or 0
    if collection.wanted is not None:
        return "another index or embedder was chosen"
    if n_chunks == 0:
        return "nothing is indexed yet" if collection.embedder_fingerprint != indexing.client.info.fingerprint else None
    if collection.embedder_fingerprint != indexing.client.info.fingerprint:
        return "the embedder is another one now"
    if indexing.kind.count(Shelf(session, settings, collection.id, collection.version)) < n_chunks:
        return "the index has lost chunks"
    return "that was asked for" if anew else None


def renew(ctx: JobContext, collection_id: str, indexing: Indexing, ahead: Ahead, now: datetime) -> None:
    """Embed every chunk, then put all of them into the index in one transaction, which takes up what was wanted."""
    documents = _documents(ctx, collection_id)
    _embed(ctx, [text_hash for _, text_hash in documents], ahead)
    if documents:
        ctx.step(f"Indexing {len(documents):,} documents anew", 0.5)
    waiting = WaitingVectors(ctx, collection_id, indexing.client.info.fingerprint)
    with next_edition(ctx, collection_id, indexing.kind, now) as edition:
        collection = edition.collection
        old: Index = family("index").parse(collection.index)
        old.drop(edition.shelf)  # first: two indexes may keep words or vectors in the same place
        for document_id, text_hash in documents:
            document = edition.session.get(Document, document_id)
            if document is None or document.text_hash != text_hash:
                continue  # removed with its origin meanwhile
            chunks = _chunks(ctx, text_hash)
            vectors = waiting.find_in(edition.session, [chunk.hash for chunk in chunks])
            put_chunks(edition.shelf, indexing.kind, document, chunks, vectors, all_anew=True)
            document.n_chunks = len(chunks)
            edition.has_changed = True
        waiting.drop_all(edition.session)
        collection.index, collection.embedder_id = indexing.index, indexing.embedder_id
        collection.n_dimensions = ahead.n_dimensions
        collection.embedder_fingerprint, collection.wanted = indexing.client.info.fingerprint, None


def _documents(ctx: JobContext, collection_id: str) -> list[tuple[str, str]]:
    with ctx.session() as session:
        chosen = select(Document.id, Document.text_hash).where(
            Document.collection_id == collection_id, Document.text_hash.is_not(None)
        )
        return [(row.id, row.text_hash) for row in session.execute(chosen.order_by(Document.id))]


def _chunks(ctx: JobContext, text_hash: str) -> list[NewChunk]:
    return new_chunks(ParsedDocument.model_validate_json(ctx.artifacts.read_bytes(text_hash)))


def _embed(ctx: JobContext, text_hashes: Sequence[str], ahead: Ahead) -> None:
    """Embed the chunks of documents; their vectors wait in the database, not here."""
    open_ones: deque[list[str]] = deque()
    for n_read, text_hash in enumerate(text_hashes, 1):
        texts = {chunk.hash: chunk.indexed for chunk in _chunks(ctx, text_hash)}
        ahead.want(texts)
        open_ones.append(list(texts))
        while open_ones and (ahead.is_full or n_read == len(text_hashes)):
            if ahead.n_open(open_ones[0]):
                ahead.advance()
                continue
            hashes = open_ones.popleft()
            ahead.give(hashes)
            ahead.forget(hashes)
            n_done = n_read - len(open_ones)
            ctx.step(f"Embedding anew: {n_done:,} of {len(text_hashes):,} documents", 0.5 * n_done / len(text_hashes))
