"""The index that comes with the application database."""

import heapq
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sqlalchemy import delete, func, insert, select

from modelyard.chat.index import Hit, Index, IndexedChunk, Shelf
from modelyard.chat.indexes.matrices import MATRICES, Matrix, mark_written
from modelyard.chat.lexicon.keeping import SOME, drop_words, parts, put_words, remove_words
from modelyard.chat.lexicon.searching import chunks_of_documents, search_words
from modelyard.chat.lexicon.tables import ChunkWords
from modelyard.chat.tables import ChunkVector, Collection
from modelyard.llm.errors import WrongVectorSize

if TYPE_CHECKING:
    import numpy as np


class EmbeddedIndex(Index):
    """Words and vectors in the application database: no server, nothing to set up.

    Words are found by the full-text index of SQLite or PostgreSQL and scored by BM25. Vectors are compared with all of
    the collection, exactly; the process that answers keeps them in memory (1.5 kB each with 384 numbers, within
    MODELYARD_INDEX_MEMORY_BYTES). Made for up to about 50 000 chunks in a collection: twenty books.
    """

    kind: Literal["embedded"] = "embedded"

    title: ClassVar[str] = "In the application database"
    group: ClassVar[str] = "index"
    icon: ClassVar[str] = "database"

    def put(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add chunks or replace those of the same id."""
        import numpy as np

        put_words(shelf.session, shelf.collection_id, chunks)
        _remove_vectors(shelf, [chunk.chunk_id for chunk in chunks])
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
            if chunk.vector is not None
        ]
        if rows:
            shelf.session.execute(insert(ChunkVector), rows)

    def remove(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; ids that are not there are no fault."""
        remove_words(shelf.session, shelf.collection_id, chunk_ids)
        _remove_vectors(shelf, chunk_ids)

    def by_words(
        self, shelf: Shelf, text: str, *, k: int, language: str | None = None, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return at most `k` chunks that share words with `text`, best first."""
        return search_words(shelf, text, k=k, language=language, documents=documents)

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
            best = heapq.nsmallest(
                k, [*best, *_nearest(block, vector, k, allowed)], key=lambda hit: (-hit.score, hit.chunk_id)
            )
        if not n_compared:
            _require_no_others(shelf, len(vector))
        return best

    def count(self, shelf: Shelf) -> int:
        """Return how many chunks of the collection are there."""
        ours = ChunkWords.collection_id == shelf.collection_id
        return shelf.session.scalar(select(func.count()).select_from(ChunkWords).where(ours)) or 0

    def drop(self, shelf: Shelf) -> None:
        """Remove all of the collection."""
        drop_words(shelf.session, shelf.collection_id)
        mark_written(shelf.session, shelf.collection_id)
        shelf.session.execute(delete(ChunkVector).where(ChunkVector.collection_id == shelf.collection_id))


def _nearest(block: Matrix, vector: "np.ndarray[Any, Any]", k: int, allowed: Sequence[int] | None) -> list[Hit]:
    import numpy as np

    ids, vectors = block.ids, block.vectors
    if allowed is not None:
        rows = np.flatnonzero(np.isin(ids, np.asarray(allowed, np.int64)))
        ids, vectors = ids[rows], vectors[rows]
    scores = vectors @ np.asarray(vector, np.float32)
    top = np.argpartition(scores, len(scores) - k)[len(scores) - k :] if 0 < k < len(scores) else np.arange(len(scores))
    return [Hit(int(ids[row]), float(scores[row])) for row in top]


def _remove_vectors(shelf: Shelf, chunk_ids: Sequence[int]) -> None:
    mark_written(shelf.session, shelf.collection_id)
    for some in parts(chunk_ids, SOME):
        ours = (ChunkVector.collection_id == shelf.collection_id, ChunkVector.chunk_id.in_(some))
        shelf.session.execute(delete(ChunkVector).where(*ours))


def _require_no_others(shelf: Shelf, n_dimensions: int) -> None:
    ours = ChunkVector.collection_id == shelf.collection_id
    size = shelf.session.scalar(select(func.length(ChunkVector.vector)).where(ours).limit(1))
    if size is not None and size != 2 * n_dimensions:
        raise WrongVectorSize(
            f"The question has a vector of {n_dimensions} numbers, the documents have {size // 2}.",
            hint="Sync the collection, so that its documents are embedded by the same embedder as questions.",
        )
