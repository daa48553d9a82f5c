"""Artifacts as chunked rows of the application database, for hosts whose disk is wiped."""

from pathlib import Path
from typing import IO

from sqlalchemy import LargeBinary, String, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from modelyard.kernel.artifacts import CHUNK_BYTES, missing
from modelyard.kernel.db import Base, translated_database_errors


class ArtifactChunk(Base):
    """One megabyte of an artifact."""

    __tablename__ = "artifact_chunks"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DatabaseStore:
    """Rows of at most one megabyte; an artifact's rows are written in one transaction."""

    def __init__(self, sessions: sessionmaker[Session], readers: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._readers = readers

    def write(self, digest: str, path: Path) -> None:
        """Insert the chunks; a second writer of the same bytes changes nothing."""
        try:
            with translated_database_errors(), self._sessions.begin() as session, path.open("rb") as file:
                position = 0
                while (content := file.read(CHUNK_BYTES)) or position == 0:
                    session.execute(insert(ArtifactChunk).values(hash=digest, position=position, content=content))
                    position += 1
        except IntegrityError:
            if not self.exists(digest):
                raise

    def copy_to(self, digest: str, target: IO[bytes]) -> None:
        """Write the chunks to `target` in order, one in memory at a time."""
        position = 0
        with translated_database_errors(), self._readers() as session:
            while (content := self._chunk(session, digest, position)) is not None:
                target.write(content)
                position += 1
        if position == 0:
            raise missing(digest)

    @staticmethod
    def _chunk(session: Session, digest: str, position: int) -> bytes | None:
        chosen = (ArtifactChunk.hash == digest) & (ArtifactChunk.position == position)
        return session.scalar(select(ArtifactChunk.content).where(chosen))

    def exists(self, digest: str) -> bool:
        """Say whether there is a first chunk."""
        with translated_database_errors(), self._readers() as session:
            return self._chunk(session, digest, 0) is not None

    def size(self, digest: str) -> int | None:
        """Return the length of all chunks."""
        total = select(func.sum(func.length(ArtifactChunk.content))).where(ArtifactChunk.hash == digest)
        with translated_database_errors(), self._readers() as session:
            n_bytes = session.scalar(total)
        return None if n_bytes is None else int(n_bytes)

    def delete(self, digest: str) -> None:
        """Remove all chunks."""
        with translated_database_errors(), self._sessions.begin() as session:
            session.execute(delete(ArtifactChunk).where(ArtifactChunk.hash == digest))

    def probe(self) -> None:
        """Ask for one row."""
        with translated_database_errors(), self._readers() as session:
            session.execute(select(ArtifactChunk.hash).limit(1))
