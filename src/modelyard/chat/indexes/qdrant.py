"""The index in a Qdrant server."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.chat.index import Hit, IndexedChunk, Shelf
from modelyard.chat.indexes.errors import IndexNotHere, IndexRefusedRequest, wrong_size
from modelyard.chat.indexes.words_here import WordsHere
from modelyard.chat.lexicon.keeping import parts

if TYPE_CHECKING:
    import numpy as np
    from qdrant_client.models import PointStruct

    from modelyard.chat.indexes.qdrant_server import QdrantServer
    from modelyard.kernel.settings import Settings

AT_ONCE = 200
"""Vectors of one request."""


class QdrantIndex(WordsHere):
    """Vectors in a Qdrant server or Qdrant Cloud, over HTTP: for collections that outgrow the application database.

    The server is the yard's: MODELYARD_QDRANT_URL and MODELYARD_QDRANT_API_KEY say which. Each collection is a
    collection there, `modelyard_` and its id; a point has the number of a chunk and the id of its document, no text.
    Words are searched in the application database, as with every index here.
    """

    kind: Literal["qdrant"] = "qdrant"

    title: ClassVar[str] = "Qdrant"
    group: ClassVar[str] = "index"
    icon: ClassVar[str] = "server"
    requires: ClassVar[tuple[str, ...]] = ("qdrant_client",)

    @classmethod
    def unavailable_reason(cls) -> str | None:
        """Say how to install the client when it is not."""
        return None if super().unavailable_reason() is None else "not installed: pip install modelyard[qdrant]"

    def require_usable(self, settings: "Settings") -> None:
        """Raise IndexNotHere where the client is not installed or no server is set."""
        if reason := self.unavailable_reason():
            raise IndexNotHere(f"Qdrant's client is {reason}.")
        if not settings.qdrant_url:
            raise IndexNotHere(
                "No Qdrant server is set.",
                hint="Set MODELYARD_QDRANT_URL (and MODELYARD_QDRANT_API_KEY) on the server, or choose the index in "
                "the application database.",
            )

    def put_vectors(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add the vectors of chunks, or replace them; written when this returns, whatever becomes of the transaction.

        A sync that is rolled back leaves points whose chunks are not there: they are not shown, and the next sync that
        has the chunks writes them again.
        """
        server, name = self._server(shelf), _name(shelf)
        assert chunks[0].vector is not None
        size = len(chunks[0].vector)
        there = server.size_of(name)
        if there is not None and there != size:  # another embedder, and all is embedded anew
            server.drop(name)
            there = None
        if there is None:
            server.create(name, size)
        for some in parts(chunks, AT_ONCE):
            server.put(name, [_point(chunk) for chunk in some])

    def remove_vectors(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove the vectors of chunks, where there are some."""
        server, name = self._server(shelf), _name(shelf)
        if not chunk_ids or server.size_of(name) is None:
            return
        for some in parts(chunk_ids, AT_ONCE):
            server.remove(name, some)

    def count(self, shelf: Shelf) -> int:
        """Return how many chunks are there, here and on the server: one that lost its points has none."""
        return min(super().count(shelf), self._server(shelf).n_points(_name(shelf)))

    def drop_vectors(self, shelf: Shelf) -> None:
        """Remove the collection from the server."""
        self._server(shelf).drop(_name(shelf))

    def by_meaning(
        self, shelf: Shelf, vector: "np.ndarray[Any, Any]", *, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the `k` chunks nearest by cosine, best first; raise WrongVectorSize when they cannot be compared."""
        if k < 1 or documents == []:
            return []
        try:
            return self._nearest(shelf, vector, k, documents)
        except IndexRefusedRequest:
            there = self._server(shelf).size_of(_name(shelf))
            if there is None:
                return []
            if there != len(vector):
                raise wrong_size(len(vector), there) from None
            raise

    def _nearest(
        self, shelf: Shelf, vector: "np.ndarray[Any, Any]", k: int, documents: Sequence[str] | None
    ) -> list[Hit]:
        from qdrant_client import models

        only = None
        if documents is not None:
            chosen = models.FieldCondition(key="document_id", match=models.MatchAny(any=list(documents)))
            only = models.Filter(must=[chosen])
        found = self._server(shelf).ask(
            lambda client: client.query_points(
                _name(shelf), query=_numbers(vector), limit=k, query_filter=only, with_payload=False
            )
        )
        hits = [Hit(int(point.id), float(point.score)) for point in found.points]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))

    def _server(self, shelf: Shelf) -> "QdrantServer":
        from modelyard.chat.indexes.qdrant_server import server_of

        self.require_usable(shelf.settings)
        return server_of(shelf.settings)


def _name(shelf: Shelf) -> str:
    return f"modelyard_{shelf.collection_id}"


def _point(chunk: IndexedChunk) -> "PointStruct":
    from qdrant_client.models import PointStruct

    return PointStruct(id=chunk.chunk_id, vector=_numbers(chunk.vector), payload={"document_id": chunk.document_id})


def _numbers(vector: "np.ndarray[Any, Any] | None") -> list[float]:
    assert vector is not None
    numbers: list[float] = vector.tolist()
    return numbers
