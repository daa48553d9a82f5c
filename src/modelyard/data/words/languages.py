"""The language of a text, told by its script, its letters and its commonest words."""

import re

from modelyard.data.words.forms import words_of
from modelyard.data.words.stop_words import guess_language

SAMPLE_CHARACTERS = 4000
"""Looked at from the beginning, the middle and the end of a long text."""
MIN_LETTERS = 20
"""A text with fewer is too short to tell."""
MIN_SHARE = 0.3
"""Of the letters that must be in a script for its language to be taken."""
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
    """Return the words of a text as they are compared: what is searched (`forms.words_of`), in their order."""
    return words_of(text, language)


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
