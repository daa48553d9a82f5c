"""The index in PostgreSQL with the extension pgvector."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sqlalchemy import FromClause, delete, func, insert, select

from modelyard.chat.index import Hit, IndexedChunk, Shelf
from modelyard.chat.indexes import halfvecs
from modelyard.chat.indexes.errors import IndexNotHere, wrong_size
from modelyard.chat.indexes.words_here import WordsHere
from modelyard.chat.lexicon.keeping import SOME, parts
from modelyard.chat.tables import Chunk

if TYPE_CHECKING:
    import numpy as np

    from modelyard.kernel.settings import Settings

EF_SEARCH = 100
"""Chunks that HNSW keeps in view; more find more and take longer. 50 are asked for."""


class PgvectorIndex(WordsHere):
    """Vectors in the application's PostgreSQL, compared there by the extension pgvector: for large collections.

    Up to 20 000 chunks the comparison is exact; beyond, an HNSW index over the collection finds nearly all of the
    nearest (0.98 and more of ten among 100 000, in milliseconds). The process that answers needs no memory for vectors.
    The extension (0.8 or newer) is created when it is there to be created; Neon, Supabase and most hosts have it.
    """

    kind: Literal["pgvector"] = "pgvector"

    title: ClassVar[str] = "pgvector"
    group: ClassVar[str] = "index"
    icon: ClassVar[str] = "database-zap"

    def require_usable(self, settings: "Settings") -> None:
        """Raise IndexNotHere where the application database is not PostgreSQL."""
        if settings.is_sqlite:
            raise IndexNotHere(
                "pgvector needs the application database to be PostgreSQL.",
                hint="Choose the index in the application database, or set DATABASE_URL to a PostgreSQL database.",
            )

    def put_vectors(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add the vectors of chunks as halfvec, or replace them; beyond 20 000 the HNSW index is made."""
        self.require_usable(shelf.settings)
        self.remove_vectors(shelf, [chunk.chunk_id for chunk in chunks])
        by_size: dict[int, list[dict[str, Any]]] = {}
        for chunk in chunks:
            assert chunk.vector is not None
            row = {"chunk_id": chunk.chunk_id, "collection_id": shelf.collection_id, "vector": chunk.vector}
            by_size.setdefault(len(chunk.vector), []).append(row)
        for size, rows in by_size.items():
            shelf.session.execute(insert(halfvecs.made(shelf.session, size)), rows)
            halfvecs.index_when_large(shelf.session, size, shelf.collection_id)

    def remove_vectors(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove the vectors of chunks, where there are some."""
        for size in halfvecs.sizes(shelf.session):
            table = halfvecs.table_of(size)
            for some in parts(chunk_ids, SOME):
                ours = (table.c.collection_id == shelf.collection_id, table.c.chunk_id.in_(some))
                shelf.session.execute(delete(table).where(*ours))

    def drop_vectors(self, shelf: Shelf) -> None:
        """Remove all vectors of the collection, and its HNSW index."""
        for size in halfvecs.sizes(shelf.session):
            table = halfvecs.table_of(size)
            shelf.session.execute(delete(table).where(table.c.collection_id == shelf.collection_id))
            halfvecs.drop_index(shelf.session, size, shelf.collection_id)

    def by_meaning(
        self, shelf: Shelf, vector: "np.ndarray[Any, Any]", *, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the `k` chunks nearest by cosine, best first; raise WrongVectorSize when none can be compared."""
        size = len(vector)
        sizes = halfvecs.sizes(shelf.session)
        hits = self._nearest(shelf, vector, k, documents) if size in sizes and k > 0 else []
        if not hits:
            _require_no_others(shelf, size, sizes)
        return hits

    def _nearest(
        self, shelf: Shelf, vector: "np.ndarray[Any, Any]", k: int, documents: Sequence[str] | None
    ) -> list[Hit]:
        table = halfvecs.table_of(len(vector))
        ours = select(table).where(table.c.collection_id == shelf.collection_id)
        if documents is None:
            # Off by default, and then rows of others that come first make the result shorter than was asked for.
            limits = select(
                func.set_config("hnsw.iterative_scan", "strict_order", True),
                func.set_config("hnsw.ef_search", str(max(EF_SEARCH, k)), True),
            )
            shelf.session.execute(limits)
            chosen: FromClause = ours.subquery()
        else:
            joined = ours.join(Chunk, Chunk.id == table.c.chunk_id).where(Chunk.document_id.in_(documents))
            chosen = joined.cte().prefix_with("MATERIALIZED")  # few rows: compared exactly, never searched for in HNSW
        distance = chosen.c.vector.cosine_distance(vector)
        nearest = select(chosen.c.chunk_id, distance).order_by(distance).limit(k)
        found = [Hit(chunk_id, 1.0 - float(away)) for chunk_id, away in shelf.session.execute(nearest)]
        return sorted(found, key=lambda hit: (-hit.score, hit.chunk_id))


def _require_no_others(shelf: Shelf, n_dimensions: int, sizes: Sequence[int]) -> None:
    for size in sizes:
        table = halfvecs.table_of(size)
        there = select(table.c.chunk_id).where(table.c.collection_id == shelf.collection_id).limit(1)
        if size != n_dimensions and shelf.session.scalar(there) is not None:
            raise wrong_size(n_dimensions, size)
