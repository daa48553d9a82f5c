"""Every scorer on answers that are right, wrong, and such that nobody can say."""

import asyncio
import json
import re
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.experiments.reading.squad import normalised, squad_f1
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Score
from modelyard.experiments.strategy import Answer, TraceStep
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.llm.found import FoundPassage
from tests.examples import examples
from tests.experiments.desk import Desk, desk

PASSAGES = (
    FoundPassage("The Zephyr server listens on port 7431. It keeps calls for 90 days.", "Zephyr", "zephyr.md"),
    FoundPassage("Paris is the capital of France.", "France", "france.md", "https://example.org/france"),
)


def score(
    kind: str, said: str, at: Desk | None = None, *, stated: dict[str, Any] | None = None, **parameters: Any
) -> Score:
    """Return the score of an answer; `stated` is what the sample has beside its question."""
    sample = Sample("1", **{"question": "What is it?", **(stated or {})})
    text = parameters.pop("text", said)
    about = {
        name: parameters.pop(name) for name in ("passages", "trace", "ended", "has_searched") if name in parameters
    }
    made = family("scorer").parse({"kind": kind, **parameters})
    found: Score = asyncio.run(made.score(sample, Answer(text, said, **about), at or desk()))
    return found


@pytest.mark.parametrize(
    ("kind", "said", "stated", "value"),
    [
        ("exact_match", "the Eiffel Tower.", {"answer": "Eiffel tower"}, 1),
        ("exact_match", "NYC", {"answer": "New York", "aliases": ("N.Y.C.",)}, 1),
        ("exact_match", "Eiffel", {"answer": "Eiffel tower"}, 0),
        ("exact_match", "(A)", {"answer": "(A)"}, 1),
        ("exact_match", "A", {"answer": "(A)"}, 1),
        ("exact_match", "the", {"answer": "(A)"}, 0),
        ("exact_match", "", {"answer": "(A)"}, 0),
        ("exact_match", "+", {"answer": "+"}, 1),
        ("exact_match", "-", {"answer": "+"}, 0),
        ("contains", "It is the Eiffel Tower, in Paris.", {"answer": "Eiffel tower"}, 1),
        ("contains", "Parisian", {"answer": "Paris"}, 0),
        ("contains", "in Rome, or so", {"answer": "Paris", "aliases": ("Rome",)}, 1),
        ("token_f1", "the tower", {"answer": "Eiffel tower"}, 2 / 3),
        ("token_f1", "", {"answer": "Eiffel tower"}, 0),
        ("token_f1", "中文资料", {"answer": "中文"}, 2 * 2 / 6),
        ("numeric", "She has 72 clips.", {"answer": "48/2=24\n#### 72"}, 1),
        ("numeric", "1,200.00 $", {"answer": "1200"}, 1),
        ("numeric", "0.5", {"answer": "50%"}, 1),
        ("numeric", "71", {"answer": "72"}, 0),
        ("numeric", "many", {"answer": "72"}, 0),
        ("multiple_choice", "(B)", {"answer": "Rome", "choices": ("Paris", "Rome")}, 1),
        ("multiple_choice", "Rome", {"answer": "B", "choices": ("Paris", "Rome")}, 1),
        ("multiple_choice", "(A) 1\n", {"answer": "(B)", "question": "Which?\n(A) 1\n(B) 2"}, 0),
        ("multiple_choice", "Paris or Rome", {"answer": "B", "choices": ("Paris", "Rome")}, 0),
        ("refusal", "I do not know.", {"is_answerable": False}, 1),
        ("refusal", "Paris", {"is_answerable": False}, 0),
        ("refusal", "I do not know.", {}, 0),
        ("refusal", "Paris", {}, 1),
    ],
)
def test_right_and_wrong(kind: str, said: str, stated: dict[str, Any], value: float) -> None:
    assert score(kind, said, stated=stated).value == pytest.approx(value)


@pytest.mark.parametrize("kind", ["exact_match", "contains", "token_f1", "numeric", "multiple_choice", "semantic"])
def test_without_an_answer_nothing_is_compared(kind: str) -> None:
    found = score(kind, "Paris", stated={"choices": ("Paris", "Rome")})
    assert (found.value, found.why) == (None, "The sample states no answer.")


@pytest.mark.parametrize(
    ("kind", "stated", "more", "why"),
    [
        ("numeric", {"answer": "many"}, {}, "expected answer has no number"),
        ("multiple_choice", {"answer": "Rome"}, {}, "no choices"),
        ("multiple_choice", {"answer": "Bonn", "choices": ("Paris", "Rome")}, {}, "none of the choices"),
        ("faithfulness", {}, {}, "no context"),
        ("faithfulness", {"context": "Any."}, {"said": "I do not know."}, "declines"),
        ("faithfulness", {"context": "Any text."}, {"said": "…"}, "no words"),
        ("faithfulness_judge", {}, {"judge": "llm_1"}, "no context"),
        ("citation", {}, {}, "no passages"),
        ("citation", {}, {"passages": PASSAGES, "said": "I do not know."}, "declines"),
        ("citation", {}, {"passages": PASSAGES, "trace": (TraceStep("t"),)}, "numbered anew"),
        ("refusal", {}, {"ended": "step_limit"}, "neither answered nor declined"),
        ("truth_found", {}, {"passages": PASSAGES}, "states no passage"),
        ("truth_found", {"truth": "Paris is the capital of France."}, {}, "were looked for"),
        ("judge", {}, {"judge": "llm_1"}, "states no answer"),
        ("regex", {}, {"pattern": "(a|aa)+$", "said": "a" * 60 + "!"}, "takes too long"),
    ],
)
def test_what_cannot_be_scored_says_why(kind: str, stated: dict[str, Any], more: dict[str, Any], why: str) -> None:
    said = more.pop("said", "Paris")
    found = score(kind, said, stated=stated, **more)
    assert found.value is None
    assert why in found.why


def official(text: str) -> str:
    """The normalisation of SQuAD's evaluation script, from its description."""
    plain = "".join(letter for letter in text.lower() if letter not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


@settings(max_examples=examples(400), deadline=None)
@given(st.text("aAnN theTHE.,'-!xyz é"), st.text("aAnN theTHE.,'-!xyz é"))
def test_answers_are_compared_as_squad_compares_them(left: str, right: str) -> None:
    assert normalised(left) == official(left)
    if official(right) and left.strip():
        is_same = score("exact_match", left, stated={"answer": right}).value
        assert is_same == float(official(left) == official(right))
    if official(left) and official(right):
        given, wanted = official(left).split(), official(right).split()
        n_common = sum(min(given.count(word), wanted.count(word)) for word in set(given))
        expected = 2 * n_common / (len(given) + len(wanted)) if n_common else 0.0
        assert squad_f1(left, [right]) == pytest.approx(expected)


def test_a_tolerance_and_the_comma() -> None:
    assert score("numeric", "99", stated={"answer": "100"}, tolerance=0.02).value == 1
    assert score("numeric", "1.234", stated={"answer": "1234"}, decimal="comma").value == 1
    assert score("numeric", "1.234", stated={"answer": "1234"}).value == 0


def test_a_pattern_is_found_or_must_not_be() -> None:
    assert score("regex", "42 KM", pattern=r"\d+ km").value == 1
    assert score("regex", "42 KM", pattern=r"\d+ km", ignore_case=False).value == 0
    assert score("regex", "As an AI …", pattern="as an ai", is_wanted=False).value == 0
    assert score("regex", "42", text="Sum: 42 km", pattern="km", where="everything").value == 1
    with pytest.raises(Invalid, match="is no regular expression"):
        family("scorer").parse({"kind": "regex", "pattern": "("})


def test_meaning_is_the_best_cosine() -> None:
    near = score("semantic", "port 7431", stated={"answer": "the sea", "aliases": ("port 7431",)})
    assert near.value == pytest.approx(1, abs=1e-6)
    assert "port 7431" in near.why
    far = score("semantic", "port 7431", stated={"answer": "the sea"}).value
    assert far is not None
    assert 0 <= far < 0.9
    assert score("semantic", "", stated={"answer": "the sea"}).value == 0


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("The server listens on port 7431.", 1),
        ("The server listens on port 7432.", 0),
        ("Zephyr keeps calls for 90 days. It was founded by Anna Schmidt in Berlin.", 0.5),
        ("7431", 1),
        ("7432", 0),
    ],
)
def test_sentences_are_held_by_passages_or_the_context(said: str, value: float) -> None:
    assert score("faithfulness", said, passages=PASSAGES).value == value
    assert score("faithfulness", said, stated={"context": PASSAGES[0].text + " Zephyr."}).value == value


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("7431 [1]", 1, ""),
        ("The port is 7431. [1] Paris is the capital of France [2].", 1, ""),
        ("The port is 7431 [2].", 0, "[2] does not hold: The port is 7431"),
        ("The port is 7431 [1, 3].", 0.5, "There is no passage [3]."),
        ("The port is 7431.", 0, "The answer cites nothing."),
    ],
)
def test_citations_hold_the_sentence_they_stand_in(text: str, value: float, why: str) -> None:
    found = score("citation", "7431", text=text, passages=PASSAGES)
    assert found.value == value
    assert found.why.startswith(why)


@pytest.mark.parametrize(
    ("truth", "value", "rank"),
    [
        ("PARIS is the “capital” of France", 1, 2),
        ("paris is the capital of  France", 1, 2),
        ("zephyr.md", 1, 1),
        ("https://example.org/france", 1, 2),
        ("Rome is the capital of Italy.", 0, None),
    ],
)
def test_the_truth_is_among_the_passages(truth: str, value: float, rank: int | None) -> None:
    found = score("truth_found", "x", stated={"truth": truth}, passages=PASSAGES, at_least=1.0)
    assert (found.value, found.details.get("rank")) == (value, rank)
    assert score("truth_found", "x", stated={"truth": truth}, has_searched=True).value == 0


def judging(verdict: Any) -> Desk:
    return desk((".", verdict if isinstance(verdict, str) else json.dumps(verdict)))


@pytest.mark.parametrize(
    ("verdict", "scale", "value"),
    [
        ({"why": "Same.", "verdict": "right"}, "right_partly_wrong", 1),
        ({"why": "Half.", "verdict": "partly"}, "right_partly_wrong", 0.5),
        ({"why": "No.", "verdict": "wrong"}, "right_partly_wrong", 0),
        ({"why": "Good.", "verdict": 4}, "one_to_five", 0.75),
        ({"why": "Good.", "verdict": 6}, "one_to_five", None),
        ({"why": "Good.", "verdict": "right"}, "one_to_five", None),
        ({"verdict": "right"}, "right_partly_wrong", None),
        ("I think that it is right.", "right_partly_wrong", None),
        ('{"why": "Sa', "right_partly_wrong", None),
        ("[]", "right_partly_wrong", None),
    ],
)
def test_a_judge_gives_a_verdict_or_has_not_scored(verdict: Any, scale: str, value: float | None) -> None:
    at = judging(verdict)
    found = score("judge", "Paris", at, stated={"answer": "Paris", "aliases": ("Lutetia",)}, judge="llm_1", scale=scale)
    assert found.value == value
    assert found.why
    assert found.details["judge"] == "llm_1"
    assert found.details["shown"] == ["question", "expected", "answer"]
    system, user = (message.text for message in at.asked[0])
    mark = user.split("\n")[0]
    assert mark in system
    assert json.loads(user.removeprefix(mark).removesuffix(mark)) == {
        "question": "What is it?",
        "expected": "Paris\nLutetia",
        "answer": "Paris",
    }


def test_a_judge_of_own_words_needs_no_answer() -> None:
    at = judging({"why": "Polite.", "verdict": 5})
    found = score("judge", "Please.", at, judge="llm_1", rubric="Polite?", scale="one_to_five", sees_expected=False)
    assert found.value == 1
    assert "Polite?" in at.asked[0][0].text
    assert score("judge", "", at, judge="llm_1", sees_expected=False).value == 0


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"claims": [{"claim": "a", "is_held": True}, {"claim": "b", "is_held": False}]}, 0.5),
        ({"claims": []}, None),
        ({"claims": [{"claim": "a"}]}, None),
        ("All of it is held.", None),
    ],
)
def test_claims_are_judged_against_what_was_read(said: Any, value: float | None) -> None:
    at = judging(said)
    found = score("faithfulness_judge", "It listens on port 7431.", at, passages=PASSAGES, judge="llm_1")
    assert found.value == value
    assert value != 0.5 or found.why == "Not held: b"
    assert "listens on port 7431. It keeps" in at.asked[0][1].text
