"""A collection's index as one file that is only read: chunks, words, vectors, and the texts that answers cite.

It is a SQLite file with the tables that answers read and no others, so that they are found by the very code that finds
them in the yard; `immutable` lets any number of processes read it from a disk that nobody may write to.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, insert, text
from sqlalchemy.schema import CreateIndex, CreateTable

from modelyard.chat.lexicon.tables import ChunkWords, WordCount
from modelyard.chat.tables import Chunk, ChunkVector, Collection, Document
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.clock import utc_now
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.db import Base, make_sessions, translated_database_errors
from modelyard.kernel.settings import Settings
from modelyard.kernel.stores.database import ArtifactChunk, DatabaseStore

_ROWS: tuple[type[Base], ...] = (Collection, Document, Chunk, ChunkVector, ChunkWords, WordCount, ArtifactChunk)
_FTS = """
CREATE VIRTUAL TABLE chunk_words_fts USING fts5(
    head, body, bare, content='', tokenize="ascii tokenchars '_.:+#~'''"
)
"""
"""As the yard's own on SQLite (migration 0004): candidates are found there, what counts is scored elsewhere."""
_ADD = "INSERT INTO chunk_words_fts (rowid, head, body, bare) VALUES (:chunk_id, :head, :body, :bare)"


class IndexWriter:
    """Fills a new file; the same rows in the same order give the same bytes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kind: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Add rows of one of the tables."""
        if rows:
            self._connection.execute(insert(kind), list(rows))

    def add_words(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add the words of chunks, and make them candidates."""
        self.add(ChunkWords, rows)
        spelled = [{"chunk_id": row["chunk_id"], **{name: _marked(row, name) for name in _WORDS}} for row in rows]
        if spelled:
            self._connection.execute(text(_ADD), spelled)


_WORDS = ("head", "body", "bare")


def _marked(row: dict[str, Any], name: str) -> str:
    return " ".join(row["shelf"] + word for word in row[name].split())


@contextmanager
def written(path: Path) -> Iterator[IndexWriter]:
    """Yield the writer of a new file, which is whole when this ends."""
    # audit: ignore[DB001] a file that goes into a bundle: written once, then only read
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        with engine.begin() as connection:
            for row in _ROWS:
                connection.execute(CreateTable(cast(Table, row.__table__)))
                # By name: a table's own set of them has another order in each process.
                for index in sorted(cast(Table, row.__table__).indexes, key=lambda each: str(each.name)):
                    connection.execute(CreateIndex(index))
            connection.execute(text(_FTS))
            yield IndexWriter(connection)
            connection.execute(text("INSERT INTO chunk_words_fts (chunk_words_fts) VALUES ('optimize')"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
    finally:
        engine.dispose()


class IndexFile:
    """Such a file, open for reading: it gives Contexts as a yard does, and none that write."""

    def __init__(self, path: Path, settings: Settings) -> None:
        readers = make_sessions(_reading(path), writes=False)
        self._sessions = readers
        self.settings = settings
        self.artifacts = ArtifactStore(DatabaseStore(readers, readers), settings.scratch)

    @contextmanager
    def context(self, actor: Actor, *, writes: bool = False) -> Iterator[Context]:
        """Yield a Context for `actor`; what it would write is refused by the file."""
        with translated_database_errors(), self._sessions() as session, session.begin():
            yield Context(actor, session, self.settings, self.artifacts, utc_now)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reading(path: Path) -> Engine:
    query = {"mode": "ro", "immutable": "1", "uri": "true"}
    return create_engine(URL.create("sqlite", database=f"file:{quote(str(path))}", query=query))
