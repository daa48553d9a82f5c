"""A text in sentences, each with its place."""

import re

from modelyard.data.words.matching import Span

ENDS = ".!?…。！？"
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[」』”]*")
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|nr|vol|fig|sec|ch|p|pp|mr|mrs|ms|dr|prof|st|inc|ltd|tp|ths|gs|ts|z\.b|d\.h)"
    r"|\b\w|^\s*\d+)\.$",
    re.IGNORECASE,
)
"""Words whose full stop ends no sentence, single letters and the numbers of lists."""


def ends_sentence(text: str) -> bool:
    """Say whether a text that ends with a full stop or the like ends with a sentence."""
    return text.rstrip("\"'”’)]」』").endswith(tuple(ENDS)) and _SHORT.search(text[-24:]) is None


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text, without the spaces around them; a line's end ends one too."""
    found: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for end in _END.finditer(text, line.start(), line.end()):
            if ends_sentence(text[start : end.end()]):
                _add(found, text, start, end.end())
                start = end.end()
        _add(found, text, start, line.end())
    return found


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    words = text[start:end]
    if words.strip():
        found.append(Span(start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())))
