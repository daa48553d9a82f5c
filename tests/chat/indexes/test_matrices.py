"""Vectors in memory: exact, bounded, renewed, and never of a transaction that did not come to be."""

from collections.abc import Iterator

import numpy as np
import pytest
from pydantic import ByteSize

from modelyard.chat.index import Hit, IndexedChunk, Shelf
from modelyard.chat.indexes import embedded, matrices
from modelyard.chat.indexes.embedded import EmbeddedIndex
from modelyard.chat.indexes.matrices import MATRICES
from modelyard.chat.retrieving.shelves import shelf_of
from modelyard.chat.tables import Collection
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.yard import Yard
from tests.chat.indexes.shelves import new_chunks, new_collection, new_document, put, vector

INDEX = EmbeddedIndex()
N, SIZE = 1_500, 96
Filled = tuple[Yard, Actor, str, "np.ndarray[tuple[int, int], np.dtype[np.float32]]", list[int]]


@pytest.fixture(scope="module")
def filled(shared_yard: tuple[Yard, Actor]) -> Filled:
    """A collection with vectors that lie close together, as those of texts do."""
    yard, owner = shared_yard
    chance = np.random.default_rng(0)
    vectors = (chance.normal(size=SIZE) + 0.3 * chance.normal(size=(N, SIZE))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with yard.context(owner) as ctx:
        collection = new_collection(ctx, INDEX)
        document = new_document(ctx, collection)
        rows = new_chunks(ctx, document, [""] * N)
        chunks = [IndexedChunk(row.id, document.id, "", None, each) for row, each in zip(rows, vectors, strict=True)]
        INDEX.put(shelf_of(ctx.session, ctx.settings, collection), chunks)
        collection.version += 1
    return yard, owner, collection.id, vectors, [row.id for row in rows]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Each test begins with nothing in memory."""
    MATRICES._kept.clear()
    yield
    MATRICES._kept.clear()


def shelf_in(ctx: Context, collection_id: str, *, most_bytes: int | None = None) -> Shelf:
    found = shelf_of(ctx.session, ctx.settings, ctx.session.get_one(Collection, collection_id))
    if most_bytes is None:
        return found
    settings = ctx.settings.model_copy(update={"index_memory_bytes": ByteSize(most_bytes)})
    return Shelf(found.session, settings, found.collection_id, found.version)


def exact(filled: Filled, asked: "np.ndarray[tuple[int], np.dtype[np.float32]]", k: int) -> list[int]:
    *_, vectors, ids = filled
    return [ids[row] for row in np.argsort(-(vectors.astype(np.float16).astype(np.float32) @ asked))[:k]]


@pytest.mark.parametrize("most_bytes", [None, 0], ids=["kept", "read anew"])
def test_the_nearest_are_the_exact_ones(filled: Filled, most_bytes: int | None) -> None:
    yard, owner, collection_id, vectors, _ = filled
    with yard.context(owner, writes=False) as ctx:
        shelf = shelf_in(ctx, collection_id, most_bytes=most_bytes)
        for asked in vectors[:40]:
            found = [hit.chunk_id for hit in INDEX.by_meaning(shelf, asked, k=10)]
            assert set(found) == set(exact(filled, asked, 10))
            assert found[0] == exact(filled, asked, 1)[0]
    assert bool(MATRICES._kept) == (most_bytes is None)


def test_many_chosen_documents_are_compared_in_memory(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    yard, owner, collection_id, vectors, ids = filled
    monkeypatch.setattr(embedded, "READ_AT_ONCE", 10)
    monkeypatch.setattr(embedded, "chunks_of_documents", lambda *_: ids[1::2])
    expected = [each for each in exact(filled, vectors[0], N) if each in set(ids[1::2])][:10]
    for most_bytes in (None, 0):
        with yard.context(owner, writes=False) as ctx:
            shelf = shelf_in(ctx, collection_id, most_bytes=most_bytes)
            found = INDEX.by_meaning(shelf, vectors[0], k=10, documents=["do_any"])
        assert {hit.chunk_id for hit in found} == set(expected)


def test_what_was_used_longest_ago_makes_room(filled: Filled) -> None:
    yard, owner, collection_id, _, _ = filled
    with yard.context(owner) as ctx:
        others = []
        for _ in range(3):
            collection = new_collection(ctx, INDEX)
            put(ctx, INDEX, collection, ["A port."] * 100, vectors=[vector(1)] * 100)
            others.append(collection.id)
    room = 2 * 100 * (8 + 12)
    with yard.context(owner, writes=False) as ctx:
        for collection_id in (*others, others[1], others[0]):
            INDEX.by_meaning(shelf_in(ctx, collection_id, most_bytes=room), vector(1), k=1)
    assert [key[1] for key in MATRICES._kept] == [others[1], others[0]]
    assert sum(matrix.n_bytes for matrix in MATRICES._kept.values()) <= room


def test_only_what_is_new_is_read_again(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    yard, owner, *_ = filled
    with yard.context(owner) as ctx:
        collection = new_collection(ctx, INDEX)
        _, old = put(ctx, INDEX, collection, ["A port."] * 50, vectors=[vector(1, n / 50) for n in range(50)])
    with yard.context(owner, writes=False) as ctx:
        assert len(INDEX.by_meaning(shelf_in(ctx, collection.id), vector(1), k=50)) == 50
    with yard.context(owner) as ctx:
        collection = ctx.session.get_one(Collection, collection.id)
        document, new = put(ctx, INDEX, collection, ["A zebra."], vectors=[vector(0, 0, 1)])
        again = IndexedChunk(old[7], document.id, "Other words.", "en", vector(0, 0, 0, 1))
        INDEX.put(shelf_of(ctx.session, ctx.settings, collection), [again])
        INDEX.remove(shelf_of(ctx.session, ctx.settings, collection), [old[0]])
        collection.version += 1
    n_read: list[int] = []
    real = matrices.stored

    def counted(*arguments: object, **options: object) -> Iterator[matrices.Block]:
        for block in real(*arguments, **options):  # type: ignore[arg-type]
            n_read.append(len(block.ids))
            yield block

    monkeypatch.setattr(matrices, "stored", counted)
    with yard.context(owner, writes=False) as ctx:
        shelf = shelf_in(ctx, collection.id)
        assert {hit.chunk_id for hit in INDEX.by_meaning(shelf, vector(1), k=99)} == {*old[1:], *new}
        assert INDEX.by_meaning(shelf, vector(0, 0, 0, 1), k=1) == [Hit(old[7], pytest.approx(1.0))]
        assert INDEX.by_meaning(shelf, vector(0, 0, 1), k=1)[0].chunk_id == new[0]
    assert sum(n_read) < 10


def test_what_is_rolled_back_was_never_there(filled: Filled) -> None:
    yard, owner, *_ = filled
    with yard.context(owner) as ctx:
        collection = new_collection(ctx, INDEX)
        _, ids = put(ctx, INDEX, collection, ["A port."], vectors=[vector(1)])

    def stopped_in_the_middle() -> None:
        with yard.context(owner) as ctx:
            row = ctx.session.get_one(Collection, collection.id)
            _, others = put(ctx, INDEX, row, ["A zebra."], vectors=[vector(0, 1)])
            found = INDEX.by_meaning(shelf_of(ctx.session, ctx.settings, row), vector(0, 1), k=5)
            assert [hit.chunk_id for hit in found] == [*others, *ids]  # the transaction sees what it wrote
            raise InterruptedError

    with pytest.raises(InterruptedError):
        stopped_in_the_middle()
    with yard.context(owner, writes=False) as ctx:
        assert [hit.chunk_id for hit in INDEX.by_meaning(shelf_in(ctx, collection.id), vector(0, 1), k=5)] == ids
