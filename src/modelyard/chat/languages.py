"""The language of a text, and its words as they are searched: stems where the language has a stemmer."""

import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from modelyard.data.words.stop_words import guess_language

SAMPLE_CHARACTERS = 4000
"""Looked at from the beginning, the middle and the end of a long text."""
MIN_LETTERS = 20
"""A text with fewer is too short to tell."""
MIN_SHARE = 0.3
"""Of the letters that must be in a script for its language to be taken."""
MAX_STEMMED = 40
"""Characters; longer runs are no words and are searched as they are."""
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af\u1100-\u11ff"),
    ("zh", "\u3400-\u9fff\uf900-\ufaff"),
    ("th", "\u0e00-\u0e7f"),
    ("ru", "\u0400-\u04ff"),
    ("el", "\u0370-\u03ff"),
    ("ar", "\u0600-\u06ff"),
    ("he", "\u0590-\u05ff"),
    ("hi", "\u0900-\u097f"),
    ("ta", "\u0b80-\u0bff"),
    ("hy", "\u0530-\u058f"),
)
_SISTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "ru": (("uk", "іїєґІЇЄҐ"), ("sr", "ђјљњћџЂЈЉЊЋЏ")),
    "ar": (("ur", "ٹڈڑےھ"), ("fa", "پچژگ")),
}
"""Languages of the same script, told by letters that the first one does not have."""
MIN_SISTER_SHARE = 0.01
MIN_KANA_SHARE = 0.1
_STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian", "fa": "persian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_SPACELESS = "\u2e80-\u2fdf\u3005-\u30ff\u31f0-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Scripts without spaces between words; searched by pairs of characters."""
_STEMMING = Lock()
"""A stemmer keeps the word it works on in itself."""
_SPACELESS_RUN = re.compile(f"[{_SPACELESS}\U00020000-\U0003ffff]+")


def language_of(text: str) -> str | None:
    """Return the language (ISO 639-1) that most of a text is in, or None when it is too short or none is known.

    By its script, then by letters and stop-words.
    """
    sample = _sample(text)
    letters = sum(character.isalpha() for character in sample)
    if letters < MIN_LETTERS:
        return None
    shares = {language: n / letters for language, n in _letters_by_script(sample).items()}
    if shares["ja"] >= MIN_KANA_SHARE:
        return "ja"
    by_script = max(shares, key=lambda language: shares[language])
    if shares[by_script] >= MIN_SHARE:
        return _sister(sample, by_script, letters)
    return guess_language([sample])


def stems(text: str, language: str | None) -> list[str]:
    """Return the words of a text as they are searched, in their order: small letters, composed (NFC), stemmed.

    Numbers and parts of identifiers are words. Runs of writing without spaces (Chinese, Japanese, Thai) give their
    pairs of characters. Vietnamese keeps its syllables, with their marks. Texts in a language without a stemmer, or in
    none that is known, give their words as they are.
    """
    text = unicodedata.normalize("NFC", text).lower().replace("\u2019", "'")
    found: list[str] = []
    for word in _words().findall(text):
        if _SPACELESS_RUN.match(word):
            found += [word[at : at + 2] for at in range(len(word) - 1)] or [word]
        else:
            found.append(_stem(word, language) if len(word) <= MAX_STEMMED else word)
    return found


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str | None) -> str:
    stemmer = _stemmer(language)
    if stemmer is None:
        return word
    with _STEMMING:
        return str(stemmer.stemWord(word)) or word


@cache
def _stemmer(language: str | None) -> Any | None:
    """Return the stemmer of a language; it is not loaded before it is needed."""
    name = _STEMMERS.get(language or "")
    if name is None:
        return None
    import snowballstemmer

    return snowballstemmer.stemmer(name)


@cache
def _words() -> re.Pattern[str]:
    """Letters, digits and marks; an apostrophe between letters belongs to the word, an underscore parts words."""
    marks = "".join(
        re.escape(chr(code)) for code in range(0x300, 0x20000) if unicodedata.category(chr(code)) in ("Mn", "Mc")
    )
    letter = f"(?:[^\\W_{_SPACELESS}\U00020000-\U0003ffff][{marks}]*)"
    return re.compile(f"{_SPACELESS_RUN.pattern}|{letter}+(?:'{letter}+)*")


def _sample(text: str) -> str:
    if len(text) <= 3 * SAMPLE_CHARACTERS:
        return text
    middle = len(text) // 2
    return " ".join((text[:SAMPLE_CHARACTERS], text[middle : middle + SAMPLE_CHARACTERS], text[-SAMPLE_CHARACTERS:]))


def _letters_by_script(text: str) -> dict[str, int]:
    if text.isascii():
        return {language: 0 for language, _ in _SCRIPTS}
    return {language: len(re.findall(f"[{characters}]", text)) for language, characters in _SCRIPTS}


def _sister(text: str, language: str, letters: int) -> str:
    for other, telling in _SISTERS.get(language, ()):
        if sum(text.count(letter) for letter in telling) / letters >= MIN_SISTER_SHARE:
            return other
    return language
