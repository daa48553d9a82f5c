"""Follow-up questions made whole: `and how long?` says nothing to a search without the question before it."""

import re
from collections.abc import Sequence

from modelyard.chat.answering.prompting import LONGEST_PAST_ANSWER, PastTurn
from modelyard.data.words.support import telling_words
from modelyard.llm.provider import Message

FEWEST_WORDS = 4
"""A question with fewer telling words may lean on the one before it: an LLM sees whether it does."""
FEWEST_WORDS_BY_RULE = 2
"""A rule does not see it, and words of the question before lead away from one that stands alone."""
LONGEST_SEARCH = 400
_GOES_ON = re.compile(
    r"^\s*(?:and|but|so|or|also|then|what about|how about|why not|how so|for example|more|và|còn|thế còn|vậy|ví dụ)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|there|he|she|his|her|him|the same|"
    r"one|ones|former|latter|above|nó|họ|chúng|đó|này|kia|ấy|trên)\b",
    re.IGNORECASE,
)
_RULES = """\
Rewrite the last question so that it can be understood without the conversation: put in the names that it leaves out \
or refers to. Keep its language. Do not answer it. Write only the question, on one line.\
"""
_LABEL = re.compile(r"^\s*(?:rewritten\s+)?(?:question|câu hỏi)\s*:\s*", re.IGNORECASE)


def may_lean(question: str, language: str | None) -> bool:
    """Say whether an LLM should look whether a question needs the conversation to be understood."""
    points_back = _POINTS_BACK.search(question) is not None or _GOES_ON.match(question) is not None
    return points_back or len(telling_words(question, language)) < FEWEST_WORDS


def leans(question: str, language: str | None) -> bool:
    """Say whether a question says too little without the conversation, as far as a rule can tell."""
    n_words = len(telling_words(question, language))
    is_short = n_words < FEWEST_WORDS and _POINTS_BACK.search(question) is not None
    return _GOES_ON.match(question) is not None or is_short or n_words < FEWEST_WORDS_BY_RULE


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
