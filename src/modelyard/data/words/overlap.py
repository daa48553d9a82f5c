"""Words that an answer and an expected answer share: the token F1 of SQuAD, for any script."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

_ARTICLES = frozenset({"a", "an", "the"})
_MARKERS = re.compile(r"\[\d+\]")
_TOKEN = re.compile(r"\w+(?:[.,:]\d+)*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")
"""Writing without spaces: Japanese, Chinese, Thai; its characters are compared one by one."""


def tokens(text: str) -> list[str]:
    """Return the words of a text as SQuAD compares them: small letters, no punctuation, no articles, no `[n]`."""
    plain = unicodedata.normalize("NFC", _MARKERS.sub(" ", text)).casefold()
    return [word for word in parted(_TOKEN.findall(plain)) if word not in _ARTICLES]


def parted(words: Iterable[str]) -> list[str]:
    """Return the words, those of writing without spaces in their characters."""
    found: list[str] = []
    for word in words:
        found += list(word) if _UNSPACED.search(word) else [word]
    return found


def common_f1(given: Sequence[str], wanted: Sequence[str]) -> float:
    """Return the harmonic mean of both shares of common words (Rajpurkar et al. 2016); 1 for nothing and nothing."""
    n_common = (Counter(given) & Counter(wanted)).total()
    return 2 * n_common / (len(given) + len(wanted)) if n_common else float(list(given) == list(wanted))


def token_f1(answer: str, expected: str) -> float:
    """Return the token F1 of two texts, 0-1."""
    return common_f1(tokens(answer), tokens(expected))


def token_recall(answer: str, expected: str) -> float:
    """Return the share of the expected words that the answer has: long answers are not blamed for their length."""
    given, wanted = tokens(answer), tokens(expected)
    return (Counter(given) & Counter(wanted)).total() / len(wanted) if wanted else float(not given)
