"""The chunks of one document, in the database and in the index."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from modelyard.chat.index import Index, IndexedChunk, Shelf
from modelyard.chat.syncing.matching import Matched, NewChunk, match
from modelyard.chat.tables import Chunk, Document

if TYPE_CHECKING:
    import numpy as np

AT_ONCE = 500
"""Chunks of one statement."""


def chunks_before(session: Session, document_id: str) -> list[tuple[int, str]]:
    """Return row id and hash of the chunks that the document has now, in its order."""
    chosen = select(Chunk.id, Chunk.hash).where(Chunk.document_id == document_id).order_by(Chunk.place, Chunk.id)
    return [(row.id, row.hash) for row in session.execute(chosen)]


def match_with(session: Session, origin_id: str, key: str, chunks: Sequence[NewChunk]) -> Matched:
    """Match a document's chunks of now with those that it has; it may not be there yet."""
    mine = select(Document.id).where(Document.origin_id == origin_id, Document.key == key)
    document_id = session.scalar(mine)
    return match(chunks_before(session, document_id) if document_id is not None else (), chunks)


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
    session = shelf.session
    matched = match(chunks_before(session, document.id), chunks)
    remove_chunks(shelf, index, matched.removed)
    _move(session, matched.kept)
    if all_anew:
        _index(shelf, index, document, matched.kept, vectors)
    for start in range(0, len(matched.added), AT_ONCE):
        part = matched.added[start : start + AT_ONCE]
        rows = [_row(document, chunk) for chunk in part]
        ids = session.scalars(insert(Chunk).returning(Chunk.id, sort_by_parameter_order=True), rows).all()
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
            IndexedChunk(
                chunk_id,
                document.id,
                chunk.indexed,
                chunk.language,
                vectors[chunk.hash],
                n_head=len(chunk.indexed) - len(chunk.text),
            )
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
