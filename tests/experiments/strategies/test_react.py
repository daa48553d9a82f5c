"""The agent: its steps, its tools, and how it ends."""

import asyncio
from typing import Any

import pytest

from modelyard.experiments.errors import BudgetSpent
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategies.react import REMINDER
from modelyard.experiments.strategy import Answer
from modelyard.experiments.verbs import parse_document
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.llm.found import FoundPassage
from tests.experiments.desk import Desk, desk

SAMPLE = Sample("1", "How much is the port plus one?")
PASSAGE = FoundPassage("The port is 7431.", "Zephyr", "zephyr.md")
SEARCH = {"tools": ["search", "calculator"], "collection": "col_1"}


def answer(at: Desk, **parameters: Any) -> Answer:
    made: Answer = asyncio.run(family("strategy").parse({"kind": "react", **parameters}).answer(SAMPLE, at))
    return made


def steps(*said: str) -> Desk:
    return desk(say=lambda number: said[min(number, len(said) - 1)], passages=[PASSAGE])


def test_it_searches_reckons_and_answers_and_every_step_is_kept() -> None:
    at = steps(
        "Thought: find the port\nAction: search\nAction Input: port of Zephyr\nObservation: 80\nFinal Answer: 81",
        "Thought: add one\nAction: calculator\nAction Input: 7431 + 1",
        "Thought: that is it\nFinal Answer: 7432",
    )
    found = answer(at, **SEARCH)
    assert (found.parsed, found.ended, found.has_searched) == ("7432", "answer", True)
    assert [(each.thought, each.tool, each.arguments, each.observation) for each in found.trace] == [
        ("find the port", "search", {"input": "port of Zephyr"}, "[1] Zephyr\nThe port is 7431."),
        ("add one", "calculator", {"input": "7431 + 1"}, "7432"),
        ("that is it", None, None, None),
    ]
    assert found.passages == (PASSAGE,)
    assert [message.text for message in found.prompt[1:]] == [
        "Thought: find the port\nAction: search\nAction Input: port of Zephyr",
        "Observation: [1] Zephyr\nThe port is 7431.",
        "Thought: add one\nAction: calculator\nAction Input: 7431 + 1",
        "Observation: 7432",
    ]
    assert at.searched[0][0] == {"kind": "collection", "collection": "col_1", "method": "hybrid"}


def test_the_providers_own_way_of_asking_for_tools() -> None:
    at = desk(
        {"when": "Observation: 42", "say": "So the answer is 42."},
        {"when": ".", "tool": "calculator", "arguments": {"input": "6 * 7"}},
    )
    found = answer(at, calls="native")
    assert (found.parsed, found.ended) == ("42", "answer")
    assert found.trace[0].observation == "42"
    assert [tool.name for tool in at.wishes[0].tools] == ["calculator"]


def test_the_same_asked_three_times_is_a_loop() -> None:
    found = answer(steps("Action: calculator\nAction Input: 1 + 1"))
    assert (found.parsed, found.ended, len(found.trace)) == ("", "loop", 3)


def test_it_ends_at_the_limit_of_steps() -> None:
    at = desk(say=lambda number: f"Action: calculator\nAction Input: {number} + 1")
    found = answer(at, most_steps=4)
    assert (found.parsed, found.ended, len(found.trace), len(at.asked)) == ("", "step_limit", 4, 4)
    assert found.prompt == at.asked[-1]


def test_a_tool_that_raises_is_an_observation_with_its_error() -> None:
    at = steps(
        "Action: calculator\nAction Input: 9**9**9", "Action: telescope\nAction Input: moon", "Final Answer: none"
    )
    found = answer(at)
    assert [each.error for each in found.trace] == [
        "The result is too large.",
        "There is no tool 'telescope'; there are: calculator.",
        None,
    ]
    assert at.asked[1][-1].text == "Observation: Error: The result is too large."
    assert found.parsed == "none"


def test_a_tool_that_breaks_is_an_observation_but_a_spent_budget_ends_it() -> None:
    class Broken(Desk):
        async def find(self, *_: Any, **__: Any) -> Any:
            raise error

    said = ["Action: search\nAction Input: x", "Final Answer: y"]
    at = Broken(None, say=lambda number: said[number])
    error: Exception = KeyError("index")
    assert answer(at, **SEARCH).trace[0].error == "KeyError: 'index'"
    at.asked.clear()
    error = BudgetSpent("The budget is spent.")
    with pytest.raises(BudgetSpent):
        answer(at, **SEARCH)


def test_who_does_not_keep_to_the_form_is_reminded_once() -> None:
    at = steps("Well, let me see.", "The answer is 42.")
    found = answer(at)
    assert at.asked[1][-1].text == REMINDER
    assert (found.parsed, found.ended) == ("42", "answer")
    told = answer(steps("Thought: six sevens are 42"))
    assert (told.parsed, told.trace[-1].thought) == ("six sevens are 42", "six sevens are 42")
    assert answer(steps("x" * 400)).ended == "no_answer"


def test_wikipedia_is_asked_only_where_the_network_is_allowed() -> None:
    pages = {
        "query": {
            "pages": [
                {"title": "B", "extract": "Later.", "index": 2},
                {"title": "A", "extract": "First.", "index": 1, "pageid": 7, "fullurl": "https://w/A"},
            ]
        }
    }
    said = ("Action: wikipedia\nAction Input: Zephyr", "Final Answer: done")
    open_desk = desk(say=lambda number: said[number], pages=pages, is_network_allowed=True)
    found = answer(open_desk, tools=["wikipedia"])
    assert found.trace[0].observation == "A: First.\n\nB: Later."
    assert found.passages[0] == FoundPassage("First.", "A", "7", "https://w/A")
    closed = answer(desk(say=lambda number: said[number]), tools=["wikipedia"])
    assert closed.trace[0].error == "Forbidden: This experiment may not ask the network."
    odd = answer(desk(say=lambda number: said[number], pages=[1], is_network_allowed=True), tools=["wikipedia"])
    assert odd.trace[0].error == "Wikipedia did not answer as its API does."


def test_a_document_without_the_network_has_no_wikipedia_and_search_needs_a_collection() -> None:
    document = {"name": "x", "samples": {"dataset": "d"}, "llms": [{"llm": "l"}]}
    agent = {"kind": "react", "tools": ["wikipedia"]}
    with pytest.raises(Invalid, match="asks the network") as refused:
        parse_document({**document, "strategies": [{"kind": "naive"}, agent]})
    assert refused.value.fields[0].path == ("strategies", 1)
    parse_document({**document, "strategies": [agent], "allow_network": True})
    with pytest.raises(Invalid, match="needs a collection"):
        parse_document({**document, "strategies": [{"kind": "react", "tools": ["search"]}]})
