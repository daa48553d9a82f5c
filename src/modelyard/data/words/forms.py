"""The words that texts are searched by: in small letters, in one form for all that a stem has.

A name of code counts whole and in its parts (`read_csv`: read_csv, read, csv; `createEndpoint`: createendpoint, create,
endpoint). Writing without spaces (Chinese, Japanese, Thai …) counts in pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from modelyard.data.words.stemming import stem

MAX_LETTERS = 64
"""Of a longer run, such as encoded data, that much is kept."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MORE_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})
"""Letters with a mark that Unicode does not take apart."""


def spoken_words(text: str) -> Iterator[str]:
    """Yield the words of a text as they stand there, in small letters; names of code also in their parts."""
    for found in _pattern().finditer(unicodedata.normalize("NFC", text).replace("\u2019", "'")):
        yield from _parts(found.group())


def words_of(text: str, language: str | None) -> list[str]:
    """Return the words of a text as they are indexed: stems of its language where there is a stemmer for it."""
    return [stem(word, language) for word in spoken_words(text)]


@lru_cache(20_000)
def without_marks(word: str) -> str:
    """Return the word as it is typed on a keyboard without its accents: `đồng` becomes `dong`."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word.translate(_MORE_LETTERS))
    return unicodedata.normalize("NFC", "".join(each for each in apart if not _is_accent(each)))


def _is_accent(character: str) -> bool:
    # Vowels of Indic scripts are marks too, but no accents.
    return "\u0300" <= character <= "\u036f"


def _parts(found: str) -> Iterator[str]:
    if found.isascii() and found.isalpha() and (found[1:].islower() or len(found) == 1):
        yield _cut(found)  # nearly all words of a Latin text: nothing in them to part
        return
    if re.match(f"[{_UNSPACED}]", found):
        yield from (found[place : place + 2] for place in range(max(len(found) - 1, 1)))
        return
    parts = [part for piece in re.split(r"[._:]+", found) for part in _CAMEL.split(piece) if part]
    if len(parts) > 1:
        yield _cut(found)
    for part in parts:
        yield _cut(part)


def _cut(word: str) -> str:
    return word.lower().removesuffix("'s")[:MAX_LETTERS]


@cache
def _pattern() -> re.Pattern[str]:
    """A run of unspaced writing; or letters and digits with their marks, joined as in names of code."""
    marks = "".join(re.escape(chr(code)) for code in range(0x300, 0x3100) if unicodedata.category(chr(code))[0] == "M")
    letters = f"(?:(?![{_UNSPACED}])[^\\W_][{marks}]*)+"
    name = f"_*{letters}(?:(?:[._]|::|'){letters}|_+{letters})*"
    return re.compile(f"[{_UNSPACED}{marks}]+|(?:C|F|c|f)#|[Cc]\\+\\+|{name}")
