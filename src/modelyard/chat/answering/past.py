"""Earlier turns of a conversation, as a question that follows them needs them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from modelyard.chat.answering.prompting import PastTurn
from modelyard.chat.counting import n_tokens

MOST_PAST_TOKENS = 1_500
"""Of earlier turns that an LLM reads again, the newest."""
_MARKS = re.compile(r"\s*\[\d{1,3}\]")
_NONE = "(no answer found)"


def past_turn(inputs: Sequence[Any], outputs: Sequence[Any]) -> PastTurn:
    """Return a question and its answer as they were kept: without marks, with the headings that were cited."""
    output = outputs[0] if outputs else {}
    question = str(output.get("question") or (inputs[0].get("question") if inputs else "") or "")
    answer = "" if output.get("abstained") else str(output.get("answer", ""))
    paths = [citation.get("headings") or [citation.get("title", "")] for citation in output.get("citations", ())]
    return told_turn(question, answer, [path[-1] for path in paths if path])


def told_turn(question: str, answer: str, headings: Iterable[str] = ()) -> PastTurn:
    """Return a turn as somebody tells it; an empty answer stands for none that was found."""
    return PastTurn(question, _MARKS.sub("", answer) or _NONE, tuple(dict.fromkeys(headings)))


def read_again(newest_first: Iterable[PastTurn]) -> tuple[PastTurn, ...]:
    """Return the turns that there is room for, the oldest first."""
    found: list[PastTurn] = []
    room = MOST_PAST_TOKENS
    for turn in newest_first:
        room -= n_tokens(turn.question) + n_tokens(turn.answer)
        if room < 0:
            break
        found.append(turn)
    return tuple(reversed(found))
