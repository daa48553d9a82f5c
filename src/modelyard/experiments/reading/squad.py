"""Answers made comparable as SQuAD's evaluation makes them (Rajpurkar et al., 2016): case, articles, punctuation."""

import re
import string
import unicodedata
from collections.abc import Sequence

from modelyard.data.words.overlap import common_f1, parted

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def normalised(text: str) -> str:
    """Return the text in lower case, without punctuation and articles, its words one space apart.

    Beside the official script, text is composed (NFC) first, so that the same letters are equal however typed.
    """
    return " ".join(_ARTICLES.sub(" ", _plain(text)).split())


def comparable(text: str) -> str:
    """Return the text normalised, or what is left of it with its articles, or with its punctuation.

    So that `(A)` is something: normalised it is empty, and equal to every answer that says nothing.
    """
    return normalised(text) or " ".join(_plain(text).split()) or text.strip()


def squad_f1(answer: str, accepted: Sequence[str]) -> float:
    """Return the best token F1 (0-1) with any of the accepted answers; writing without spaces counts in characters."""
    said = parted(comparable(answer).split())
    return max((common_f1(said, parted(comparable(each).split())) for each in accepted), default=0.0)


def _plain(text: str) -> str:
    lowered = unicodedata.normalize("NFC", text).lower()
    return "".join(letter for letter in lowered if letter not in _PUNCTUATION)
