"""Vectors: of the embedder that comes with the package, and of those behind HTTP."""

import numpy as np
import pytest

from modelyard.kernel.settings import Settings
from modelyard.llm.background import wait_for
from modelyard.llm.client import builtin_embedder
from modelyard.llm.errors import CannotEmbed, LlmRefusedKey, LlmUnavailable, WrongVectorSize
from modelyard.llm.provider import Message, Ranked
from tests.llm.conftest import MakeClient, quick
from tests.llm.stub import Stub

KINDS = ("openai", "hf_api", "cohere")


def test_the_builtin_embedder_finds_what_is_meant_across_languages() -> None:
    client = builtin_embedder(Settings())
    passages = ["The printer needs paper.", "A doctor looks after the sick.", "Paris is the capital of France."]
    vectors = client.embed(passages, "passage")
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    questions = client.embed(["Who treats patients?", "Thủ đô của Pháp là gì?"], "question")
    assert (questions @ vectors.T).argmax(axis=1).tolist() == [1, 2]
    assert client.info.languages is not None
    assert {"en", "vi", "de", "zh"} <= client.info.languages
    assert client.info.fingerprint == "builtin:multilingual-e5-small:384"


def test_the_builtin_embedder_takes_what_is_no_sentence() -> None:
    client = builtin_embedder(Settings())
    assert client.embed([], "passage").shape == (0, 384)
    strange = ["", " \n", "\0", "a\0b", "\ud800", "👩‍🚀"]
    vectors = client.embed(strange, "passage")
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(client.embed(["a\0b"], "passage"), client.embed(["a b"], "passage"), atol=1e-6)


def test_nothing_of_a_long_text_is_cut_off() -> None:
    client = builtin_embedder(Settings())
    filler = "The committee met again and the minutes were approved without any remarks. " * 27
    assert len(filler) > 2000
    plain, with_end = client.embed([filler, filler + "Penguins live in Antarctica. " * 20], "passage")
    question = client.embed(["Where do penguins live?"], "question")[0]
    assert float(question @ with_end) > float(question @ plain) + 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_come_with_length_one_in_order_and_in_as_many_requests_as_it_takes(
    kind: str, make: MakeClient, stub: Stub
) -> None:
    client = make(kind, serves="embeddings")
    texts = [f"{'x' * (i % 50)}" for i in range(100)]
    vectors = client.embed(texts, "passage")
    assert vectors.shape == (100, 4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    expected = np.array([len(text or " ") + 1 for text in texts]) / 3
    np.testing.assert_allclose(vectors[:, 0] / vectors[:, 1], expected, rtol=1e-5)
    assert len(stub.asked) == 2
    if kind == "cohere":
        client.embed(["why"], "question")
        assert [asked["input_type"] for asked in stub.asked] == ["search_document"] * 2 + ["search_query"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("behaviour", "error"),
    [("wrong size", WrongVectorSize), ("zeros", LlmUnavailable), ("401", LlmRefusedKey), ("garbage", LlmUnavailable)],
)
def test_what_is_no_vector_of_the_size_is_refused(
    kind: str, behaviour: str, error: type[Exception], make: MakeClient, stub: Stub
) -> None:
    stub.behaviours = [behaviour]
    sized = {} if kind == "hf_api" and behaviour != "wrong size" else {"vector_size": 4}
    with pytest.raises(error) as failed:
        make(kind, serves="embeddings", **sized).embed(["sky", "sea"], "passage")
    assert type(failed.value) is error


def test_a_vector_less_than_texts_is_refused(make: MakeClient, stub: Stub) -> None:
    stub.behaviours = ["one missing"]
    with pytest.raises(WrongVectorSize, match="1 vectors for 2 texts"):
        make(serves="embeddings").embed(["sky", "sea"], "passage")


def test_a_batch_that_fails_once_is_asked_for_again(make: MakeClient, stub: Stub) -> None:
    stub.behaviours = ["429", "500", "fine"]
    client = make(serves="embeddings", settings=quick(llm_max_attempts=3))
    assert client.embed(["sky"], "passage").shape == (1, 4)
    assert len(stub.asked) == 3


def test_prefixes_and_sizes_are_sent(make: MakeClient, stub: Stub) -> None:
    client = make(serves="embeddings", vector_size=4, question_prefix="query: ", passage_prefix="passage: ")
    client.embed(["sky"], "question")
    client.embed(["sky"], "passage")
    assert [(asked["input"], asked["dimensions"]) for asked in stub.asked] == [
        (["query: sky"], 4),
        (["passage: sky"], 4),
    ]


def test_cohere_ranks_and_others_do_not(make: MakeClient, stub: Stub) -> None:
    ranked = make("cohere", serves="ranking", model="rerank-v3.5").rank("why", ["a", "aaa", "aa"])
    assert ranked == [Ranked(1, 1.0), Ranked(2, 0.5), Ranked(0, pytest.approx(1 / 3))]
    assert stub.paths == ["/v2/rerank"]
    assert make("cohere", serves="ranking").rank("why", []) == []
    with pytest.raises(CannotEmbed):
        make("cohere").rank("why", ["a"])
    stub.behaviours = ["401"]
    with pytest.raises(LlmRefusedKey):
        make("cohere", serves="ranking").rank("why", ["a"])


def test_work_on_a_background_loop_may_wait_for_another(make: MakeClient) -> None:
    client = make(serves="embeddings")

    async def outer() -> int:
        return len(client.embed(["sky"], "question"))

    assert wait_for(outer()) == 1


def test_half_characters_are_no_fault_of_the_provider(make: MakeClient, stub: Stub) -> None:
    assert make(serves="embeddings").embed(["a\ud800b\0"], "question").shape == (1, 4)
    assert make().complete_text([Message("user", "a\ud800b\0")]).text
    assert stub.asked[-1]["messages"][0]["content"] == "a?b\0"
