"""What can be done with the documents of a collection: list, look at, read the text that an answer cites."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select, tuple_

from modelyard.chat.ownership import visible_collections, visible_documents, visible_texts
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.tables import Chunk, Collection, Document, DocumentOrigin, DocumentState, DocumentVersion
from modelyard.chat.verbs import get_collection
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, NotFound


def list_documents(
    ctx: Context,
    collection_id: str,
    *,
    search: str = "",
    state: DocumentState | None = None,
    origin_id: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> list[Document]:
    """Return documents whose title or key holds `search`, by key; `cursor` is the id of the last one already seen."""
    ctx.require("collections:read")
    collection = get_collection(ctx, collection_id)
    query = select(Document).where(Document.collection_id == collection.id)
    if search:
        holds = [column.icontains(search, autoescape=True) for column in (Document.title, Document.key)]
        query = query.where(or_(*holds))
    if state is not None:
        query = query.where(Document.state == state)
    if origin_id is not None:
        query = query.where(Document.origin_id == origin_id)
    if cursor:
        last = select(Document.key, Document.id).where(Document.id == cursor, Document.collection_id == collection.id)
        found = ctx.session.execute(last).first()
        if found is None:
            return []
        query = query.where(tuple_(Document.key, Document.id) > tuple_(found.key, found.id))
    return list(ctx.session.scalars(query.order_by(Document.key, Document.id).limit(limit)))


def count_failed(ctx: Context, collections: Sequence[Collection]) -> dict[str, int]:
    """Return by collection how many documents, or newer texts of documents, could not be indexed."""
    ctx.require("collections:read")
    ids = [collection.id for collection in collections]
    counted = select(Document.collection_id, func.count()).where(
        Document.collection_id.in_(ids), Document.state == "failed"
    )
    rows = ctx.session.execute(counted.group_by(Document.collection_id))
    return {collection_id: n for collection_id, n in rows}  # noqa: C416 — a row is no pair to mypy


def get_document(ctx: Context, document_id: str) -> Document:
    """Return one document; raise NotFound."""
    ctx.require("collections:read")
    document = ctx.session.scalar(visible_documents(ctx).where(Document.id == document_id))
    if document is None:
        raise NotFound(f"There is no document {document_id!r}.")
    return document


def document_text(ctx: Context, document_id: str, text_hash: str | None = None) -> ParsedDocument:
    """Return the canonical text of now, or the one that an answer cited: also of a document that is gone.

    Raises NotFound, and Conflict for a document of which nothing could be read yet.
    """
    ctx.require("collections:read")
    version = text_version(ctx, document_id, text_hash)
    return ParsedDocument.model_validate_json(ctx.artifacts.read_bytes(version.text_hash))


def text_version(ctx: Context, document_id: str, text_hash: str | None = None) -> DocumentVersion:
    """Return which text that is, with the title and the address that it had; raise as `document_text` does."""
    ctx.require("collections:read")
    query = visible_texts(ctx).where(DocumentVersion.document_id == document_id)
    wanted = DocumentVersion.last_version.is_(None) if text_hash is None else DocumentVersion.text_hash == text_hash
    version = ctx.session.scalar(query.where(wanted))
    if version is not None:
        return version
    if text_hash is None and ctx.session.scalar(query.limit(1)) is None:
        document = get_document(ctx, document_id)
        error = document.error or {}
        raise Conflict(error.get("message") or f"{document.title!r} is not read yet.", hint=error.get("hint"))
    raise NotFound(
        f"There is no such text of the document {document_id!r}.",
        hint="Without `version` the text of now is returned." if text_hash else "The document was removed.",
    )


def list_chunks(ctx: Context, document_id: str) -> list[Chunk]:
    """Return the chunks that the document is found by, in its order."""
    ctx.require("collections:read")
    document = get_document(ctx, document_id)
    chosen = select(Chunk).where(Chunk.collection_id == document.collection_id, Chunk.document_id == document.id)
    return list(ctx.session.scalars(chosen.order_by(Chunk.place, Chunk.id)))


def list_origins(ctx: Context, collection_id: str) -> list[DocumentOrigin]:
    """Return where the documents come from, in the order in which that was added."""
    ctx.require("collections:read")
    collection = get_collection(ctx, collection_id)
    chosen = select(DocumentOrigin).where(DocumentOrigin.collection_id == collection.id)
    return list(ctx.session.scalars(chosen.order_by(DocumentOrigin.id)))


def count_by_origin(ctx: Context, collection_id: str) -> dict[str, int]:
    """Return by origin how many documents come from it."""
    ctx.require("collections:read")
    collection = get_collection(ctx, collection_id)
    counted = select(Document.origin_id, func.count()).where(Document.collection_id == collection.id)
    return {origin_id: n for origin_id, n in ctx.session.execute(counted.group_by(Document.origin_id))}  # noqa: C416


def get_origin(ctx: Context, collection_id: str, origin_id: str) -> DocumentOrigin:
    """Return one origin of a collection; raise NotFound."""
    ctx.require("collections:read")
    mine = visible_collections(ctx).where(Collection.id == collection_id).with_only_columns(Collection.id)
    chosen = select(DocumentOrigin).where(DocumentOrigin.id == origin_id, DocumentOrigin.collection_id.in_(mine))
    origin = ctx.session.scalar(chosen)
    if origin is None:
        raise NotFound(f"There is no origin {origin_id!r} in this collection.")
    return origin
