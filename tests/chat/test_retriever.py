"""A collection is searched by one way alone, never silently by another, and takes up what won."""

import pytest

from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.ownership import owned_collection
from modelyard.chat.retriever import CollectionRetriever
from modelyard.chat.tables import Collection
from modelyard.chat.verbs import create_collection
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.llm.client import builtin_embedder
from modelyard.llm.found import Method
from modelyard.llm.retriever import Adoption
from tests.chat.indexes.shelves import new_collection
from tests.chat.retrieving.test_searching import INDEX, PAGES, fill


@pytest.fixture(scope="module")
def pages(shared_yard: tuple[Yard, Actor]) -> tuple[Yard, Actor, str]:
    """A collection of five short chunks, embedded."""
    yard, owner = shared_yard
    embedder = builtin_embedder(yard.settings)
    with yard.context(owner) as ctx:
        collection = new_collection(ctx, INDEX, languages=[])
        for title, sections in PAGES.items():
            fill(ctx, collection, embedder, title, sections)
        collection.embedder_fingerprint = embedder.info.fingerprint
        collection.version += 1
        return yard, owner, collection.id


def found(pages: tuple[Yard, Actor, str], method: Method, question: str) -> list[str]:
    """Return the titles of what one method finds."""
    yard, owner, collection_id = pages
    retriever = CollectionRetriever(collection=collection_id, method=method)
    finder = retriever.open(lambda: yard.context(owner, writes=False))
    return [passage.title for passage in finder.find(question, k=3)]


def test_words_alone_find_words_and_meaning_alone_finds_without_them(pages: tuple[Yard, Actor, str]) -> None:
    foreign = "Làm bánh mì như thế nào?"
    assert found(pages, "lexical", "Which port does it listen on?")[0] == "Servers"
    assert found(pages, "lexical", foreign) == []
    assert found(pages, "dense", foreign)[0] == "Kitchen"
    assert found(pages, "hybrid", "Which port does it listen on?")[0] == "Servers"


def test_a_method_that_cannot_be_is_refused_before_anything_is_asked(pages: tuple[Yard, Actor, str]) -> None:
    yard, owner, _ = pages
    with pytest.raises(Invalid, match="no ranker"):
        found(pages, "reranked", "Which port?")
    with yard.context(owner) as ctx:
        empty = create_collection(ctx, "Empty").id
    with pytest.raises(Invalid, match="no vectors"):
        CollectionRetriever(collection=empty, method="dense").open(lambda: yard.context(owner, writes=False))
    with pytest.raises(NotFound):
        CollectionRetriever(collection="cn_none").open(lambda: yard.context(owner, writes=False))


def test_the_version_changes_with_what_can_be_found(pages: tuple[Yard, Actor, str]) -> None:
    yard, owner, collection_id = pages

    def version(method: Method) -> str:
        retriever = CollectionRetriever(collection=collection_id, method=method)
        return retriever.open(lambda: yard.context(owner, writes=False)).version

    before = version("lexical")
    assert before == version("lexical") != version("dense")
    with yard.context(owner) as ctx:
        collection: Collection = owned_collection(ctx, collection_id)
        collection.version += 1
    assert version("lexical") != before


def test_what_won_answers_from_now_on_with_its_evidence(pages: tuple[Yard, Actor, str]) -> None:
    yard, owner, collection_id = pages
    evidence = {"experiment": "ex_1", "attempt": 1, "configuration": "rag", "scores": {"token_f1": 0.8}}
    adoption = Adoption(
        llm_id=None, instructions="Be brief.", n_passages=4, temperature=0.3, max_tokens=20, evidence=evidence
    )
    with yard.context(owner) as ctx:
        endpoint_id = CollectionRetriever(collection=collection_id).adopt(ctx, adoption)
        collection = owned_collection(ctx, collection_id)
        assert endpoint_id == collection.endpoint_id
        settings = AnswerSettings.model_validate(collection.answering)
    assert (settings.n_passages, settings.temperature, settings.max_answer_tokens) == (4, 0.3, 50)
    assert (settings.instructions, settings.chosen_by) == ("Be brief.", evidence)
    assert "chosen_by" not in AnswerSettings.form_schema()["properties"]
