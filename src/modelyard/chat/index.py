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
    """float32 of length 1, shape `(n_dimensions,)`; None: it is found by its words only."""
    n_head: int = 0
    """How many characters of `text` are title and headings; their words tell more."""


@dataclass(frozen=True)
class Hit:
    """A chunk that was found.

    `score` is a cosine (by meaning), or the share of the best that a chunk with all the words could have (by words).
    """

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
    languages: tuple[str, ...] = ()
    """Those that the documents are in (ISO 639-1): the words of a question are stemmed as in each of them."""


class Index(Kind):
    """Base of the indexes. All of them keep the same promises (tests/chat/indexes); search is read-only."""

    def require_usable(self, settings: "Settings") -> None:
        """Raise Invalid with what to do when the index cannot be used in this yard; asked before it is chosen."""

    def put(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add chunks or replace those of the same id."""
        raise NotImplementedError

    def remove(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; ids that are not there are no fault."""
        raise NotImplementedError

    def by_words(
        self, shelf: Shelf, text: str, *, k: int, language: str | None = None, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return at most `k` chunks that share words with `text`, best first (BM25 or what the place has like it).

        `language` is that of `text`; `documents` leaves out all others.
        """
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
