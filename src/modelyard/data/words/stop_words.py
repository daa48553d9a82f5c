"""Words that every text of a language has, and which language texts are in."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import islice

from modelyard.data.words.tokens import words_of

GUESSED = ("en", "vi", "de", "fr", "es", "it", "pt", "nl")
"""Languages that are told apart by themselves; lists are there for many more."""
LOOKED_AT = 500
"""Texts that a language is guessed from."""
MIN_STOP_SHARE = 0.2
"""Of the words of a text in a known language more are stop-words; of an unknown one, fewer by far."""
MIN_VIETNAMESE_SHARE = 0.1
_VIETNAMESE = re.compile("[ăđơư\u1ea0-\u1ef9]")
"""Letters that no other language in Latin script has together."""
_TELLING: dict[str, str] = {
    "en": "best better free good great interesting new old problem sorry thank useful welcome well work works",
    "vi": "cao mới sạch",
    "de": "besser gern groß gut gute guter schlecht",
    "fr": "bien bon nul",
    "es": "bien buena bueno mal mejor peor",
}
"""Words that the lists of stopwordsiso have and that judge something: what clouds of reviews are looked at for."""


@cache
def languages() -> tuple[str, ...]:
    """Return the languages (ISO 639-1) that have a list."""
    import stopwordsiso

    return tuple(sorted(stopwordsiso.langs()))


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """Return the stop-words of a language, NFC and in small letters; none when the language is not known."""
    import stopwordsiso

    if language not in languages():
        return frozenset()
    found = (unicodedata.normalize("NFC", word).lower() for word in stopwordsiso.stopwords(language))
    return frozenset(found) - frozenset(_TELLING.get(language or "", "").split())


def own_stop_words(text: str) -> frozenset[str]:
    """Return the stop-words that somebody wrote, parted by commas or lines."""
    parts = re.split(r"[,;\n]", unicodedata.normalize("NFC", text).lower())
    return frozenset(" ".join(part.split()) for part in parts if part.strip())


def guess_language(texts: Iterable[str]) -> str | None:
    """Return the language of most of the words, or None when it cannot be told.

    Vietnamese when a tenth of the words have one of its letters; else the language whose stop-words are the largest
    share of all words, when that is a fifth.
    """
    words = [word for text in islice(texts, LOOKED_AT) for word in words_of(text[:5000])]
    if not words:
        return None
    if sum(bool(_VIETNAMESE.search(word)) for word in words) / len(words) >= MIN_VIETNAMESE_SHARE:
        return "vi"
    shares = {language: _share(words, language) for language in GUESSED}
    best = max(GUESSED, key=lambda language: shares[language])
    return best if shares[best] >= MIN_STOP_SHARE else None


def _share(words: list[str], language: str) -> float:
    known = stop_words(language)
    return sum(word in known for word in words) / len(words)
