"""Two texts word by word: what only one of them says."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST_WORDS = 3000
"""Of each text: comparing takes the product of their numbers at the worst."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Span:
    """A piece of text that both have, or one of them alone."""

    kind: Literal["same", "only_first", "only_second"]
    text: str


@dataclass(frozen=True)
class Difference:
    """Both texts as one row of spans; `is_cut`: only their beginnings were compared."""

    spans: list[Span]
    is_cut: bool


def differences(first: str, second: str) -> Difference:
    """Return the spans in order: those of `same` and `only_first` make the first text, the others the second."""
    a, b = _WORDS.findall(first), _WORDS.findall(second)
    is_cut = len(a) > MOST_WORDS or len(b) > MOST_WORDS
    a, b = a[:MOST_WORDS], b[:MOST_WORDS]
    spans: list[Span] = []
    for tag, a_from, a_to, b_from, b_to in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            spans.append(Span("same", "".join(a[a_from:a_to])))
            continue
        if a_to > a_from:
            spans.append(Span("only_first", "".join(a[a_from:a_to])))
        if b_to > b_from:
            spans.append(Span("only_second", "".join(b[b_from:b_to])))
    return Difference(spans, is_cut)
