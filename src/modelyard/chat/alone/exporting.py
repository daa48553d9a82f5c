"""Copies what answers need of a collection out of the yard's database; nothing of its owner goes along."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, inspect, select

from modelyard.chat.alone.index_file import IndexWriter
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.indexes.embedded import EmbeddedIndex
from modelyard.chat.lexicon.tables import ChunkWords, WordCount
from modelyard.chat.ownership import visible_documents
from modelyard.chat.tables import Chunk, ChunkVector, Collection, Document
from modelyard.kernel.artifacts import CHUNK_BYTES
from modelyard.kernel.context import Context
from modelyard.kernel.db import Base
from modelyard.kernel.stores.database import ArtifactChunk
from modelyard.llm.client import builtin_embedder

READER = "reader"
"""Whose the collection is, in its own file."""
_SOME = 1_000
"""Rows that are copied at once."""


def has_meaning(ctx: Context, collection: Collection) -> bool:
    """Say whether its vectors can go along: made by the embedder that comes with the package, in a table here."""
    is_ours = collection.embedder_fingerprint == builtin_embedder(ctx.settings).info.fingerprint
    return is_ours and collection.index.get("kind") in ("embedded", "pgvector")


def export(ctx: Context, collection: Collection, out: IndexWriter) -> None:
    """Write a collection as its answers read it: the texts of now, no files, no origins, no keys of LLMs."""
    ctx.require("collections:read")
    with_meaning = has_meaning(ctx, collection)
    out.add(Collection, [_alone(collection, with_meaning=with_meaning)])
    documents = visible_documents(ctx).where(Document.collection_id == collection.id, Document.text_hash.is_not(None))
    digests: dict[str, None] = {}
    for rows in _copied(ctx, documents.order_by(Document.id)):
        out.add(Document, [_without_origin(row) for row in rows])
        digests |= dict.fromkeys(row["text_hash"] for row in rows)
    for text in _texts(ctx, digests):
        out.add(ArtifactChunk, [text])
    of_ours = {"collection_id": collection.id}
    for kind, key in ((Chunk, Chunk.id), (WordCount, WordCount.word)):
        for rows in _copied(ctx, select(kind).filter_by(**of_ours).order_by(key)):
            out.add(kind, rows)
    for rows in _copied(ctx, select(ChunkWords).filter_by(**of_ours).order_by(ChunkWords.chunk_id)):
        out.add_words([{**row, "lexemes": None} for row in rows])
    if with_meaning:
        for vectors in _vectors(ctx, collection):
            out.add(ChunkVector, vectors)


def _alone(collection: Collection, *, with_meaning: bool) -> dict[str, Any]:
    answering = AnswerSettings.model_validate(collection.answering)
    return {
        **_document(collection),
        "owner_id": READER,
        "index": EmbeddedIndex().model_dump(mode="json"),
        "embedder_id": None,
        "embedder_fingerprint": collection.embedder_fingerprint if with_meaning else None,
        "n_dimensions": collection.n_dimensions if with_meaning else None,
        "llm_id": None,
        "answering": answering.model_copy(update={"ranker_id": None, "judge_id": None}).model_dump(mode="json"),
        "wanted": None,
        "run_id": None,
        "error": None,
        "state": "ready",
        "is_sync_due": False,
    }


def _without_origin(row: dict[str, Any]) -> dict[str, Any]:
    """Return a document's row without where it was read from: names of files and folders stay in the yard."""
    return {**row, "origin_id": "", "key": row["id"], "content_hash": "", "error": None, "notes": []}


def _texts(ctx: Context, digests: Iterable[str]) -> Iterator[dict[str, Any]]:
    for digest in digests:
        content = ctx.artifacts.read_bytes(digest)
        for position, start in enumerate(range(0, max(1, len(content)), CHUNK_BYTES)):
            yield {"hash": digest, "position": position, "content": content[start : start + CHUNK_BYTES]}


def _vectors(ctx: Context, collection: Collection) -> Iterator[list[dict[str, Any]]]:
    if collection.index.get("kind") == "embedded":
        chosen = select(ChunkVector).where(ChunkVector.collection_id == collection.id)
        yield from _copied(ctx, chosen.order_by(ChunkVector.chunk_id))
        return
    from modelyard.chat.indexes.halfvecs import table_of

    table = table_of(collection.n_dimensions or 0)
    chosen = select(table).where(table.c.collection_id == collection.id).order_by(table.c.chunk_id)
    for rows in ctx.session.execute(chosen.execution_options(yield_per=_SOME)).partitions():
        yield [
            {
                "chunk_id": row.chunk_id,
                "collection_id": collection.id,
                "version": collection.version,
                "vector": row.vector.to_numpy().astype("float16").tobytes(),
            }
            for row in rows
        ]


def _copied(ctx: Context, query: Select[Any]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a query as documents, some at a time."""
    for rows in ctx.session.scalars(query.execution_options(yield_per=_SOME)).partitions():
        yield [_document(row) for row in rows]


def _document(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
