"""What all indexes here share: words are in the application database, wherever the vectors are."""

from collections.abc import Sequence

from sqlalchemy import func, select

from modelyard.chat.index import Hit, Index, IndexedChunk, Shelf
from modelyard.chat.lexicon.keeping import drop_words, put_words, remove_words
from modelyard.chat.lexicon.searching import search_words
from modelyard.chat.lexicon.tables import ChunkWords


class WordsHere(Index):
    """Base of indexes that differ in where vectors are kept and compared only.

    So a question finds the same by its words in all of them, with scores that mean the same: what abstention was
    calibrated on holds when the index is changed.
    """

    def put(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add chunks or replace those of the same id."""
        put_words(shelf.session, shelf.collection_id, chunks)
        without = [chunk.chunk_id for chunk in chunks if chunk.vector is None]
        if without:
            self.remove_vectors(shelf, without)
        if len(without) < len(chunks):
            self.put_vectors(shelf, [chunk for chunk in chunks if chunk.vector is not None])

    def remove(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; ids that are not there are no fault."""
        remove_words(shelf.session, shelf.collection_id, chunk_ids)
        self.remove_vectors(shelf, chunk_ids)

    def by_words(
        self, shelf: Shelf, text: str, *, k: int, language: str | None = None, documents: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return at most `k` chunks that share words with `text`, best first."""
        return search_words(shelf, text, k=k, language=language, documents=documents)

    def count(self, shelf: Shelf) -> int:
        """Return how many chunks of the collection are there."""
        ours = ChunkWords.collection_id == shelf.collection_id
        return shelf.session.scalar(select(func.count()).select_from(ChunkWords).where(ours)) or 0

    def drop(self, shelf: Shelf) -> None:
        """Remove all of the collection."""
        drop_words(shelf.session, shelf.collection_id)
        self.drop_vectors(shelf)

    def put_vectors(self, shelf: Shelf, chunks: Sequence[IndexedChunk]) -> None:
        """Add the vectors of chunks (all have one), or replace them."""
        raise NotImplementedError

    def remove_vectors(self, shelf: Shelf, chunk_ids: Sequence[int]) -> None:
        """Remove the vectors of chunks, where there are some."""
        raise NotImplementedError

    def drop_vectors(self, shelf: Shelf) -> None:
        """Remove all vectors of the collection."""
        raise NotImplementedError
