"""The words of a text in any script: what is counted in word clouds, and compared between texts.

Composed (NFC) and in small letters; a letter keeps its marks. Emoji are words. Links, addresses, mentions, numbers
(also with a unit: `100k`), single Latin letters and runs longer than MAX_LETTERS are left out. Writing without spaces
(Chinese, Japanese, Thai) is taken as it stands between punctuation.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from modelyard.data.words.segment import is_installed, vietnamese_words

MAX_CHARACTERS = 100_000
"""Read of one text; the rest of a longer one is not counted."""
MAX_LETTERS = 40
_LINKS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ADDRESSED = re.compile(r"@\w")
_BASE = "[\u231a-\u23ff\u25aa-\u25fe\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_PICTURE = f"{_BASE}[\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = f"[\U0001f1e6-\U0001f1ff]{{2}}|{_PICTURE}(?:\u200d{_PICTURE})*"
_LOOK = "\ufe0f"
"""Asks for the coloured look of a character that has two; the word is the same."""


def words_of(text: str, *, language: str | None = None) -> list[str]:
    """Return the words of a text in their order.

    With language "vi" the syllables of a word stand together ("sản phẩm"), where the segmenter is installed.
    """
    text = _LINKS.sub(" ", text[:MAX_CHARACTERS])
    if "@" in text:
        text = " ".join(part for part in text.split() if not _ADDRESSED.search(part))
    text = unicodedata.normalize("NFC", text.replace("\u2019", "'"))
    if language == "vi" and is_installed():
        return list(_vietnamese(text))
    return [word for found in _pattern().findall(text.lower()) if (word := _counted(found))]


def _vietnamese(text: str) -> Iterator[str]:
    found = [(word.start, word.text.lower()) for word in vietnamese_words(text)]
    found += [(emoji.start(), emoji.group()) for emoji in _emoji().finditer(text)]
    for _, word in sorted(found):
        if counted := _counted(unicodedata.normalize("NFC", word)):
            yield counted


def _counted(word: str) -> str | None:
    if len(word) > MAX_LETTERS or (len(word) == 1 and word.isascii()) or word[0].isdigit():
        return None
    return word.replace(_LOOK, "")


@cache
def _pattern() -> re.Pattern[str]:
    """Letters with their marks, which `\\w` leaves out, and an apostrophe between letters; or an emoji."""
    marks = "".join(re.escape(chr(code)) for code in range(0x300, 0x20000) if _is_mark(chr(code)))
    letter = f"(?:[^\\W_][{marks}]*)"
    return re.compile(f"{_EMOJI}|{letter}+(?:'{letter}+)*")


@cache
def _emoji() -> re.Pattern[str]:
    return re.compile(_EMOJI)


def _is_mark(character: str) -> bool:
    # The variation selectors are marks too, of emoji.
    return unicodedata.category(character) in ("Mn", "Mc") and not "\ufe00" <= character <= "\ufe0f"
