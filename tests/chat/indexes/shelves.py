"""Collections whose chunks are written by hand, with vectors of eight numbers."""

from collections.abc import Sequence

import numpy as np

from modelyard.chat.index import Index, IndexedChunk
from modelyard.chat.retrieving.shelves import shelf_of
from modelyard.chat.tables import Chunk, Collection, Document, DocumentOrigin
from modelyard.kernel.context import Context
from modelyard.kernel.ids import new_id

SIZE = 8


def vector(*numbers: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """A vector of length 1 that begins with these numbers."""
    found = np.zeros(SIZE, np.float32)
    found[: len(numbers)] = numbers
    return found / np.linalg.norm(found)


def new_collection(ctx: Context, index: Index, *, languages: Sequence[str] = ("en",)) -> Collection:
    """An empty collection; it has a document for each language, so that the languages are known."""
    collection = Collection(
        id=new_id("co"),
        owner_id=ctx.actor.id,
        name="Papers",
        endpoint_id="ep_none",
        index=index.model_dump(mode="json"),
        answering={},
        created_at=ctx.clock(),
    )
    ctx.session.add(collection)
    ctx.session.flush()
    for language in languages:
        new_document(ctx, collection, language=language)
    return collection


def new_document(ctx: Context, collection: Collection, *, title: str = "", language: str | None = "en") -> Document:
    """A document without chunks."""
    now = ctx.clock()
    origin = DocumentOrigin(id=new_id("or"), collection_id=collection.id, origin={}, name="here", added_at=now)
    ctx.session.add(origin)
    ctx.session.flush()
    document = Document(
        id=new_id("do"),
        collection_id=collection.id,
        origin_id=origin.id,
        key=new_id("ky"),
        title=title,
        loader="text",
        url=None,
        language=language,
        content_hash="0" * 64,
        state="indexed",
        notes=[],
        added_at=now,
        changed_at=now,
    )
    ctx.session.add(document)
    ctx.session.flush()
    return document


def new_chunk(ctx: Context, document: Document, text: str, *, headings: Sequence[str] = (), place: int = 0) -> Chunk:
    """A row of a chunk; its offsets are those of a text of its own."""
    (chunk,) = new_chunks(ctx, document, [text], headings=headings, first_place=place)
    return chunk


def new_chunks(
    ctx: Context, document: Document, texts: Sequence[str], *, headings: Sequence[str] = (), first_place: int = 0
) -> list[Chunk]:
    """Rows of chunks that follow each other."""
    chunks = [
        Chunk(
            collection_id=document.collection_id,
            document_id=document.id,
            place=place,
            start=0,
            end=len(text),
            text=text,
            headings=list(headings),
            language=document.language,
            hash=new_id("ha"),
            n_tokens=len(text.split()),
        )
        for place, text in enumerate(texts, first_place)
    ]
    ctx.session.add_all(chunks)
    ctx.session.flush()
    return chunks


def put(
    ctx: Context,
    index: Index,
    collection: Collection,
    texts: Sequence[str],
    *,
    vectors: Sequence["np.ndarray[tuple[int], np.dtype[np.float32]]"] = (),
    title: str = "",
    language: str | None = "en",
) -> tuple[Document, list[int]]:
    """Put a document of these chunks; return it and their ids. Readers see it: the version grows."""
    document = new_document(ctx, collection, title=title, language=language)
    head = f"{title}\n" if title else ""
    chunks = new_chunks(ctx, document, texts)
    rows = [
        IndexedChunk(
            chunk.id,
            document.id,
            head + chunk.text,
            language,
            vectors[place] if place < len(vectors) else None,
            n_head=len(head),
        )
        for place, chunk in enumerate(chunks)
    ]
    index.put(shelf_of(ctx.session, ctx.settings, collection), rows)
    collection.version += 1
    ctx.session.flush()
    return document, [chunk.id for chunk in chunks]
