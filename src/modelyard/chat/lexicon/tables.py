"""Rows of the words of chunks."""

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, String, Text, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.chat.tables import NUMBERED, Chunk, Collection
from modelyard.kernel.db import Base


class ChunkWords(Base):
    """The words of a chunk as they are searched, apart by spaces, in their order.

    On SQLite the triggers of migration 0004 keep the FTS5 table `chunk_words_fts` in step, on PostgreSQL `lexemes` has
    a GIN index. Both find candidates; what counts is scored from the words here (bm25).
    """

    __tablename__ = "chunk_words"
    __table_args__ = (
        Index("ix_chunk_words_lexemes", "lexemes", postgresql_using="gin", sqlite_where=text("lexemes IS NOT NULL")),
    )

    chunk_id: Mapped[int] = mapped_column(NUMBERED, ForeignKey(Chunk.id, ondelete="CASCADE"), primary_key=True)
    collection_id: Mapped[str] = mapped_column(String(32), index=True)
    shelf: Mapped[str] = mapped_column(String(16))
    """What the words of this collection begin with in the candidates' index, so that others' are not looked at."""
    head: Mapped[str] = mapped_column(Text)
    """Of the title and the headings."""
    body: Mapped[str] = mapped_column(Text)
    bare: Mapped[str] = mapped_column(Text)
    """Words of both that have accents, without them: who types none finds them too."""
    n_words: Mapped[int]
    """Of both."""
    lexemes: Mapped[str | None] = mapped_column(TSVECTOR().with_variant(Text(), "sqlite"))
    """On PostgreSQL only: all words, with marks of how often they are there."""


class WordCount(Base):
    """How many chunks of a collection hold a word; the empty word is in all of them and counts their words."""

    __tablename__ = "word_counts"
    __table_args__ = (PrimaryKeyConstraint("collection_id", "word"),)

    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"))
    word: Mapped[str] = mapped_column(String(130))
    n_chunks: Mapped[int]
    n_words: Mapped[int]
    """Occurrences, in all chunks together."""
