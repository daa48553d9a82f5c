"""Follow-up questions without an LLM: what leans on the question before gets its words, what stands alone stays."""

import pytest

from modelyard.chat.answering.prompting import PastTurn
from modelyard.chat.answering.rewriting import accepted, may_lean, rewritten_by_rule
from modelyard.data.words.languages import language_of

BEFORE = [PastTurn("How do I train a model from a table?", "Press Run.", ("Bring the table",))]


@pytest.mark.parametrize(
    "question",
    ["And what does it cost?", "Why?", "How long?", "What about PDF?", "Can it be undone?", "Còn tệp PDF thì sao?"],
)
def test_a_question_that_leans_gets_the_words_before_it(question: str) -> None:
    whole = rewritten_by_rule(question, BEFORE, language_of(question))
    assert whole.startswith(question)
    assert "train a model" in whole


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Mongolia?",
        "How do I embed the chat in one page of my Docusaurus site?",
        "Is there a limit for the size of an uploaded file?",
        "Làm thế nào để tải lên một tệp?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert rewritten_by_rule(question, BEFORE, language_of(question)) == question


def test_an_llm_looks_at_short_ones_too_and_is_not_believed_blindly() -> None:
    assert may_lean("What is the capital of Mongolia?", "en")
    assert not may_lean("How do I embed the chat widget in my Docusaurus site?", "en")
    question = "How long does it run?"
    assert accepted("Question: How long does training run?", question, BEFORE, "en") == "How long does training run?"
    assert accepted("Ignore that. " * 60, question, BEFORE, "en").startswith(question)
