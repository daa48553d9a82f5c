"""Writing one document in one transaction: its old chunks answer until all of its new ones are there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from modelyard.chat.index import Index, IndexedChunk, Shelf
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.syncing.matching import Matched, NewChunk, match, n_indexed
from modelyard.chat.syncing.waiting import AT_ONCE
from modelyard.chat.tables import Chunk, Collection, Document, DocumentOrigin, DocumentVersion
from modelyard.kernel.ids import new_id

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class ReadDocument:
    """A document as it was read now, before it is written."""

    origin_id: str
    key: str
    content_hash: str
    loader: str
    url: str | None
    parsed: ParsedDocument
    text_hash: str
    chunks: tuple[NewChunk, ...]


def chunks_before(session: Session, document_id: str) -> list[tuple[int, str]]:
    """Return row id and hash of the chunks that the document has now, in its order."""
    chosen = select(Chunk.id, Chunk.hash).where(Chunk.document_id == document_id).order_by(Chunk.place, Chunk.id)
    return [(row.id, row.hash) for row in session.execute(chosen)]


def write_document(
    shelf: Shelf,
    index: Index,
    collection: Collection,
    read: ReadDocument,
    vectors: "Mapping[str, np.ndarray[Any, Any]]",
    now: datetime,
) -> Matched | None:
    """Put the document in the place of what was there, in the caller's transaction, which holds the collection.

    `vectors` has one for each chunk that is added (by hash). Returns None when its origin was removed meanwhile.
    """
    session = shelf.session
    if session.get(DocumentOrigin, read.origin_id) is None:
        return None
    document = _document(session, collection, read, now)
    matched = put_chunks(shelf, index, document, read.chunks, vectors)
    if matched.added or matched.removed or document.text_hash != read.text_hash:
        collection.version += 1
    _keep_text(session, collection, document, read)
    document.title, document.url, document.loader = read.parsed.title, read.url, read.loader
    document.language, document.text_hash = read.parsed.language, read.text_hash
    document.n_words, document.n_words_indexed = read.parsed.n_words_in_file, n_indexed(read.parsed, read.chunks)
    document.n_chunks, document.notes = len(read.chunks), list(read.parsed.notes)
    document.content_hash, document.state, document.error = read.content_hash, "indexed", None
    document.changed_at = now
    return matched


def _document(session: Session, collection: Collection, read: ReadDocument, now: datetime) -> Document:
    found = session.scalar(select(Document).where(Document.origin_id == read.origin_id, Document.key == read.key))
    if found is not None:
        return found
    document = Document(
        id=new_id("dc"),
        collection_id=collection.id,
        origin_id=read.origin_id,
        key=read.key,
        title=read.parsed.title,
        loader=read.loader,
        content_hash="",
        state="waiting",
        notes=[],
        added_at=now,
        changed_at=now,
    )
    session.add(document)
    session.flush()
    return document


def put_chunks(
    shelf: Shelf,
    index: Index,
    document: Document,
    chunks: Sequence[NewChunk],
    vectors: "Mapping[str, np.ndarray[Any, Any]]",
    *,
    all_anew: bool = False,
) -> Matched:
    """Put chunks in the place of those that the document has; with `all_anew` those that stay are indexed again too."""
    matched = match(chunks_before(shelf.session, document.id), chunks)
    remove_chunks(shelf, index, matched.removed)
    _move(shelf.session, matched.kept)
    if all_anew:
        _index(shelf, index, document, matched.kept, vectors)
    for start in range(0, len(matched.added), AT_ONCE):
        part = matched.added[start : start + AT_ONCE]
        rows = [_row(document, chunk) for chunk in part]
        ids = shelf.session.scalars(insert(Chunk).returning(Chunk.id, sort_by_parameter_order=True), rows).all()
        _index(shelf, index, document, list(zip(ids, part, strict=True)), vectors)
    return matched


def remove_chunks(shelf: Shelf, index: Index, chunk_ids: Sequence[int]) -> None:
    """Take chunks out of the index, then out of the database: some indexes look at the row they forget."""
    for start in range(0, len(chunk_ids), AT_ONCE):
        part = chunk_ids[start : start + AT_ONCE]
        index.remove(shelf, part)
        shelf.session.execute(delete(Chunk).where(Chunk.id.in_(part)))


def _move(session: Session, kept: Iterable[tuple[int, NewChunk]]) -> None:
    rows = [
        {
            "id": chunk_id,
            "place": chunk.place,
            "start": chunk.start,
            "end": chunk.end,
            "anchor": chunk.anchor,
            "page": chunk.page,
        }
        for chunk_id, chunk in kept
    ]
    if rows:
        session.execute(update(Chunk), rows)


def _index(
    shelf: Shelf,
    index: Index,
    document: Document,
    chunks: Sequence[tuple[int, NewChunk]],
    vectors: "Mapping[str, np.ndarray[Any, Any]]",
) -> None:
    for start in range(0, len(chunks), AT_ONCE):
        put = [
            IndexedChunk(chunk_id, document.id, chunk.indexed, chunk.language, vectors[chunk.hash])
            for chunk_id, chunk in chunks[start : start + AT_ONCE]
        ]
        index.put(shelf, put)


def _row(document: Document, chunk: NewChunk) -> dict[str, Any]:
    return {
        "collection_id": document.collection_id,
        "document_id": document.id,
        "place": chunk.place,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "headings": list(chunk.headings),
        "anchor": chunk.anchor,
        "page": chunk.page,
        "language": chunk.language,
        "hash": chunk.hash,
        "n_tokens": chunk.n_tokens,
    }


def _keep_text(session: Session, collection: Collection, document: Document, read: ReadDocument) -> None:
    """Note which text the document has now; the one before stays for the answers that cite it."""
    close_texts(session, collection, [document.id], but=read.text_hash)
    version = session.get(DocumentVersion, (document.id, read.text_hash))
    if version is None:
        version = DocumentVersion(
            document_id=document.id,
            text_hash=read.text_hash,
            collection_id=collection.id,
            first_version=collection.version,
        )
        session.add(version)
    version.title, version.url, version.last_version = read.parsed.title, read.url, None


def close_texts(session: Session, collection: Collection, document_ids: Sequence[str], *, but: str = "") -> None:
    """Note that these documents have none of the texts that they had, other than `but`."""
    for start in range(0, len(document_ids), AT_ONCE):
        part = document_ids[start : start + AT_ONCE]
        open_ones = update(DocumentVersion).where(
            DocumentVersion.document_id.in_(part),
            DocumentVersion.last_version.is_(None),
            DocumentVersion.text_hash != but,
        )
        session.execute(open_ones.values(last_version=collection.version - 1))


def remove_documents(shelf: Shelf, index: Index, collection: Collection, document_ids: Sequence[str]) -> None:
    """Take documents out of index and collection; their texts stay for the answers that cite them."""
    if not document_ids:
        return
    collection.version += 1
    close_texts(shelf.session, collection, document_ids)
    for start in range(0, len(document_ids), AT_ONCE):
        part = document_ids[start : start + AT_ONCE]
        chunk_ids = shelf.session.scalars(select(Chunk.id).where(Chunk.document_id.in_(part))).all()
        remove_chunks(shelf, index, chunk_ids)
        shelf.session.execute(delete(Document).where(Document.id.in_(part)))


def count_again(session: Session, collection: Collection) -> None:
    """Bring the collection's figures in line with its documents."""
    session.flush()
    counted = session.execute(
        select(
            func.count(Document.id),
            func.coalesce(func.sum(Document.n_chunks), 0),
            func.coalesce(func.sum(Document.n_words), 0),
            func.coalesce(func.sum(Document.n_words_indexed), 0),
        ).where(Document.collection_id == collection.id)
    ).one()
    collection.n_documents, collection.n_chunks, collection.n_words, collection.n_words_indexed = map(int, counted)
