"""What each strategy asks, and what it reads in what it is told; the LLM is scripted."""

import asyncio
from typing import Any

import pytest

from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Strategy
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.llm.found import FoundPassage
from modelyard.llm.providers.recorded import Recorded
from modelyard.llm.recorded_answers import bundled
from tests.experiments.desk import Desk, desk

SAMPLE = Sample("1", "What is 6 times 7?", "42", choices=("41", "42"), context="Six sevens are forty-two.")
POOL = [Sample(str(number), f"Question {number}?", f"Answer {number}") for number in range(5)]
PASSAGES = (
    FoundPassage("The port is 7431.", "Zephyr", "zephyr.md", headings=("Zephyr", "Ports")),
    FoundPassage("Paris is in France.", "France", "france.md"),
)


def strategy(kind: str, **parameters: Any) -> Strategy:
    made: Strategy = family("strategy").parse({"kind": kind, **parameters})
    return made


def answer(kind: str, at: Desk, sample: Sample = SAMPLE, **parameters: Any) -> Answer:
    return asyncio.run(strategy(kind, **parameters).answer(sample, at))


def test_naive_asks_for_the_answer_alone() -> None:
    at = desk((".", "Answer: 42\nBecause."))
    found = answer("naive", at)
    assert (found.parsed, found.ended, found.is_cut) == ("42", "answer", False)
    assert at.asked == [found.prompt]
    assert found.prompt[0].text.endswith("Question: What is 6 times 7?\n(A) 41\n(B) 42\nAnswer:")
    assert answer("naive", desk(otherwise="")).ended == "no_answer"


def test_few_shot_shows_own_examples_and_drawn_ones_but_never_the_one_asked() -> None:
    own = [{"question": "Own?", "answer": "Yes"}]
    seen = set()
    for seed in range(8):
        at = desk((".", "42"), pool=POOL)
        found = answer("few_shot", at, POOL[2], examples=own, drawn=3, seed=seed)
        text = found.prompt[0].text
        assert "Question: Own?\nAnswer: Yes\n\n" in text
        assert text.count("Answer: Answer ") == 3
        assert "Answer 2" not in text
        assert text.endswith("Question: Question 2?\nAnswer:")
        seen.add(text)
    assert len(seen) > 1, "another seed draws others"
    assert at.drawn_among == ["others"]
    with pytest.raises(Invalid, match="no sample to show before '2'"):
        answer("few_shot", desk((".", "42")), POOL[2])
    assert (
        answer("few_shot", desk((".", "42"), pool=POOL), seed=1).prompt
        == answer("few_shot", desk((".", "42"), pool=POOL), seed=1).prompt
    )


def test_chain_of_thought_reads_the_end_and_asks_for_room() -> None:
    at = desk(("step by step", "6 * 7 = 42.\nSo the answer is 42."))
    example = {"question": "1 + 1?", "reasoning": "One and one are two.", "answer": "2"}
    found = answer("cot", at, examples=[example], least_tokens=700)
    assert found.parsed == "42"
    assert (
        "1 + 1?\nAnswer: Let's think step by step. One and one are two. So the answer is 2.\n" in found.prompt[0].text
    )
    assert at.wishes[0].max_tokens == 700


def test_self_consistency_takes_the_answer_with_the_most_votes() -> None:
    said = [
        "The answer is 41.",
        "I do not know\nwhat",
        "The answer is forty.",
        "So the answer is The 42",
        "The answer is 42.",
    ]
    at = desk(say=lambda number: said[number])
    found = answer("self_consistency", at, n=5, temperature=0.9)
    assert (found.parsed, found.votes) == ("The 42", ("41", "what", "forty", "The 42", "42"))
    assert found.text == said[3]
    assert [wish.seed for wish in at.wishes] == [0, 1, 2, 3, 4]
    assert {wish.temperature for wish in at.wishes} == {0.9}
    none = answer("self_consistency", desk(say=lambda number: "x" * 400), n=2)
    assert (none.parsed, none.ended, none.votes) == ("", "no_answer", ("", ""))


def test_when_a_chain_fails_the_vote_fails() -> None:
    def say(number: int) -> str:
        if number == 1:
            raise RuntimeError("away")
        return "The answer is 42."

    with pytest.raises(RuntimeError, match="away"):
        answer("self_consistency", desk(say=say), n=3)


@pytest.mark.parametrize(
    ("kind", "said"), [("rag", "7431 [1]\nDone."), ("rag_cot", "See [1].\nSo the answer is 7431 [1].")]
)
def test_rag_asks_with_numbered_passages(kind: str, said: str) -> None:
    at = desk((".", said), passages=PASSAGES)
    found = answer(kind, at, Sample("1", "Which port?"), collection="col_1", method="lexical", k=2)
    assert at.searched == [({"kind": "collection", "collection": "col_1", "method": "lexical"}, "Which port?", 2)]
    assert "[1] Zephyr › Ports\nThe port is 7431.\n\n[2] France\nParis is in France.\n\nQuestion: Which port?" in (
        found.prompt[0].text
    )
    assert (found.parsed, found.passages, found.has_searched) == ("7431", PASSAGES, True)
    assert answer(kind, desk((".", said)), collection="col_1").has_searched


def test_reading_needs_a_context() -> None:
    found = answer("context", desk((".", "42")))
    assert "Six sevens are forty-two." in found.prompt[0].text
    with pytest.raises(Invalid, match="'2' has no context"):
        answer("context", desk((".", "42")), Sample("2", "Why?"))


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("**Positive**.", "positive"),
        ("The label is very negative", "very negative"),
        ("a", ""),
        ("- positive\n- negative", ""),
        ("Both positive and negative", ""),
    ],
)
def test_zero_shot_gives_one_of_the_labels_or_none(said: str, label: str) -> None:
    found = answer("zero_shot", desk((".", said)), labels=["positive", "negative", "very negative"])
    assert (found.parsed, found.ended) == (label, "answer" if label else "no_answer")


def test_zero_shot_takes_the_choices_of_samples_without_labels() -> None:
    found = answer("zero_shot", desk((".", "42")))
    assert "- 41\n- 42" in found.prompt[0].text
    assert found.parsed == "42"
    with pytest.raises(Invalid, match="no labels"):
        answer("zero_shot", desk((".", "42")), Sample("1", "Good?"))


@pytest.mark.parametrize(
    ("reading", "parsed"), [("first_line", "Hm."), ("final_answer", "42"), ("everything", "Hm.\nThe answer is 42.")]
)
def test_own_words_are_asked_as_they_are(reading: str, parsed: str) -> None:
    at = desk((".", "Hm.\nThe answer is 42."))
    found = answer("template", at, system="You reckon.", template="{question} {{quickly}}", reading=reading)
    assert [(each.role, each.text) for each in found.prompt] == [
        ("system", "You reckon."),
        ("user", "What is 6 times 7? {quickly}"),
    ]
    assert found.parsed == parsed


def test_recorded_answers_are_given_to_the_naive_and_the_thinking_prompt() -> None:
    at = Desk(Recorded())
    for question, said in list(bundled("bbh").completions.items())[::250]:
        assert answer("naive", at, Sample("1", question)).text == said["naive"]
        assert answer("cot", at, Sample("1", question)).text == said["cot"]


ASKING_TWICE = {"self_consistency", "react"}


ASKED = sorted(name for name, kind in family("strategy").kinds.items() if not kind.is_recorded)


@pytest.mark.parametrize("kind", ASKED)
def test_the_first_request_is_the_one_that_is_estimated(kind: str) -> None:
    own = {"collection": "col_1"} if kind in ("rag", "rag_cot") else {"drawn": 0} if kind == "few_shot" else {}
    at = desk((".", "Final Answer: 42"))
    answer(kind, at, **own)
    assert list(at.asked[0]) == list(strategy(kind, **own).prompt_for_estimate(SAMPLE))
    assert (strategy(kind, **own).n_requests_of() > 1) == (kind in ASKING_TWICE)
