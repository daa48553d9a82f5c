"""What an agent wants next, however an LLM writes it; which choice it names; whether it declines."""

import pytest

from modelyard.experiments.reading.choices import choices_of, chosen
from modelyard.experiments.reading.refusals import declines
from modelyard.experiments.reading.steps import Step, step_of
from modelyard.experiments.sample import Sample


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Thought: add\nAction: calculator\nAction Input: 2 + 2", Step("add", "calculator", "2 + 2")),
        (
            "Thought: add\nAction: calculator\nAction Input: 2 +\n2\nObservation: 5\nFinal Answer: 5",
            Step("add", "calculator", "2 +\n2"),
        ),
        ('**Thought:** look\n**Action:** search[port of "Zephyr"]', Step("look", "search", 'port of "Zephyr"')),
        ("Action: calculator(2 * (3 + 4))", Step("", "calculator", "2 * (3 + 4)")),
        ('Action 1: search\nAction Input 1: "Zephyr"', Step("", "search", "Zephyr")),
        ("Thought: done\nFinal Answer: 42\nkm", Step("done", final="42\nkm")),
        ("I know it.\n**Final Answer:** Paris", Step("I know it.", final="Paris")),
        ("Action: search\nAction Input: x\nFinal Answer: y", Step("", "search", "x")),
        ("Final Answer: y\nAction: search", Step("", final="y\nAction: search")),
        ("Paris.", Step("Paris.")),
        ("", Step("")),
    ],
)
def test_a_step_is_a_thought_with_an_action_or_the_answer(text: str, step: Step) -> None:
    assert step_of(text) == step


CHOICES = ("New York", "Paris", "New York City", "42")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("B", 1),
        ("(b)", 1),
        ("**C**", 2),
        ("B. It is lovely", 1),
        ("D) 42", 3),
        ("It is (B)", 1),
        ("paris", 1),
        ("I say Paris.", 1),
        ("It is New York City", 2),
        ("the 42", 3),
        ("(A) or (B)", 0),
        ("Either (A) or (B)", None),
        ("Paris or 42", None),
        ("E", None),
        ("A lovely day", None),
        ("", None),
    ],
)
def test_a_choice_is_named_by_letter_or_text(said: str, place: int | None) -> None:
    assert chosen(said, CHOICES) == place


def test_choices_stand_in_the_sample_or_in_its_question() -> None:
    question = "Which?\nOptions:\n(A) 01/08/2018\n(B) 01/07/2018 "
    assert choices_of(Sample("1", question)) == ("01/08/2018", "01/07/2018")
    assert choices_of(Sample("1", question, choices=("x", "y"))) == ("x", "y")
    assert choices_of(Sample("1", "Which?\n(B) x\n(C) y")) == choices_of(Sample("1", "A. Lincoln?")) == ()


@pytest.mark.parametrize(
    "said",
    [
        "I do not know.",
        "I'm sorry, but I cannot find this in the passages.",
        "The text does not say who founded it.",
        "It is not mentioned in the context.",
        "There is no information about this.",
        "Unanswerable",
        "This cannot be determined.",
        "Tôi không biết.",
        "Không tìm thấy thông tin này trong tài liệu.",
        "Das weiß ich leider nicht. Ich weiß es nicht.",
        "Das wird im Text nicht erwähnt.",
        "Je ne sais pas.",
        "No se menciona en el texto.",
        "Non lo so.",
        "Não sei.",
        "Ik weet het niet.",
        "我不知道。",
        "わかりません。",
        "Я не знаю.",
        "",
    ],
)
def test_declining_is_told_in_eleven_languages(said: str) -> None:
    assert declines(said)


@pytest.mark.parametrize(
    "said",
    [
        "Paris",
        "I know it: Paris.",
        "A question that has no answer is a rhetorical one.",
        "Unknown Pleasures",
        "Port 7431",
        "Nobody found it.",
        "Cổng 7431",
        "Nicht Berlin, sondern Bonn.",
        "He did not answer the call",
    ],
)
def test_an_answer_does_not_decline(said: str) -> None:
    assert not declines(said)
