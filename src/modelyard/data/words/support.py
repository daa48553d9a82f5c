"""Whether a claim is backed by a text, judged without an LLM: by its words, numbers and names."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from modelyard.data.words.function_words import function_words
from modelyard.data.words.languages import stems
from modelyard.data.words.matching import Span
from modelyard.data.words.sentences import sentences

MOST_SENTENCES = 3
"""Sentences in a row that a claim may rest on."""
KEPT_PASSAGES = 256
"""Passages whose words are kept, about 10 kB each."""
HARD_WEIGHT = 2.0
"""How much more a number or a name counts than another word: that is where an invented answer is wrong."""
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Scripts that are written without spaces between words."""


@dataclass(frozen=True)
class Word:
    """A word that tells something: as it is compared, and whether it is a number or a name."""

    stem: str
    is_hard: bool


@dataclass(frozen=True)
class Support:
    """How much of a claim a stretch of text holds, 0-1, and where the stretch is."""

    share: float
    span: Span


def telling_words(text: str, language: str | None) -> list[Word]:
    """Return the words of a text without its stop-words, in order."""
    text = unicodedata.normalize("NFC", text)
    left_out = function_words(language or "en")
    found: list[Word] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if _WIDE.search(word):
            found += [Word(word[i : i + 2], False) for i in range(max(1, len(word) - 1))]
        elif word.lower() not in left_out and (len(word) > 1 or word.isdigit()):
            is_hard = _is_hard(text, match)
            found += [Word(stem, is_hard) for stem in stems(word, language)]
    return found


def stems_of(words: Iterable[Word]) -> frozenset[str]:
    """Return what the words are compared by."""
    return frozenset(word.stem for word in words)


@lru_cache(maxsize=KEPT_PASSAGES)
def stems_in(text: str, language: str | None) -> frozenset[str]:
    """Return what the words of a passage are compared by; the same passages are asked again and again."""
    return stems_of(telling_words(text, language))


def share_held(claim: Sequence[Word], held: frozenset[str]) -> float:
    """Return the share of a claim's words that are among `held`, numbers and names counting more; 1 for no words."""
    weights = [HARD_WEIGHT if word.is_hard else 1.0 for word in claim]
    if not weights:
        return 1.0
    return sum(weight for word, weight in zip(claim, weights, strict=True) if word.stem in held) / sum(weights)


def best_support(
    claim: Sequence[Word], text: str, language: str | None, *, above: frozenset[str] = frozenset()
) -> Support:
    """Return the shortest run of sentences that holds as much of the claim as any, and how much that is.

    `above` are words that count as said by every sentence, such as those of a heading.
    """
    parts, held = _held(text, language)
    best = Support(-1.0, parts[0])
    for n in range(1, min(MOST_SENTENCES, len(parts)) + 1):
        for first in range(len(parts) - n + 1):
            share = share_held(claim, above.union(*held[first : first + n]))
            # A longer run must hold clearly more: an exact place is worth more than one more common word.
            if share > best.share + (0.12 if n > 1 else 1e-9):
                best = Support(share, Span(parts[first].start, parts[first + n - 1].end))
    return best


@lru_cache(maxsize=KEPT_PASSAGES)
def _held(text: str, language: str | None) -> tuple[list[Span], list[frozenset[str]]]:
    """Return the sentences of a passage and what each holds; the same passages are asked again and again."""
    parts = sentences(text) or [Span(0, len(text))]
    return parts, [stems_of(telling_words(text[part.start : part.end], language)) for part in parts]


def _is_hard(text: str, match: re.Match[str]) -> bool:
    word = match.group()
    if word[0].isdigit():
        return True
    if not word[0].isupper():
        return False
    before = text[: match.start()].rstrip(" \"'“‘([*_`")
    begins = not before or before[-1] in ".!?…:;\n-•|>#"
    return not begins or (len(word) > 1 and word.isupper())
