"""A collection made of passages, as a sync makes it, and the vectors of texts, kept between rounds."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.retrieval_sets import KEPT
from modelyard.access.verbs import ensure_local_owner
from modelyard.chat.chunking import chunks_of, indexed_text
from modelyard.chat.index import IndexedChunk
from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.retrieving.shelves import index_of, shelf_of
from modelyard.chat.tables import Chunk, Collection, Document, DocumentOrigin
from modelyard.kernel.context import ANONYMOUS, Actor, Context
from modelyard.kernel.ids import new_id
from modelyard.kernel.migrate import upgrade
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client
from modelyard.llm.provider import TextIs

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Bench:
    """A yard with its owner."""

    yard: Yard
    owner: Actor


@contextmanager
def a_yard(database_url: str = "") -> Iterator[Bench]:
    """Open a yard of its own."""
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as folder:
        settings = Settings(data=Path(folder), database_url=database_url)
        upgrade(settings)
        yard = Yard.open(settings)
        with yard.context(ANONYMOUS) as ctx:
            owner = ensure_local_owner(ctx)
        yield Bench(yard, owner)
        yard.close()


def vectors_of(embedder: Client, texts: Sequence[str], text_is: TextIs) -> Array:
    """Return the vectors of texts; those of earlier rounds are not computed again."""
    name = hashlib.sha256("\0".join((embedder.info.fingerprint, text_is, *texts)).encode()).hexdigest()[:16]
    path = KEPT / f"vectors-{name}.npy"
    if not path.exists():
        KEPT.mkdir(exist_ok=True)
        np.save(path, embedder.embed(texts, text_is))
    return np.load(path)  # type: ignore[no-any-return]


def new_collection(ctx: Context, kind: str, fingerprint: str | None) -> tuple[Collection, DocumentOrigin]:
    """Make an empty collection."""
    collection = Collection(
        id=new_id("co"),
        owner_id=ctx.actor.id,
        name="Bench",
        endpoint_id="ep_none",
        index={"kind": kind},
        answering={},
        created_at=ctx.clock(),
        embedder_fingerprint=fingerprint,
    )
    ctx.session.add(collection)
    ctx.session.flush()
    origin = DocumentOrigin(id=new_id("or"), collection_id=collection.id, origin={}, name="bench", added_at=ctx.clock())
    ctx.session.add(origin)
    ctx.session.flush()
    return collection, origin


def new_document(ctx: Context, origin: DocumentOrigin, number: int, language: str) -> Document:
    """Make a document without chunks."""
    now = ctx.clock()
    document = Document(
        id=new_id("do"),
        collection_id=origin.collection_id,
        origin_id=origin.id,
        key=f"{number:06}",
        title="",
        loader="text",
        language=language,
        content_hash="",
        state="indexed",
        notes=[],
        added_at=now,
        changed_at=now,
    )
    ctx.session.add(document)
    ctx.session.flush()
    return document


def filled(
    ctx: Context, kind: str, passages: Sequence[str], language: str, embedder: Client
) -> tuple[Collection, list[str]]:
    """Make a collection in which each passage is a document, cut into chunks; return it and the documents' ids."""
    collection, origin = new_collection(ctx, kind, embedder.info.fingerprint)
    documents = [new_document(ctx, origin, number, language) for number in range(len(passages))]
    chunks: list[Chunk] = []
    for document, text in zip(documents, passages, strict=True):
        parsed = ParsedDocument(title="", text=text, blocks=_blocks(text), language=language, n_words_in_file=0)
        for place, span in enumerate(chunks_of(parsed)):
            chunks.append(
                Chunk(
                    collection_id=collection.id,
                    document_id=document.id,
                    place=place,
                    start=span.start,
                    end=span.end,
                    text=text[span.start : span.end],
                    headings=[],
                    language=language,
                    hash=f"{document.key}-{place}",
                    n_tokens=span.n_tokens,
                )
            )
    ctx.session.add_all(chunks)
    ctx.session.flush()
    texts = [indexed_text("", (), chunk.text) for chunk in chunks]
    vectors = vectors_of(embedder, texts, "passage")
    rows = [
        IndexedChunk(chunk.id, chunk.document_id, text, language, vector)
        for chunk, text, vector in zip(chunks, texts, vectors, strict=True)
    ]
    index_of(collection).put(shelf_of(ctx.session, ctx.settings, collection), rows)
    collection.version += 1
    return collection, [document.id for document in documents]


def _blocks(text: str) -> tuple[Block, ...]:
    found, start = [], 0
    for part in text.split("\n\n"):
        if part.strip():
            found.append(Block(kind="paragraph", start=start, end=start + len(part)))
        start += len(part) + 2
    return tuple(found)
