"""What every index promises, wherever its vectors are."""

import re

import numpy as np
import pytest

from modelyard.chat.index import Index, IndexedChunk
from modelyard.chat.retrieving.shelves import shelf_of
from modelyard.chat.tables import Chunk, Collection
from modelyard.kernel.context import Context
from modelyard.kernel.kinds import family
from modelyard.llm.errors import WrongVectorSize
from tests.chat.indexes.conftest import Place
from tests.chat.indexes.shelves import new_chunk, new_collection, new_document, put, vector

TEXTS = [
    "A ribosome reads messenger RNA and builds a protein.",
    "Der Motor läuft ohne Öl nicht lange.",
    "The port of the server is 7431, unless read_csv says otherwise.",
    "Chloroplasts catch light; the protein rubisco fixes carbon.",
]
VECTORS = [vector(1), vector(0, 1), vector(0, 0, 1), vector(0.6, 0, 0, 0.8)]


def words(ctx: Context, collection: Collection, index: Index, text: str, **options: object) -> list[int]:
    hits = index.by_words(shelf_of(ctx.session, ctx.settings, collection), text, **({"k": 10} | options))  # type: ignore[arg-type]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score <= 1 for hit in hits)
    return [hit.chunk_id for hit in hits]


def meaning(ctx: Context, collection: Collection, index: Index, *numbers: float, **options: object) -> list[int]:
    shelf = shelf_of(ctx.session, ctx.settings, collection)
    hits = index.by_meaning(shelf, vector(*numbers), **({"k": 10} | options))  # type: ignore[arg-type]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.chunk_id for hit in hits]


def test_what_is_put_is_found_by_its_words_and_by_its_meaning(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        _, ids = put(ctx, at.index, collection, TEXTS, vectors=VECTORS)
    with at.yard.context(at.owner, writes=False) as ctx:
        shelf = shelf_of(ctx.session, ctx.settings, collection)
        assert at.index.count(shelf) == 4
        assert words(ctx, collection, at.index, "Which proteins do ribosomes build?") == [ids[0], ids[3]]
        assert words(ctx, collection, at.index, "What does read_csv do?", k=1) == [ids[2]]
        hits = at.index.by_meaning(shelf, vector(1), k=2)
        assert [hit.chunk_id for hit in hits] == [ids[0], ids[3]]
        np.testing.assert_allclose([hit.score for hit in hits], [1.0, 0.6], atol=2e-3)


def test_the_same_id_is_replaced_and_what_is_removed_is_gone(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        document, ids = put(ctx, at.index, collection, TEXTS, vectors=VECTORS)
    with at.yard.context(at.owner, writes=False) as ctx:
        assert meaning(ctx, collection, at.index, 0, 1, k=1) == [ids[1]]
    with at.yard.context(at.owner) as ctx:
        collection = ctx.session.merge(collection)
        shelf = shelf_of(ctx.session, ctx.settings, collection)
        again = IndexedChunk(ids[1], document.id, "Zebras graze.", "en", vector(0, 0, 0, 0, 1))
        at.index.put(shelf, [again])
        at.index.remove(shelf, [ids[0], ids[0], 999_999_999])
        assert at.index.count(shelf) == 3
        assert words(ctx, collection, at.index, "zebra") == [ids[1]]
        collection.version += 1
    with at.yard.context(at.owner, writes=False) as ctx:
        assert words(ctx, collection, at.index, "Motor ribosome messenger läuft") == []
        assert words(ctx, collection, at.index, "zebra protein") == [ids[1], ids[3]]
        assert meaning(ctx, collection, at.index, 0, 0, 0, 0, 1, k=1) == [ids[1]]
        assert set(meaning(ctx, collection, at.index, 1)) == set(ids[1:])


def test_collections_do_not_see_each_other_and_one_is_dropped_alone(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        first, second = (new_collection(ctx, at.index) for _ in range(2))
        _, mine = put(ctx, at.index, first, TEXTS[:1], vectors=VECTORS[:1])
        put(ctx, at.index, second, TEXTS[:1] * 30, vectors=VECTORS[:1] * 30)
    with at.yard.context(at.owner, writes=False) as ctx:
        assert words(ctx, first, at.index, "ribosome", k=50) == mine
        assert meaning(ctx, first, at.index, 1, k=50) == mine
        alone = at.index.by_words(shelf_of(ctx.session, ctx.settings, first), "ribosome zebra", k=1)[0].score
    with at.yard.context(at.owner) as ctx:
        at.index.drop(shelf_of(ctx.session, ctx.settings, second))
        ctx.session.merge(second).version += 1
    with at.yard.context(at.owner, writes=False) as ctx:
        second = ctx.session.get_one(Collection, second.id)
        assert at.index.count(shelf_of(ctx.session, ctx.settings, second)) == 0
        assert words(ctx, second, at.index, "ribosome") == meaning(ctx, second, at.index, 1) == []
        assert meaning(ctx, first, at.index, 1) == mine
        # How rare a word is depends on the own collection only.
        after = at.index.by_words(shelf_of(ctx.session, ctx.settings, first), "ribosome zebra", k=1)[0].score
        assert after == alone
    with at.yard.context(at.owner) as ctx:
        at.index.drop(shelf_of(ctx.session, ctx.settings, second))


def test_chosen_documents_give_as_many_as_were_asked_for(at: Place) -> None:
    """A filter that is applied after the nearest were found would leave one or none."""
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        put(ctx, at.index, collection, [f"Protein {n} of others" for n in range(60)], vectors=[vector(1, 0.01)] * 60)
        far, ids = put(ctx, at.index, collection, [f"Protein {n} here" for n in range(6)], vectors=[vector(0.1, 1)] * 6)
    with at.yard.context(at.owner, writes=False) as ctx:
        assert not set(meaning(ctx, collection, at.index, 1, k=5)) & set(ids)
        assert set(meaning(ctx, collection, at.index, 1, k=6, documents=[far.id])) == set(ids)
        assert set(words(ctx, collection, at.index, "protein others", k=6, documents=[far.id])) == set(ids)
        assert words(ctx, collection, at.index, "protein", documents=[]) == []
        assert meaning(ctx, collection, at.index, 1, documents=[]) == []


def test_vietnamese_is_found_with_its_accents_first_and_without_them_too(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index, languages=["vi"])
        texts = ["Con ma trong rừng", "Má nấu cơm ngon", "Đồng bằng sông Hồng", "Mạ non ngoài đồng ruộng"]
        _, ids = put(ctx, at.index, collection, texts, language="vi")
    with at.yard.context(at.owner, writes=False) as ctx:
        assert words(ctx, collection, at.index, "má", language="vi") == [ids[1]]
        assert words(ctx, collection, at.index, "dong bang song hong", language="vi")[0] == ids[2]
        assert words(ctx, collection, at.index, "dong bang", language="vi") == [ids[2], ids[3]]
        assert words(ctx, collection, at.index, "MA", language="vi")[0] == ids[0]
        decomposed = "Đồng bằng".encode().decode().replace("ồ", "o\u0302\u0300")
        assert words(ctx, collection, at.index, decomposed, language="vi")[0] == ids[2]


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n\t", "?!", "the", "what is it", '"', "'", "\\", "NEAR(port, 2)", 'port" OR "1', "port'--", "-port"),
        *(
            "*",
            "port*",
            "head:port",
            "(port",
            "port & !server | 7431:*",
            "'port' <-> 'x'",
            "\0port\0",
            "🦓",
            "a" * 5000,
        ),
        *("{head body}: port", "^port", "port AND", "%", "_", "{", "日本語", "ำ", "\ud800"),
    ],
    ids=repr,
)
def test_whatever_is_asked_is_text(at: Place, text: str) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        _, ids = put(ctx, at.index, collection, ["The port of the server.", "Zebras graze."])
        found = words(ctx, collection, at.index, text)
    assert found == (ids[:1] if re.search(r"\b(port|the)\b", text.lower()) else [])


def test_words_of_the_headings_count_too(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        _, (body,) = put(
            ctx, at.index, collection, ["Much is said here about the weather and the sea, and about ports."]
        )
        _, (head,) = put(
            ctx,
            at.index,
            collection,
            ["Much is said here about the weather and the sea, and about cats."],
            title="Ports",
        )
        assert words(ctx, collection, at.index, "ports") == [head, body]


def test_a_chunk_without_a_vector_is_found_by_its_words(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        _, ids = put(ctx, at.index, collection, TEXTS[:2], vectors=VECTORS[:1])
    with at.yard.context(at.owner, writes=False) as ctx:
        assert words(ctx, collection, at.index, "Motor") == ids[1:]
        assert meaning(ctx, collection, at.index, 0, 1) == ids[:1]


def test_vectors_of_another_size_are_not_compared(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        put(ctx, at.index, collection, TEXTS, vectors=VECTORS)
    with at.yard.context(at.owner, writes=False) as ctx:
        shelf = shelf_of(ctx.session, ctx.settings, collection)
        with pytest.raises(WrongVectorSize, match="3 numbers, the documents have 8"):
            at.index.by_meaning(shelf, vector(1)[:3], k=1)


def test_what_another_process_wrote_is_found(at: Place) -> None:
    """Another transaction stands for it: all that this process's cache goes by is the version of the collection."""
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        document, ids = put(ctx, at.index, collection, TEXTS[:2], vectors=VECTORS[:2])
    with at.yard.context(at.owner, writes=False) as ctx:
        assert meaning(ctx, collection, at.index, 0, 1, k=1) == [ids[1]]
    for n in range(3):  # as a sync does: several transactions, each of which lets the version grow
        with at.yard.context(at.owner) as ctx:
            collection = ctx.session.get_one(Collection, collection.id)
            _, more = put(ctx, at.index, collection, TEXTS[2:3], vectors=[vector(0, 1, 0.1 / (n + 1))])
            ids += more
        with at.yard.context(at.owner, writes=False) as ctx:
            collection = ctx.session.get_one(Collection, collection.id)
            assert meaning(ctx, collection, at.index, 0, 1, 0.1 / (n + 1), k=1) == [more[0]]
            assert set(meaning(ctx, collection, at.index, 0, 1)) == set(ids)
    with at.yard.context(at.owner) as ctx:  # the chunks go with their document, without a word to the index
        collection = ctx.session.get_one(Collection, collection.id)
        at.index.remove(shelf_of(ctx.session, ctx.settings, collection), ids[:2])
        ctx.session.delete(ctx.session.merge(document))
        collection.version += 1
    with at.yard.context(at.owner, writes=False) as ctx:
        assert ctx.session.get(Chunk, ids[0]) is None
        assert set(meaning(ctx, collection, at.index, 0, 1)) == set(ids[2:])
        assert words(ctx, collection, at.index, "Motor ribosome") == []


def test_each_is_found_in_the_family_and_says_what_it_is() -> None:
    kinds = family("index").kinds
    assert {"embedded", "pgvector", "qdrant"} <= set(kinds)
    for kind in kinds.values():
        assert family("index").parse(kind().model_dump(mode="json")) == kind()
        assert kind.card()["summary"].endswith(".")
        assert kind.card()["group"] == "index"


def test_a_document_without_chunks_is_no_fault(at: Place) -> None:
    with at.yard.context(at.owner) as ctx:
        collection = new_collection(ctx, at.index)
        shelf = shelf_of(ctx.session, ctx.settings, collection)
        document = new_document(ctx, collection)
        at.index.put(shelf, [])
        at.index.remove(shelf, [])
        chunk = new_chunk(ctx, document, "")
        at.index.put(shelf, [IndexedChunk(chunk.id, document.id, "", None, vector(1))])
        assert at.index.count(shelf) == 1
        assert words(ctx, collection, at.index, "port") == []
        assert meaning(ctx, collection, at.index, 1) == [chunk.id]
