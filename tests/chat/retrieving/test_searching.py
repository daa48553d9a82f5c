"""From a question to passages and evidence, with the embedder that comes with the package."""

from dataclasses import replace

import pytest
import structlog

from modelyard.chat.index import IndexedChunk
from modelyard.chat.indexes import qdrant_server
from modelyard.chat.indexes.embedded import EmbeddedIndex
from modelyard.chat.passages import Retrieved
from modelyard.chat.retrieving import searching
from modelyard.chat.retrieving.searching import found, prepared, retrieve
from modelyard.chat.retrieving.shelves import shelf_of
from modelyard.chat.retrieving.verbs import search_collection
from modelyard.chat.tables import Collection, Document
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Forbidden, NotFound, Unauthenticated
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client, builtin_embedder
from modelyard.llm.errors import LlmUnavailable
from modelyard.llm.verbs import create_llm
from tests.chat.indexes.shelves import new_chunk, new_collection, new_document
from tests.llm.stub import serving

INDEX = EmbeddedIndex()
PAGES = {
    "Cells": [
        ("Ribosomes", "A ribosome reads messenger RNA and builds a protein from amino acids."),
        ("Mitochondria", "Mitochondria turn sugar into the energy that the cell lives on."),
    ],
    "Servers": [
        ("Ports", "The server listens on port 7431 unless the setting says otherwise."),
        ("Logs", "Everything the server does is written to a file, one line for each request."),
    ],
    "Kitchen": [("Bread", "Knead the dough for ten minutes and let it rest under a cloth.")],
}


@pytest.fixture(scope="module")
def filled(shared_yard: tuple[Yard, Actor]) -> tuple[Yard, Actor, Collection, dict[str, Document]]:
    """A collection of five short chunks, embedded."""
    yard, owner = shared_yard
    embedder = builtin_embedder(yard.settings)
    with yard.context(owner) as ctx:
        collection = new_collection(ctx, INDEX, languages=[])
        documents = {}
        for title, sections in PAGES.items():
            documents[title] = fill(ctx, collection, embedder, title, sections)
        collection.embedder_fingerprint = embedder.info.fingerprint
        collection.version += 1
    return yard, owner, collection, documents


def fill(
    ctx: Context, collection: Collection, embedder: Client, title: str, sections: list[tuple[str, str]]
) -> Document:
    document = new_document(ctx, collection, title=title)
    document.url, document.text_hash = f"https://example.org/{title.lower()}", "a" * 64
    chunks = []
    for place, (heading, text) in enumerate(sections):
        row = new_chunk(ctx, document, text, headings=[heading], place=place)
        row.anchor = heading.lower()
        head = f"{title} › {heading}\n"
        vector = embedder.embed([head + text], "passage")[0]
        chunks.append(IndexedChunk(row.id, document.id, head + text, "en", vector, n_head=len(head)))
    INDEX.put(shelf_of(ctx.session, ctx.settings, collection), chunks)
    return document


Filled = tuple[Yard, Actor, Collection, dict[str, Document]]


def asked(filled: Filled, question: str, **options: object) -> Retrieved:
    yard, owner, collection, _ = filled
    with yard.context(owner, writes=False) as ctx:
        return retrieve(ctx, ctx.session.get_one(Collection, collection.id), question, **options)  # type: ignore[arg-type]


def test_the_best_passage_says_where_it_is_and_how_it_was_found(filled: Filled) -> None:
    retrieved = asked(filled, "Which port does the server listen on?")
    best = retrieved.passages[0]
    assert (best.title, best.headings) == ("Servers", ("Ports",))
    assert best.url == "https://example.org/servers#ports"
    assert best.text == PAGES["Servers"][0][1]
    assert best.text_hash == "a" * 64
    assert (best.words_rank, best.meaning_rank, best.score) == (1, 1, pytest.approx(1.0))
    assert retrieved.nearest_headings[0] == ("Servers", "Ports")
    assert retrieved.language == "en"
    assert retrieved.notes == ()
    assert len({passage.chunk_ids for passage in retrieved.passages}) == len(retrieved.passages) == 5


def test_evidence_tells_what_is_known_from_what_is_not(filled: Filled) -> None:
    known = asked(filled, "Which port does the server listen on?").evidence
    unknown = asked(filled, "Who won the football championship in 1998?").evidence
    assert known.words_covered == 1.0
    assert unknown.words_covered == 0.0
    assert known.words_score is not None
    assert known.words_score > 0.3
    assert unknown.words_score is None
    assert known.meaning_score is not None
    assert unknown.meaning_score is not None
    assert known.meaning_score > unknown.meaning_score
    assert known.meaning_margin is not None
    assert unknown.meaning_margin is not None
    assert known.meaning_margin > unknown.meaning_margin > 0


def test_a_question_in_other_words_or_another_language_is_found_by_its_meaning(filled: Filled) -> None:
    assert asked(filled, "How do cells get their power?").passages[0].headings == ("Mitochondria",)
    vietnamese = asked(filled, "Máy chủ lắng nghe ở cổng nào theo mặc định?")
    assert vietnamese.language == "vi"
    assert vietnamese.passages[0].headings == ("Ports",)
    assert vietnamese.evidence.meaning_score is not None


def test_chosen_documents_are_all_that_is_looked_at(filled: Filled) -> None:
    documents = filled[3]
    retrieved = asked(filled, "Which port does the server listen on?", documents=[documents["Cells"].id])
    assert [passage.title for passage in retrieved.passages] == ["Cells", "Cells"]
    assert asked(filled, "port", documents=[]).passages == ()


def test_a_selection_is_searched_beside_its_question(filled: Filled) -> None:
    retrieved = asked(filled, "What does this mean?", selection="let it rest under a cloth")
    assert retrieved.passages[0].headings == ("Bread",)
    assert retrieved.searched_for == "What does this mean?"
    assert asked(filled, "", selection="Knead the dough").searched_for == "Knead the dough"


@pytest.mark.parametrize("question", ["", "   ", "?", "\0", "the", "'\"*", "🦓"], ids=repr)
def test_a_question_of_nothing_is_no_fault(filled: Filled, question: str) -> None:
    retrieved = asked(filled, question)
    assert retrieved.evidence.words_covered == 0.0


def test_vectors_of_another_embedder_are_not_compared(filled: Filled) -> None:
    yard, owner, collection, _ = filled
    with yard.context(owner, writes=False) as ctx:
        row = ctx.session.get_one(Collection, collection.id)
        ctx.session.expunge(row)
        row.embedder_fingerprint = "another:3"
        retrieved = retrieve(ctx, row, "Which port does the server listen on?")
    assert retrieved.passages[0].headings == ("Ports",)
    assert retrieved.passages[0].meaning_rank is None
    assert retrieved.evidence.meaning_score is None
    assert "Sync the collection" in retrieved.notes[0]


def test_an_embedder_that_does_not_answer_leaves_the_words(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise LlmUnavailable("Nobody answers.")

    monkeypatch.setattr(searching, "question_vector", silent)
    with structlog.testing.capture_logs() as logs:
        retrieved = asked(filled, "Which port does the server listen on?")
    assert retrieved.passages[0].headings == ("Ports",)
    assert retrieved.evidence.meaning_score is None
    assert "did not answer" in retrieved.notes[0]
    assert logs[0]["event"] == "searched by words alone"


def test_a_question_is_embedded_once(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    yard, owner, collection, _ = filled
    with yard.context(owner, writes=False) as ctx:
        first = prepared(ctx, ctx.session.get_one(Collection, collection.id), "How long  does dough rest?").vector()

    def again(*_: object) -> None:
        raise AssertionError("embedded again")

    monkeypatch.setattr(Client, "embed", again)
    with yard.context(owner, writes=False) as ctx:
        row = ctx.session.get_one(Collection, collection.id)
        second = prepared(ctx, row, "How long does dough rest?")
        assert second.vector() is first
        assert found(ctx, row, second, first, k=1).passages[0].headings == ("Bread",)


def test_only_the_owner_searches(filled: Filled) -> None:
    yard, owner, collection, _ = filled
    with pytest.raises(NotFound):
        search_collection(yard, owner, "co_nowhere", "port")
    stranger = Actor(id="us_stranger", name="Stranger", scopes=owner.scopes)
    with pytest.raises(NotFound):
        search_collection(yard, stranger, collection.id, "port")
    with pytest.raises(Forbidden):
        search_collection(yard, Actor(id=owner.id, name="Key"), collection.id, "port")
    with pytest.raises(Unauthenticated):
        search_collection(yard, Actor(id=None, name="nobody"), collection.id, "port")


def test_a_ranker_puts_more_passages_in_order_than_are_shown(filled: Filled) -> None:
    """The server ranks the longest first, then it is out of order."""
    yard, owner, collection, _ = filled
    with serving() as server:
        provider = {"kind": "cohere", "serves": "ranking", "model": "rerank-v3.5", "base_url": server.url}
        with yard.context(owner) as ctx:
            ranker = create_llm(ctx, "Ranker", provider, secret="a-key")
        with yard.context(owner, writes=False) as ctx:
            row = ctx.session.get_one(Collection, collection.id)
            ctx.session.expunge(row)
            by_search = retrieve(ctx, row, "Which port does the server listen on?", k=5)
            row.answering = {"ranker_id": ranker.id}
            ranked = retrieve(ctx, row, "Which port does the server listen on?", k=2)
            server.behaviours = ["400"]
            as_found = retrieve(ctx, row, "Which port does the server listen on?", k=2)
    read = server.asked[0]["documents"]
    assert len(read) == 5
    assert read[0] == "Servers › Ports\n" + PAGES["Servers"][0][1]
    longest = sorted(by_search.passages, key=lambda each: -len("".join((each.title, *each.headings, each.text))))
    assert [each.chunk_ids for each in ranked.passages] == [each.chunk_ids for each in longest[:2]]
    assert ranked.evidence == by_search.evidence
    assert ranked.notes == ()
    assert as_found.passages == by_search.passages[:2]
    assert "did not answer" in as_found.notes[0]


def test_a_ranker_that_is_gone_is_said(filled: Filled) -> None:
    yard, owner, collection, _ = filled
    with yard.context(owner, writes=False) as ctx:
        row = ctx.session.get_one(Collection, collection.id)
        ctx.session.expunge(row)
        row.answering = {"ranker_id": "lm_gone"}
        retrieved = retrieve(ctx, row, "Which port does the server listen on?")
    assert retrieved.passages[0].headings == ("Ports",)
    assert "Choose another one" in retrieved.notes[0]


def test_an_index_that_does_not_answer_leaves_the_words(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    yard, owner, collection, _ = filled
    monkeypatch.setattr(qdrant_server, "FIRST_WAIT_SECONDS", 0.01)
    gone = yard.settings.model_copy(update={"qdrant_url": "http://127.0.0.1:9"})
    with yard.context(owner, writes=False) as ctx:
        row = ctx.session.get_one(Collection, collection.id)
        ctx.session.expunge(row)
        row.index = {"kind": "qdrant"}
        retrieved = retrieve(replace(ctx, settings=gone), row, "Which port does the server listen on?")
    assert retrieved.passages[0].headings == ("Ports",)
    assert retrieved.evidence.meaning_score is None
    assert "Qdrant does not answer" in retrieved.notes[0]
