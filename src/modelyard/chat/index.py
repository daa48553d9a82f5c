"""The Index family: where chunks are searched by their words and by their meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.kernel.kinds import Kind

if TYPE_CHECKING:
    import numpy as np
    from sqlalchemy.orm import Session

    from modelyard.kernel.settings import Settings


@dataclass(frozen=True)
class IndexedChunk:
    """What an index takes of a chunk. `text` is what is searched: title and headings before the words of the chunk."""

    chunk_id: int
    document_id: str
    text: str
    language: str | None
    vector: "np.ndarray[Any, Any] | None"
    """float32 of length 1, shape `(n_dimensions,)`."""


@dataclass(frozen=True)
class Hit:
    """A chunk that was found; scores of different searches cannot be compared."""

    chunk_id: int
    score: float


@dataclass(frozen=True)
class Shelf:
    """The part of an index that belongs to one collection, and what is needed to reach it."""

    session: "Session"
    settings: "Settings"
    collection_id: str
    version: int
    """The collection's version: what was loaded of an older one is stale."""
    secret: str | None = None


class Index(Kind):
    """Base of the indexes. All of them keep the same promises (tests/chat/indexes); search is read-only."""

    def put(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add chunks or replace those of the same id."""
        raise NotImplementedError

    def remove(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; ids that are not there are no fault."""
        raise NotImplementedError

    def by_words(
        self, shelf: Shelf, text: str, *, k: int, language: str | None = None, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return at most `k` chunks that share words with `text`, best first (BM25 or what the place has like it)."""
        raise NotImplementedError

    def by_meaning(
        self, shelf: Shelf, vector: "np.ndarray[Any, Any]", *, k: int, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the `k` chunks nearest by cosine, best first; `score` is the cosine."""
        raise NotImplementedError

    def count(self, shelf: Shelf) -> int:
        """Return how many chunks of the collection are there."""
        raise NotImplementedError

    def drop(self, shelf: Shelf) -> None:
        """Remove all of the collection."""
        raise NotImplementedError
