"""Follow-up questions made whole: `and how long?` says nothing to a search without the question before it."""

import re
from collections.abc import Sequence

from modelyard.chat.answering.prompting import LONGEST_PAST_ANSWER, PastTurn
from modelyard.chat.answering.support import telling_words
from modelyard.llm.provider import Message

FEWEST_WORDS = 4
"""A question with fewer telling words may lean on the one before it."""
LONGEST_SEARCH = 400
_LEANS = re.compile(
    r"^\s*(?:and|but|so|or|also|then|what about|how about|why|why not|how so|for example|more|và|còn|thế còn|vậy|"
    r"tại sao|vì sao|ví dụ)\b|\b(?:it|its|this|that|these|those|they|them|their|there|he|she|his|her|him|the same|"
    r"one|ones|former|latter|above|nó|họ|chúng|đó|này|kia|ấy|trên)\b",
    re.IGNORECASE,
)
_RULES = """\
Rewrite the last question so that it can be understood without the conversation: put in the names that it leaves out \
or refers to. Keep its language. Do not answer it. Write only the question, on one line.\
"""
_LABEL = re.compile(r"^\s*(?:rewritten\s+)?(?:question|câu hỏi)\s*:\s*", re.IGNORECASE)


def leans(question: str, language: str | None) -> bool:
    """Say whether a question may need the conversation to be understood."""
    return _LEANS.search(question) is not None or len(telling_words(question, language)) < FEWEST_WORDS


def rewritten_by_rule(question: str, history: Sequence[PastTurn], language: str | None) -> str:
    """Return the question with what the one before it was about: its telling words and the headings it cited."""
    if not history or not leans(question, language):
        return question
    last = history[-1]
    # A question that leaned itself says little: the headings of its answer say what it was about.
    about = " ".join((last.question, *last.headings))
    return f"{question} {about}"[:LONGEST_SEARCH]


def messages_to_rewrite(question: str, history: Sequence[PastTurn]) -> list[Message]:
    """Return what an LLM is asked in order to make a question whole."""
    talk = "\n".join(
        f"Question: {turn.question}\nAnswer: {turn.answer[: LONGEST_PAST_ANSWER // 3]}" for turn in history[-3:]
    )
    return [Message("system", _RULES), Message("user", f"{talk}\n\nLast question: {question}")]


def accepted(rewritten: str, question: str, history: Sequence[PastTurn], language: str | None) -> str:
    """Return an LLM's rewriting when it is one: one line that is not much longer and keeps words of the question."""
    line = _LABEL.sub("", next((line for line in rewritten.splitlines() if line.strip()), "")).strip(' "“”')
    wanted = {word.stem for word in telling_words(question, language)}
    kept = {word.stem for word in telling_words(line, language)}
    is_sane = 0 < len(line) <= LONGEST_SEARCH and len(wanted & kept) >= len(wanted) / 2
    return line if is_sane else rewritten_by_rule(question, history, language)
