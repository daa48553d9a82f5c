"""Vectors of collections in memory: loaded when first asked for, renewed when the collection grew, bounded in bytes.

They are kept in eight bits a number, a quarter of what they are compared in: these choose candidates, which are
compared exactly with what the database has. A process keeps the matrices used last.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from modelyard.chat.index import Shelf
from modelyard.chat.tables import ChunkVector

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

BLOCK = 1_024
"""Vectors read or compared at once: few enough for a processor's own memory."""
_LARGEST_CODE = 127
_WROTE = "modelyard_chat_wrote"


@dataclass(frozen=True)
class Block:
    """Vectors as they are stored: `ids` of shape `(n,)`; `vectors` float32, `(n, n_dimensions)`."""

    ids: "Array"
    vectors: "Array"


@dataclass(frozen=True)
class Matrix:
    """Vectors of a collection as of a version: `codes` (int8, of shape `(n, n_dimensions)`) times `scales`."""

    version: int
    ids: "Array"
    codes: "Array"
    scales: "Array"

    @property
    def n_bytes(self) -> int:
        """Return the memory that it takes."""
        return int(self.ids.nbytes + self.codes.nbytes + self.scales.nbytes)

    def nearest(self, vector: "Array", n: int, allowed: Sequence[int] | None) -> list[int]:
        """Return the ids of about the `n` nearest, in no order; `allowed` leaves out all others."""
        import numpy as np

        scores = self._scores(np.asarray(vector, np.float32))
        if allowed is not None:
            scores[~np.isin(self.ids, np.asarray(allowed, np.int64))] = -np.inf
        chosen = (
            np.argpartition(scores, len(scores) - n)[len(scores) - n :] if n < len(scores) else np.arange(len(scores))
        )
        return [int(each) for each in self.ids[chosen[np.isfinite(scores[chosen])]]]

    def _scores(self, vector: "Array") -> "Array":
        import numpy as np

        scores = np.empty(len(self.ids), np.float32)
        room = np.empty((BLOCK, len(vector)), np.float32)
        for start in range(0, len(scores), BLOCK):
            codes = self.codes[start : start + BLOCK]
            numbers = room[: len(codes)]
            np.copyto(numbers, codes)
            np.dot(numbers, vector, out=scores[start : start + BLOCK])
        scores *= self.scales
        return scores


class Matrices:
    """The matrices that this process keeps."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Matrix] = OrderedDict()
        self._guard = threading.Lock()
        self._loading: dict[tuple[object, ...], threading.Lock] = {}

    def of(self, shelf: Shelf, n_dimensions: int) -> Matrix | None:
        """Return a collection's vectors of this size; None where they are not to be kept: they are read then.

        That is when they do not fit into the bound, and for a session that changed them: what it sees may never be.
        """
        if shelf.collection_id in shelf.session.info.get(_WROTE, ()):
            return None
        key = (shelf.session.get_bind().engine.url, shelf.collection_id, n_dimensions)
        found = self._fresh(key, shelf.version)
        if found is not None:
            return found
        most = int(shelf.settings.index_memory_bytes)
        if _n_vectors(shelf, n_dimensions) * (n_dimensions + 12) > most:
            return None
        with self._guard:
            alone = self._loading.setdefault(key, threading.Lock())
        with alone:  # of requests that come together one loads, the others wait for it
            found = self._fresh(key, shelf.version)
            return found if found is not None else self._loaded(key, shelf, n_dimensions, most)

    def _fresh(self, key: tuple[object, ...], version: int) -> Matrix | None:
        with self._guard:
            found = self._kept.get(key)
            if found is None or found.version < version:
                return None
            self._kept.move_to_end(key)
            return found

    def _loaded(self, key: tuple[object, ...], shelf: Shelf, n_dimensions: int, most_bytes: int) -> Matrix:
        with self._guard:
            old = self._kept.get(key)
        found = _renewed(shelf, n_dimensions, old)
        with self._guard:
            self._kept[key] = found
            self._kept.move_to_end(key)
            total = sum(matrix.n_bytes for matrix in self._kept.values())
            while total > most_bytes and len(self._kept) > 1:
                oldest, matrix = self._kept.popitem(last=False)
                self._loading.pop(oldest, None)
                total -= matrix.n_bytes
        return found


MATRICES = Matrices()


def mark_written(session: Session, collection_id: str) -> None:
    """Note that the session's transaction changed vectors of a collection."""
    session.info.setdefault(_WROTE, set()).add(collection_id)


def stored(shelf: Shelf, n_dimensions: int, *, since: int = -1) -> Iterator[Block]:
    """Yield the collection's vectors of this size that were written at version `since` or later, some at a time."""
    yield from _read(shelf, n_dimensions, _chosen(shelf, n_dimensions, since))


def stored_of(shelf: Shelf, n_dimensions: int, chunk_ids: Sequence[int]) -> Iterator[Block]:
    """Yield the vectors of chunks of the collection, those that there are of this size."""
    # Nothing but the key: with the collection beside it SQLite would go through all of the collection.
    yield from _read(shelf, n_dimensions, (ChunkVector.chunk_id.in_(chunk_ids), _has_size(n_dimensions)))


def _read(shelf: Shelf, n_dimensions: int, chosen: Sequence[ColumnElement[bool]]) -> Iterator[Block]:
    import numpy as np

    columns = select(ChunkVector.chunk_id, ChunkVector.vector).where(*chosen)
    for rows in shelf.session.execute(columns.execution_options(yield_per=BLOCK)).partitions():
        found = np.array([chunk_id for chunk_id, _ in rows], np.int64)
        joined = np.frombuffer(b"".join(vector for _, vector in rows), np.float16)
        yield Block(found, joined.reshape(len(found), n_dimensions).astype(np.float32))


def _has_size(n_dimensions: int) -> ColumnElement[bool]:
    # An embedder of another size may have made some of them: they cannot be compared.
    return func.length(ChunkVector.vector) == 2 * n_dimensions


def _chosen(shelf: Shelf, n_dimensions: int, since: int = -1) -> tuple[ColumnElement[bool], ...]:
    ours = ChunkVector.collection_id == shelf.collection_id
    return ours, ChunkVector.version >= since, _has_size(n_dimensions)


def _n_vectors(shelf: Shelf, n_dimensions: int, since: int = -1) -> int:
    chosen = _chosen(shelf, n_dimensions, since)
    return shelf.session.scalar(select(func.count()).select_from(ChunkVector).where(*chosen)) or 0


def _renewed(shelf: Shelf, n_dimensions: int, old: Matrix | None) -> Matrix:
    """Return the matrix as it is now; of one that was there, only what was written since is read.

    What a transaction writes at version v can be read from v + 1 on, so all of version `old.version` or later is new.
    """
    import numpy as np

    since = -1 if old is None else old.version
    kept = np.zeros(0, np.intp) if old is None else _still_there(shelf, old)
    n, n_kept = len(kept) + _n_vectors(shelf, n_dimensions, since), len(kept)
    ids, codes, scales = np.empty(n, np.int64), np.empty((n, n_dimensions), np.int8), np.empty(n, np.float32)
    if old is not None:
        ids[:n_kept], scales[:n_kept] = old.ids[kept], old.scales[kept]
        np.take(old.codes, kept, axis=0, out=codes[:n_kept])
    start = n_kept
    for block in stored(shelf, n_dimensions, since=since):
        end = start + len(block.ids)
        scale = np.maximum(np.abs(block.vectors).max(axis=1), np.finfo(np.float32).tiny) / _LARGEST_CODE
        ids[start:end], scales[start:end] = block.ids, scale
        codes[start:end] = np.rint(block.vectors / scale[:, None])
        start = end
    return Matrix(shelf.version, ids, codes, scales)


def _still_there(shelf: Shelf, old: Matrix) -> "Array":
    """Return the rows of a matrix whose vectors are neither gone nor written again."""
    import numpy as np

    ours = (ChunkVector.collection_id == shelf.collection_id, ChunkVector.version < old.version)
    ids = np.array(shelf.session.scalars(select(ChunkVector.chunk_id).where(*ours)).all(), np.int64)
    return np.flatnonzero(np.isin(old.ids, ids))
