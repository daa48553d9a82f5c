"""Rows of the chat room."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.access.tables import User
from modelyard.endpoints.tables import GOES_WITH_ENDPOINT, Endpoint
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column
from modelyard.llm.tables import Llm

CollectionState = Literal["empty", "syncing", "ready", "failed"]
DocumentState = Literal["waiting", "indexed", "failed"]
Thumb = Literal["up", "down"]
NUMBERED = BigInteger().with_variant(Integer(), "sqlite")


class Collection(Base):
    """Documents, their chunks and their index; private to its owner. An Endpoint answers questions about it."""

    __tablename__ = "collections"
    __table_args__ = (Index("ix_collections_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    endpoint_id: Mapped[str] = mapped_column(String(32), index=True)
    """Its endpoint, made with it."""
    index: Mapped[dict[str, Any]]
    """Document of a kind of the Index family."""
    embedder_id: Mapped[str | None] = mapped_column(ForeignKey(Llm.id, ondelete="SET NULL"))
    """The LLM row whose provider embeds; None: the embedder that comes with the package."""
    llm_id: Mapped[str | None] = mapped_column(ForeignKey(Llm.id, ondelete="SET NULL"))
    """The LLM that answers; None: answers are extractive."""
    answering: Mapped[dict[str, Any]]
    """Document of `answering.settings.AnswerSettings`."""
    site_url: Mapped[str | None] = mapped_column(Text)
    """Where the documents are published; the addresses of documents are relative to it."""
    embedder_fingerprint: Mapped[str | None] = mapped_column(String(200))
    """Which embedder made the vectors that are in the index; None: there are none yet."""
    n_dimensions: Mapped[int | None]
    """How long these vectors are."""
    wanted: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`index` and `embedder_id` that the next sync takes up, embedding all anew; until then the old ones answer."""
    version: Mapped[int] = mapped_column(default=0)
    """Grows with every write of a sync that changes what is found."""
    state: Mapped[CollectionState] = mapped_column(String(16), default="empty")
    run_id: Mapped[str | None] = mapped_column(String(32))
    """The latest sync."""
    is_sync_due: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether another sync was asked for while one was running: it follows at once."""
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    n_documents: Mapped[int] = mapped_column(default=0)
    n_chunks: Mapped[int] = mapped_column(default=0)
    n_words: Mapped[int] = mapped_column(default=0)
    n_words_indexed: Mapped[int] = mapped_column(default=0)
    sample: Mapped[str | None] = mapped_column(String(32))
    """Which of the product's samples it was made as; None: it is the owner's own."""
    created_at: Mapped[datetime]
    synced_at: Mapped[datetime | None]


class DocumentOrigin(Base):
    """Where documents of a collection come from: files that were uploaded, a folder, a site; every sync reads them."""

    __tablename__ = "document_origins"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"), index=True)
    origin: Mapped[dict[str, Any]]
    """Document of `origins.Origin`: its `kind` (files, zip, folder, site) and what that needs."""
    name: Mapped[str] = mapped_column(Text)
    """The file's name, the folder's path or the site's address, as a person knows it."""
    upload_hash: Mapped[str | None] = artifact_column()
    """The bytes that were uploaded, kept so that every sync can read them again."""
    added_at: Mapped[datetime]
    synced_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the last sync found there: documents, what was left out and why."""


class Document(Base):
    """One document of a collection as it is now; `key` is its path or address within its origin."""

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_collection_id_key", "collection_id", "origin_id", "key", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"))
    origin_id: Mapped[str] = mapped_column(ForeignKey(DocumentOrigin.id, ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(700))
    title: Mapped[str] = mapped_column(Text)
    loader: Mapped[str] = mapped_column(String(32))
    """The kind of the Loader family that read it."""
    url: Mapped[str | None] = mapped_column(Text)
    """Where a reader finds it; None: only in the viewer."""
    language: Mapped[str | None] = mapped_column(String(8))
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the bytes that were read, and of how they are read; equal means nothing to do."""
    text_hash: Mapped[str | None] = artifact_column()
    """Canonical text with its structure (parsed.ParsedDocument as JSON); None: it could not be read."""
    n_words: Mapped[int] = mapped_column(default=0)
    n_words_indexed: Mapped[int] = mapped_column(default=0)
    n_chunks: Mapped[int] = mapped_column(default=0)
    state: Mapped[DocumentState] = mapped_column(String(16))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Why it, or a part of it, is not indexed: message and hint."""
    notes: Mapped[list[Any]] = mapped_column(default=list)
    """Sentences of reading it."""
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DocumentVersion(Base):
    """A canonical text that answers may cite: kept when the document changes or goes, until its collection does."""

    __tablename__ = "document_versions"
    __table_args__ = (PrimaryKeyConstraint("document_id", "text_hash"),)

    document_id: Mapped[str] = mapped_column(String(32))
    text_hash: Mapped[str] = artifact_column()
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    first_version: Mapped[int]
    """The collection's version that had it first."""
    last_version: Mapped[int | None]
    """The last one; None: it is the one now."""


class Chunk(Base):
    """A stretch of a document that is found as a whole; `[start, end)` are characters of the canonical text."""

    __tablename__ = "chunks"
    # SQLite would give the number of a chunk that is gone to another one; answers name chunks by it.
    __table_args__ = (
        Index("ix_chunks_collection_id_document_id_place", "collection_id", "document_id", "place"),
        {"sqlite_autoincrement": True},
    )

    # SQLite numbers rows only of INTEGER keys.
    id: Mapped[int] = mapped_column(NUMBERED, primary_key=True, autoincrement=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"))
    document_id: Mapped[str] = mapped_column(ForeignKey(Document.id, ondelete="CASCADE"), index=True)
    place: Mapped[int]
    """Its number within the document, from 0."""
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    """The canonical text of [start, end)."""
    headings: Mapped[list[Any]]
    """The headings above it, outermost first."""
    anchor: Mapped[str | None] = mapped_column(Text)
    """The fragment of the nearest heading above it."""
    page: Mapped[int | None]
    """The page that it begins on, from 1; None where there are no pages."""
    language: Mapped[str | None] = mapped_column(String(8))
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what is indexed of it (chunking.indexed_text); equal means its vector holds."""
    n_tokens: Mapped[int]


class ChunkVector(Base):
    """The vector of a chunk in the embedded index: float16, of length 1."""

    __tablename__ = "chunk_vectors"
    __table_args__ = (Index("ix_chunk_vectors_collection_id_version", "collection_id", "version", "chunk_id"),)

    chunk_id: Mapped[int] = mapped_column(NUMBERED, ForeignKey(Chunk.id, ondelete="CASCADE"), primary_key=True)
    collection_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    """The collection's when it was written; it had grown once readers could see the vector."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class VectorAhead(Base):
    """A vector made before its document was written whole; a sync that was killed or failed finds it again."""

    __tablename__ = "vectors_ahead"
    __table_args__ = (PrimaryKeyConstraint("collection_id", "fingerprint", "hash"),)

    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(200))
    """Of the embedder that made it."""
    hash: Mapped[str] = mapped_column(String(64))
    """`Chunk.hash` of what was embedded."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """float32, of length 1."""


class ChatSession(Base):
    """A conversation of one reader with one endpoint; its turns are the calls that name it."""

    __tablename__ = "chat_sessions"
    __table_args__ = (Index("ix_chat_sessions_endpoint_id_id", "endpoint_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey(Endpoint.id, ondelete="CASCADE"))
    reader: Mapped[str] = mapped_column(String(64), index=True)
    """Whose it is: a user's id, or the id in a reader's signed token."""
    title: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Feedback(Base):
    """What a reader thought of one answer."""

    __tablename__ = "feedback"
    __table_args__ = {"info": {GOES_WITH_ENDPOINT: "pieces of feedback"}}  # noqa: RUF012

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey(Endpoint.id, ondelete="CASCADE"), index=True)
    reader: Mapped[str] = mapped_column(String(64))
    thumb: Mapped[Thumb] = mapped_column(String(8))
    comment: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class QualityRun(Base):
    """How good a collection was on its test questions at one version."""

    __tablename__ = "quality_runs"
    __table_args__ = (Index("ix_quality_runs_collection_id_id", "collection_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"))
    collection_version: Mapped[int]
    run_id: Mapped[str | None] = mapped_column(String(32))
    dataset_id: Mapped[str | None] = mapped_column(String(32))
    question_set_id: Mapped[str | None] = mapped_column(String(32))
    scores: Mapped[dict[str, Any]]
    """Document of `quality.scores.Scores`."""
    results_hash: Mapped[str | None] = artifact_column()
    """One row per question, as Parquet."""
    created_at: Mapped[datetime]


class PageVariant(Base):
    """A document explained for a level or translated: made once for a text, a wish and an LLM."""

    __tablename__ = "page_variants"
    __table_args__ = (PrimaryKeyConstraint("text_hash", "wish", "llm"),)

    text_hash: Mapped[str] = mapped_column(String(64))
    wish: Mapped[str] = mapped_column(String(64))
    """Such as `explain:beginner` or `translate:vi`."""
    llm: Mapped[str] = mapped_column(String(200))
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"), index=True)
    document_id: Mapped[str] = mapped_column(String(32))
    blocks: Mapped[list[Any]]
    """Documents of `variants.blocks.MadeBlock`, in order, as far as they are made."""
    is_whole: Mapped[bool] = mapped_column(default=False, server_default=false())
    maker: Mapped[str | None] = mapped_column(String(32))
    """Who makes it now; others wait for the blocks."""
    lease_expires_at: Mapped[datetime | None]
    """When another may go on, should the maker be silent."""
    usage: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
