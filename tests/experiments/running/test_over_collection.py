"""What is searched in a collection, run to its end by a real worker: passages and steps are kept with each answer."""

from pathlib import Path

import pytest

from modelyard.chat.deletion import delete_collection
from modelyard.chat.verbs import change_collection
from modelyard.experiments.tables import ExperimentAnswer
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import create_llm
from modelyard.runs.drive import drive
from tests.chat.quality.manual import PAGES
from tests.chat.shelf import Shelf
from tests.experiments.running.asking import Asking
from tests.llm.stub import serving

SAMPLES = [("How often is it?", "never"), ("Which port does the server listen on for browsers?", "8080")]
AGAIN = "Thought: once more.\nAction: calculator\nAction Input: 1 + 1"
LINES = [
    {"when": r"^Observation: \[1\]", "say": "Thought: it is there.\nFinal Answer: 8080 [1]"},
    {"when": r"^Observation: 2$", "say": AGAIN},
    {"when": "(?s)use these tools.*How often", "say": AGAIN},
    {"when": "(?s)use these tools", "say": "Thought: look it up.\nAction: search\nAction Input: port for browsers"},
    {"when": "(?s)port 8080.*Which port.*step by step", "say": "Passage [1] says so. So the answer is 8080 [1]."},
    {"when": "(?s)port 8080.*Which port", "say": "8080 [1]"},
]


@pytest.fixture
def asking(yard: Yard, owner: Actor) -> Asking:
    return Asking(yard, owner, question="{}")


@pytest.fixture
def shelf(yard: Yard, owner: Actor, tmp_path: Path) -> Shelf:
    """The manual of three pages, synced."""
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", size=256)
    shelf.write(**PAGES)
    shelf.synced()
    return shelf


def passages(answer: ExperimentAnswer) -> list[str]:
    """Return the texts that were found for an answer, best first."""
    return [each["text"] for each in answer.details.get("passages", [])]


def plain(text: str) -> str:
    return " ".join(text.replace("`", "").split())


@pytest.mark.postgres
def test_every_way_to_search_keeps_what_it_found(asking: Asking, shelf: Shelf) -> None:
    over = {"collection": shelf.id, "k": 3}
    agent = {"kind": "react", "tools": ["search", "calculator"], **over}
    with serving() as server:
        with asking.yard.context(asking.owner) as ctx:
            ranking = {"kind": "cohere", "serves": "ranking", "model": "rerank-v3.5", "base_url": server.url}
            ranker = create_llm(ctx, "Ranker", ranking, secret="a-key")
            change_collection(ctx, shelf.id, answering={"ranker_id": ranker.id})
        attempt = asking.run(
            {
                "llms": [{"llm": asking.llm(lines=LINES, otherwise="I do not know")}],
                "strategies": [
                    *({"kind": "rag", "method": method, **over} for method in ("lexical", "dense", "hybrid")),
                    {"kind": "rag", "method": "reranked", **over},
                    {"kind": "rag_cot", "method": "lexical", **over},
                    {**agent, "method": "lexical"},
                    {**agent, "method": "lexical", "most_steps": 1},
                ],
            },
            SAMPLES,
        )
    assert (attempt.state, attempt.n_done, attempt.n_failed) == ("succeeded", 14, 0)
    unknown, known = asking.answers(attempt)[:7], asking.answers(attempt)[7:]
    texts = [passages(each) for each in known]
    assert all(1 <= len(found) <= 3 for found in texts[:6])
    assert all(each.details["has_searched"] for each in (*known[:6], *unknown[:5]))
    manual = plain("\n".join(PAGES.values()))
    assert all(plain(part) in manual for found in texts for text in found for part in text.split("\n\n"))
    assert len({tuple(found) for found in texts[:4]}) > 1, "each method puts them in its own order"
    assert "listens on port 8080" in texts[0][0]
    assert {each["query"] for each in server.asked} == {question for question, _ in SAMPLES}
    for at in (0, 4):
        assert f"\n{texts[at][0]}\n\n" in known[at].details["prompt"][0]["text"]
        assert (known[at].parsed, known[at].scores["exact_match"]["value"]) == ("8080", 1)
    assert {each.parsed for each in unknown[:4]} == {"I do not know"}

    found, stuck = known[5], unknown[5]
    assert (found.ended, found.parsed, found.n_requests) == ("answer", "8080", 2)
    first, last = found.details["trace"]
    assert (first["tool"], first["arguments"], first["error"]) == ("search", {"input": "port for browsers"}, None)
    assert texts[5][0] in first["observation"]
    assert last["thought"] == "it is there."
    assert (stuck.ended, [each["observation"] for each in stuck.details["trace"]]) == ("loop", ["2", "2", None])
    assert (known[6].ended, known[6].parsed, len(known[6].details["trace"])) == ("step_limit", "", 1)


def test_a_collection_that_is_gone_ends_the_run_with_a_sentence(asking: Asking, shelf: Shelf) -> None:
    strategies = [{"kind": "rag", "collection": shelf.id, "method": "lexical"}]
    attempt = asking.start({"llms": [{"llm": asking.llm()}], "strategies": strategies}, SAMPLES)
    with asking.yard.context(asking.owner) as ctx:
        delete_collection(ctx, shelf.id)
    assert attempt.run_id is not None
    assert drive(asking.yard, attempt.run_id).state == "failed"
    ended = asking.attempt(attempt.id)
    assert (ended.state, ended.n_done) == ("failed", 0)
    assert "no collection" in (ended.error or "")
