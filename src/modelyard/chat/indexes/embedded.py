"""The index that comes with the application database."""

import heapq
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sqlalchemy import delete, func, insert, select

from modelyard.chat.index import Hit, IndexedChunk, Shelf
from modelyard.chat.indexes.errors import wrong_size
from modelyard.chat.indexes.matrices import MATRICES, Matrix, mark_written
from modelyard.chat.indexes.words_here import WordsHere
from modelyard.chat.lexicon.keeping import SOME, parts
from modelyard.chat.lexicon.searching import chunks_of_documents
from modelyard.chat.tables import ChunkVector, Collection

if TYPE_CHECKING:
    import numpy as np


class EmbeddedIndex(WordsHere):
    """Words and vectors in the application database: no server, nothing to set up.

    Words are found by the full-text index of SQLite or PostgreSQL and scored by BM25. Vectors are compared with all of
    the collection, exactly; the process that answers keeps them in memory (1.5 kB each with 384 numbers, within
    MODELYARD_INDEX_MEMORY_BYTES). Made for up to about 50 000 chunks in a collection: twenty books.
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
        best: list[Hit] = []
        n_compared = 0
        for block in MATRICES.blocks(shelf, len(vector)):
            n_compared += len(block.ids)
            nearest = [*best, *_nearest(block, vector, k, allowed)]
            best = heapq.nsmallest(k, nearest, key=lambda hit: (-hit.score, hit.chunk_id))
        if not n_compared:
            _require_no_others(shelf, len(vector))
        return best


def _nearest(block: Matrix, vector: "np.ndarray[Any, Any]", k: int, allowed: Sequence[int] | None) -> list[Hit]:
    import numpy as np

    ids, vectors = block.ids, block.vectors
    if allowed is not None:
        rows = np.flatnonzero(np.isin(ids, np.asarray(allowed, np.int64)))
        ids, vectors = ids[rows], vectors[rows]
    scores = vectors @ np.asarray(vector, np.float32)
    n = len(scores)
    top = np.argpartition(scores, n - k)[n - k :] if 0 < k < n else np.arange(n)
    return [Hit(int(ids[row]), float(scores[row])) for row in top]


def _require_no_others(shelf: Shelf, n_dimensions: int) -> None:
    ours = ChunkVector.collection_id == shelf.collection_id
    size = shelf.session.scalar(select(func.length(ChunkVector.vector)).where(ours).limit(1))
    if size is not None and size != 2 * n_dimensions:
        raise wrong_size(n_dimensions, size // 2)
