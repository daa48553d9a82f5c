"""The index that comes with the application database."""

import heapq
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sqlalchemy import delete, func, insert, select

from modelyard.chat.index import Hit, IndexedChunk, Shelf
from modelyard.chat.indexes.errors import wrong_size
from modelyard.chat.indexes.matrices import MATRICES, Block, mark_written, stored, stored_of
from modelyard.chat.indexes.words_here import WordsHere
from modelyard.chat.lexicon.keeping import SOME, parts
from modelyard.chat.lexicon.searching import chunks_of_documents
from modelyard.chat.tables import ChunkVector, Collection

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

LEAST_CANDIDATES = 50
PER_HIT = 2
"""Candidates compared exactly for each hit that is wanted: eight bits a number put none of the best farther back."""
READ_AT_ONCE = 1_000
"""Chunks of chosen documents whose vectors are read rather than looked up in memory."""


class EmbeddedIndex(WordsHere):
    """Words and vectors in the application database: no server, nothing to set up.

    Words are found by the full-text index of SQLite or PostgreSQL and scored by BM25. Vectors are compared with all of
    the collection; the process that answers keeps them in memory in eight bits a number (400 bytes each with 384
    numbers, within MODELYARD_INDEX_MEMORY_BYTES), and compares the likeliest exactly. Made for up to about 50 000
    chunks in a collection: twenty books.
    """

    kind: Literal["embedded"] = "embedded"

    title: ClassVar[str] = "In the application database"
    group: ClassVar[str] = "index"
    icon: ClassVar[str] = "database"

    def put_vectors(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add the vectors of chunks as float16, or replace them."""
        import numpy as np

        self.remove_vectors(shelf, [chunk.chunk_id for chunk in chunks])
        # The shelf may be of an earlier transaction, and readers go by this number.
        version = shelf.session.scalar(select(Collection.version).where(Collection.id == shelf.collection_id))
        rows = [
            {
                "chunk_id": chunk.chunk_id,
                "collection_id": shelf.collection_id,
                "version": version,
                "vector": np.asarray(chunk.vector, np.float16).tobytes(),
            }
            for chunk in chunks
        ]
        shelf.session.execute(insert(ChunkVector), rows)

    def remove_vectors(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove the vectors of chunks, where there are some."""
        mark_written(shelf.session, shelf.collection_id)
        for some in parts(chunk_ids, SOME):
            ours = (ChunkVector.collection_id == shelf.collection_id, ChunkVector.chunk_id.in_(some))
            shelf.session.execute(delete(ChunkVector).where(*ours))

    def drop_vectors(self, shelf: Shelf) -> None:
        """Remove all vectors of the collection."""
        mark_written(shelf.session, shelf.collection_id)
        shelf.session.execute(delete(ChunkVector).where(ChunkVector.collection_id == shelf.collection_id))

    def by_meaning(
        self, shelf: Shelf, vector: "np.ndarray[Any, Any]", *, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the `k` chunks nearest by cosine, best first; raise WrongVectorSize when none can be compared."""
        allowed = None
        if documents is not None:
            allowed = chunks_of_documents(shelf.session, shelf.collection_id, documents)
        blocks = list(_looked_at(shelf, vector, max(LEAST_CANDIDATES, PER_HIT * k), allowed)) if k > 0 else []
        hits = [hit for block in blocks for hit in block]
        if not hits:
            _require_no_others(shelf, len(vector))
        return heapq.nsmallest(k, hits, key=lambda hit: (-hit.score, hit.chunk_id))


def _looked_at(shelf: Shelf, vector: "Array", n: int, allowed: list[int] | None) -> Iterator[list[Hit]]:
    """Yield hits among which the nearest are, with their exact cosine."""
    if allowed is None or len(allowed) > READ_AT_ONCE:
        matrix = MATRICES.of(shelf, len(vector))
        if matrix is None:
            chosen = None if allowed is None else frozenset(allowed)
            for block in stored(shelf, len(vector)):
                hits = _compared(block, vector)
                yield heapq.nlargest(n, (hit for hit in hits if chosen is None or hit.chunk_id in chosen), key=_score)
            return
        allowed = matrix.nearest(vector, n, allowed)
    for some in parts(allowed, SOME):
        for block in stored_of(shelf, len(vector), some):
            yield _compared(block, vector)


def _compared(block: Block, vector: "Array") -> list[Hit]:
    scores = block.vectors @ vector
    return [Hit(chunk_id, score) for chunk_id, score in zip(block.ids.tolist(), scores.tolist(), strict=True)]


def _score(hit: Hit) -> float:
    return hit.score


def _require_no_others(shelf: Shelf, n_dimensions: int) -> None:
    ours = ChunkVector.collection_id == shelf.collection_id
    size = shelf.session.scalar(select(func.length(ChunkVector.vector)).where(ours).limit(1))
    if size is not None and size != 2 * n_dimensions:
        raise wrong_size(n_dimensions, size // 2)
