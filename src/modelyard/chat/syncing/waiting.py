"""Vectors that wait for their document, in the database: a sync that was killed finds them again."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from modelyard.chat.syncing.taking import held
from modelyard.chat.tables import VectorAhead
from modelyard.runs.job import JobContext

if TYPE_CHECKING:
    import numpy as np
    from sqlalchemy.orm import Session

AT_ONCE = 500
"""Values of one statement."""


class WaitingVectors:
    """The vectors that one embedder made for one collection."""

    def __init__(self, ctx: JobContext, collection_id: str, fingerprint: str) -> None:
        self._ctx = ctx
        self._collection_id = collection_id
        self._fingerprint = fingerprint

    def find(self, hashes: Sequence[str]) -> "dict[str, np.ndarray[Any, Any]]":
        """Return those that are there, by the hash of what was embedded."""
        with self._ctx.session() as session:
            return self.find_in(session, hashes)

    def find_in(self, session: "Session", hashes: Sequence[str]) -> "dict[str, np.ndarray[Any, Any]]":
        """Return the same within a transaction of the caller."""
        import numpy as np

        found: dict[str, np.ndarray[Any, Any]] = {}
        for start in range(0, len(hashes), AT_ONCE):
            part = hashes[start : start + AT_ONCE]
            chosen = select(VectorAhead.hash, VectorAhead.vector).where(*self._mine(), VectorAhead.hash.in_(part))
            found |= {row.hash: np.frombuffer(row.vector, dtype=np.float32) for row in session.execute(chosen)}
        return found

    def keep(self, vectors: "Mapping[str, np.ndarray[Any, Any]]") -> None:
        """Keep vectors in a transaction of their own."""
        import numpy as np

        rows = [
            {
                "collection_id": self._collection_id,
                "fingerprint": self._fingerprint,
                "hash": text_hash,
                "vector": np.ascontiguousarray(vector, dtype=np.float32).tobytes(),
            }
            for text_hash, vector in vectors.items()
        ]
        with self._ctx.session() as session:
            held(session, self._collection_id, self._ctx.run_id)
            known = set(session.scalars(select(VectorAhead.hash).where(*self._mine(), VectorAhead.hash.in_(vectors))))
            if new := [row for row in rows if row["hash"] not in known]:
                session.execute(insert(VectorAhead), new)

    def drop(self, session: "Session", hashes: Sequence[str]) -> None:
        """Let go of vectors that are indexed by the same transaction."""
        for start in range(0, len(hashes), AT_ONCE):
            part = hashes[start : start + AT_ONCE]
            session.execute(delete(VectorAhead).where(*self._mine(), VectorAhead.hash.in_(part)))

    def drop_all(self, session: "Session") -> None:
        """Let go of every vector that waits for the collection, of whatever embedder."""
        session.execute(delete(VectorAhead).where(VectorAhead.collection_id == self._collection_id))

    def _mine(self) -> tuple[Any, ...]:
        return VectorAhead.collection_id == self._collection_id, VectorAhead.fingerprint == self._fingerprint
