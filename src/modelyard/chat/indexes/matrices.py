"""Vectors of collections in memory: loaded when first asked for, renewed when the collection grew, bounded in bytes.

A process keeps the matrices used last; of a collection that is too large for the bound, the vectors are read anew for
each question, some thousand at a time.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from modelyard.chat.index import Shelf
from modelyard.chat.tables import ChunkVector

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

BLOCK = 2_048
"""Vectors read at once."""
_WROTE = "modelyard_chat_wrote"


@dataclass(frozen=True)
class Matrix:
    """Vectors of a collection as of a version: `ids` of shape `(n,)`; `vectors` float32, `(n, n_dimensions)`."""

    version: int
    ids: "Array"
    vectors: "Array"

    @property
    def n_bytes(self) -> int:
        """Return the memory that it takes."""
        return int(self.ids.nbytes + self.vectors.nbytes)


class Matrices:
    """The matrices that this process keeps."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Matrix] = OrderedDict()
        self._guard = threading.Lock()
        self._loading: dict[tuple[object, ...], threading.Lock] = {}

    def blocks(self, shelf: Shelf, n_dimensions: int) -> Iterator[Matrix]:
        """Yield the vectors of a collection that have this size: all at once where they fit into memory."""
        most = int(shelf.settings.index_memory_bytes)
        if has_written(shelf.session, shelf.collection_id):
            yield from _read(shelf, n_dimensions)
        elif (found := self._fresh(shelf, n_dimensions)) is not None:
            yield found
        elif _n_vectors(shelf, n_dimensions) * (4 * n_dimensions + 8) > most:
            yield from _read(shelf, n_dimensions)
        else:
            yield self._matrix(shelf, n_dimensions, most)

    def _fresh(self, shelf: Shelf, n_dimensions: int) -> Matrix | None:
        with self._guard:
            key = _key(shelf, n_dimensions)
            found = self._kept.get(key)
            if found is None or found.version < shelf.version:
                return None
            self._kept.move_to_end(key)
            return found

    def _matrix(self, shelf: Shelf, n_dimensions: int, most_bytes: int) -> Matrix:
        key = _key(shelf, n_dimensions)
        with self._guard:
            alone = self._loading.setdefault(key, threading.Lock())
        with alone:  # of requests that come together one loads, the others wait for it
            with self._guard:
                found = self._kept.get(key)
            if found is None or found.version < shelf.version:
                found = _renewed(shelf, n_dimensions, found)
            with self._guard:
                self._kept[key] = found
                self._kept.move_to_end(key)
                self._make_room(most_bytes)
        return found

    def _make_room(self, most_bytes: int) -> None:
        total = sum(matrix.n_bytes for matrix in self._kept.values())
        while total > most_bytes and len(self._kept) > 1:
            key, oldest = self._kept.popitem(last=False)
            self._loading.pop(key, None)
            total -= oldest.n_bytes


def _key(shelf: Shelf, n_dimensions: int) -> tuple[object, ...]:
    return shelf.session.get_bind().engine.url, shelf.collection_id, n_dimensions


MATRICES = Matrices()


def mark_written(session: Session, collection_id: str) -> None:
    """Note that the session's transaction changed vectors: what it sees may never come to be, so it is not kept."""
    session.info.setdefault(_WROTE, set()).add(collection_id)


def has_written(session: Session, collection_id: str) -> bool:
    """Say whether the session changed vectors of the collection."""
    return collection_id in session.info.get(_WROTE, ())


def _chosen(shelf: Shelf, n_dimensions: int, since: int = -1) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the collection's vectors of this size that were written at version `since` or later."""
    # An embedder of another size may have made some of them: they cannot be compared.
    size = func.length(ChunkVector.vector)
    return ChunkVector.collection_id == shelf.collection_id, ChunkVector.version >= since, size == 2 * n_dimensions


def _n_vectors(shelf: Shelf, n_dimensions: int, since: int = -1) -> int:
    chosen = _chosen(shelf, n_dimensions, since)
    return shelf.session.scalar(select(func.count()).select_from(ChunkVector).where(*chosen)) or 0


def _read(shelf: Shelf, n_dimensions: int, since: int = -1) -> Iterator[Matrix]:
    """Yield the vectors a block at a time."""
    import numpy as np

    columns = select(ChunkVector.chunk_id, ChunkVector.vector).where(*_chosen(shelf, n_dimensions, since))
    for rows in shelf.session.execute(columns.execution_options(yield_per=BLOCK)).partitions():
        ids = np.array([chunk_id for chunk_id, _ in rows], np.int64)
        joined = np.frombuffer(b"".join(vector for _, vector in rows), np.float16)
        yield Matrix(shelf.version, ids, joined.reshape(len(ids), n_dimensions).astype(np.float32))


def _renewed(shelf: Shelf, n_dimensions: int, old: Matrix | None) -> Matrix:
    """Return the matrix as it is now; of one that was there, only what was written since is read.

    What a transaction writes at version v can be read from v + 1 on, so all of version `old.version` or later is new.
    """
    import numpy as np

    since = -1 if old is None else old.version
    kept = np.zeros(0, np.intp) if old is None else _still_there(shelf, old)
    n = len(kept) + _n_vectors(shelf, n_dimensions, since)
    ids, vectors = np.empty(n, np.int64), np.empty((n, n_dimensions), np.float32)
    if old is not None:
        ids[: len(kept)] = old.ids[kept]
        np.take(old.vectors, kept, axis=0, out=vectors[: len(kept)])
    start = len(kept)
    for block in _read(shelf, n_dimensions, since):
        end = start + len(block.ids)
        ids[start:end], vectors[start:end] = block.ids, block.vectors
        start = end
    return Matrix(shelf.version, ids, vectors)


def _still_there(shelf: Shelf, old: Matrix) -> "Array":
    """Return the rows of a matrix whose vectors are neither gone nor written again."""
    import numpy as np

    ours = (ChunkVector.collection_id == shelf.collection_id, ChunkVector.version < old.version)
    ids = np.array(shelf.session.scalars(select(ChunkVector.chunk_id).where(*ours)).all(), np.int64)
    return np.flatnonzero(np.isin(old.ids, ids))
