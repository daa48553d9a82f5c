"""The answer in what an LLM said, on made-up cases and on 1250 real ones."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.experiments.reading.answers import LONGEST, final_answer, first_line, without_citations
from modelyard.experiments.reading.squad import comparable
from modelyard.llm.recorded_answers import FOLDER, bundled
from tests.examples import examples
from tests.experiments.statistics.recorded import right_answers


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("6 * 7 = 42. So the answer is 42.", "42"),
        ("The answer is 3. No, wait. The answer is 4.", "4"),
        ("**Answer:** 42", "42"),
        ("Final answer: Paris. It is in France.", "Paris"),
        ("The answer is:\n\n(B)", "(B)"),
        ("so the correct option is (C).", "(C)"),
        ("The answer is J. R. R. Tolkien.", "J. R. R. Tolkien"),
        ("The answer is 3.5 apples", "3.5 apples"),
        ("The answer is 5. It was 4.", "5"),
        ("The answer is $1,200. That is all.", "$1,200"),
        ("Natalia sold 72.\n#### 72", "72"),
        (r"Thus \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"The answer is $\boxed{\text{Lima}}$, surely.", "Lima"),
        (r"\boxed{1} is not it. The answer is $2$.", "2"),
        (r"The answer is 1. Checked: \boxed{2}", "2"),
        (r"The answer is 5. \boxed{", "5"),
        ("<think>The answer is 3.</think>It is four.\n\nFour", "Four"),
        ("<think>The answer is 3", ""),
        ("Đáp án là Hà Nội.", "Hà Nội"),
        ("Die Antwort lautet: Berlin.", "Berlin"),
        ("La réponse est Paris.", "Paris"),
        ("La respuesta correcta es Lima.", "Lima"),
        ("答案是42。", "42"),
        ("I think\nLima", "Lima"),
        ("", ""),
        ("x" * 400, ""),
        ("So the answer is 4.\n\nQuestion: And 3 + 3?\nAnswer: 6", "4"),
    ],
)
def test_the_answer_stands_at_the_end(text: str, answer: str) -> None:
    assert final_answer(text) == answer


def test_a_text_that_was_cut_has_an_answer_only_where_it_says_so() -> None:
    assert final_answer("First we add 3 and", is_cut=True) == ""
    assert final_answer("The answer is 3. Because 3 and", is_cut=True) == "3"


def test_the_first_line_is_read_without_what_stands_around_it() -> None:
    assert first_line("\n\n**Answer:** *Paris*\n\nQuestion: and Spain?") == "Paris"
    assert first_line('"Paris"') == "Paris"
    assert first_line("<think>Hm.</think>\nRome") == "Rome"
    assert first_line(" \n\t") == ""
    assert without_citations("Paris [1, 3].") == "Paris."


def test_recorded_chains_of_thought_are_read_as_their_authors_read_them() -> None:
    """BIG-Bench Hard takes what follows the last "answer is ", without its full stop."""
    for question, said in bundled("bbh").completions.items():
        text = said["cot"]
        if "answer is " in text:
            assert final_answer(text) == text.rpartition("answer is ")[2].strip().removesuffix("."), question
        assert first_line(said["naive"]) == said["naive"].strip()


def test_recorded_answers_are_right_and_wrong_where_a_second_computation_has_them() -> None:
    import gzip

    found: dict[str, tuple[list[int], list[int]]] = {}
    with gzip.open(FOLDER / "bbh.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if "task" in row:
                asked, thought = found.setdefault(row["task"], ([], []))
                asked.append(int(comparable(first_line(row["completions"]["naive"])) == comparable(row["target"])))
                thought.append(int(comparable(final_answer(row["completions"]["cot"])) == comparable(row["target"])))
    assert found == right_answers()


@settings(max_examples=examples(200), deadline=None)
@given(st.text(alphabet="the answer is \\boxed{}#:*.\n<think>42", max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert len(final_answer(text)) <= len(text)
    assert "\n" not in first_line(text)


@pytest.mark.parametrize("piece", [" ", "answer ", r"\boxed{", "answer is ", ".", "*", "<think>", "[1 ", "(A) "])
def test_a_megabyte_is_read_soon(piece: str) -> None:
    """What is quadratic would take minutes here: the run ends by its time limit then."""
    text = piece * (1_000_000 // len(piece))
    assert len(final_answer(text)) <= LONGEST
    assert len(first_line(text)) <= LONGEST
    without_citations(text)
