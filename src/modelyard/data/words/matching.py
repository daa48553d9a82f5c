"""Texts compared as a person reads them: case, spacing, quotation marks and accents of typing make no difference."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_GAP = 800
"""Characters that an ellipsis within a quote may stand for."""
MOST_PLACES = 50
"""Looked at when the same words stand in a text many times."""
_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "đ": "d",
        "Đ": "d",
        "…": "...",
    }
)
_ELLIPSIS = re.compile(r"\s*(?:\.{3}|\[\.{3}\]|\(\.{3}\))\s*")
_EDGES = " \t\n\r.,;:!?\"'*_()[]>"


@dataclass(frozen=True, order=True)
class Span:
    """Characters `[start, end)` of a text."""

    start: int
    end: int

    def moved(self, by: int) -> "Span":
        """Return it counted from `by` characters earlier."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True)
class Readable:
    """A text made comparable, and where each of its characters comes from."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Readable":
        """Return the text in small letters without accents, with single spaces and plain quotation marks."""
        letters: list[str] = []
        places: list[int] = []
        for place, letter in enumerate(text):
            for plain in _plain(letter):
                if plain == " " and (not letters or letters[-1] == " "):
                    continue
                letters.append(plain)
                places.append(place)
        return cls("".join(letters), tuple(places))

    def span(self, start: int, end: int) -> Span:
        """Return where the characters `[start, end)` are in the text that it was made of."""
        return Span(self.places[start], self.places[end - 1] + 1)


def _plain(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter.isascii():
        return letter.lower() if letter not in "`" else "'"
    decomposed = unicodedata.normalize("NFKD", letter.translate(_SAME)).casefold()
    return "".join(part for part in decomposed if unicodedata.category(part) not in ("Mn", "Cf"))


def find_quote(text: str, quote: str) -> Span | None:
    """Return where the quote stands in the text; an ellipsis stands for words left out. None when it is not there.

    The letters of the text decide where the span ends, not those of the quote.
    """
    plain = quote.strip(_EDGES)
    exact = text.find(plain) if plain else -1
    if exact >= 0:
        return Span(exact, exact + len(plain))
    parts = [Readable.of(part).text.strip(_EDGES) for part in _ELLIPSIS.split(quote.replace("…", "..."))]
    parts = [part for part in parts if part]
    if not parts:
        return None
    readable = Readable.of(text)
    found = _in_order(readable.text, parts)
    return readable.span(found.start, found.end) if found else None


def _in_order(text: str, parts: list[str]) -> Span | None:
    """Return the first stretch that holds all the parts, one soon after the other."""
    start = text.find(parts[0])
    while start >= 0:
        end = start + len(parts[0])
        for part in parts[1:]:
            place = text.find(part, end, end + LONGEST_GAP + len(part))
            if place < 0:
                break
            end = place + len(part)
        else:
            return Span(start, end)
        start = text.find(parts[0], start + 1)
    return None


def find_between(text: str, words: str, *, before: str = "", after: str = "") -> Span | None:
    """Return where the words stand; of several places the one between `before` and `after`, else the first."""
    spans = _places(text, words.strip())
    if not spans:
        readable = Readable.of(text)
        spans = [
            readable.span(span.start, span.end) for span in _places(readable.text, Readable.of(words).text.strip())
        ]
    wanted = (Readable.of(before).text.strip()[-80:], Readable.of(after).text.strip()[:80])
    return max(spans, key=lambda span: (_alike(text, span, wanted), -span.start), default=None)


def _places(text: str, words: str) -> list[Span]:
    found: list[Span] = []
    place = text.find(words) if words else -1
    while place >= 0 and len(found) < MOST_PLACES:
        found.append(Span(place, place + len(words)))
        place = text.find(words, place + len(words))
    return found


def _alike(text: str, span: Span, wanted: tuple[str, str]) -> int:
    """Return how many letters around the span are those that are wanted."""
    before = Readable.of(text[max(0, span.start - 160) : span.start]).text.strip()
    after = Readable.of(text[span.end : span.end + 160]).text.strip()
    return _common(before[::-1], wanted[0][::-1]) + _common(after, wanted[1])


def _common(left: str, right: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
