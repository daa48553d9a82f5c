"""Where the answer of a test question stands, and whether a passage is it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from modelyard.chat.quality.questions import Asked

MOST_PLACES = 50
"""A quote that stands in more places tells nothing."""


@dataclass(frozen=True)
class Place:
    """`[start, end)` of a document's canonical text; `end` None: all of it."""

    document_id: str
    start: int = 0
    end: int | None = None

    def holds_half(self, document_id: str, start: int, end: int) -> bool:
        """Say whether a passage is this place: the two share at least half of the shorter one.

        So a passage counts that holds most of a sentence, and one that lies within a longer truth; not one that only
        touches it.
        """
        if document_id != self.document_id:
            return False
        if self.end is None:
            return True
        shared = min(end, self.end) - max(start, self.start)
        return shared > 0 and 2 * shared >= min(end - start, self.end - self.start)

    def touches(self, document_id: str, start: int, end: int) -> bool:
        """Say whether a quoted stretch shares at least one character with this place."""
        return document_id == self.document_id and start < (end if self.end is None else self.end) and end > self.start


@dataclass(frozen=True)
class Truth:
    """All places that know the answer; where there are none, `why_not` says why."""

    places: tuple[Place, ...] = ()
    why_not: str | None = None


@dataclass(frozen=True)
class Page:
    """What is known of a document: its key, its canonical text."""

    document_id: str
    key: str
    text: str

    @cached_property
    def small(self) -> str:
        """The text in small letters."""
        return self.text.lower()


NO_TRUTH = "the question names no document and no quote"
NO_DOCUMENT = "its document is not in the collection"
NO_QUOTE = "its quote is not in the documents"
MANY_QUOTES = f"its quote stands in more than {MOST_PLACES} places"


def truths(questions: Sequence[Asked], pages: Iterable[Page]) -> Mapping[str, Truth]:
    """Return the truth of each answerable question by its id; the pages are looked at once, one after another."""
    wanted = [each for each in questions if each.is_answerable and (each.quote or each.document_key)]
    places: dict[str, list[Place]] = {each.id: [] for each in wanted}
    longest = {each.id: max(each.quote.lower().split(), key=len) for each in wanted if each.quote}
    has_document: set[str] = set()
    for page in pages:
        for each in wanted:
            if each.document_key not in (None, page.key) or len(places[each.id]) > MOST_PLACES:
                continue
            has_document.add(each.id)
            # Thousands of questions and documents: most pairs have no word in common that matters.
            if longest.get(each.id, "") in page.small:
                places[each.id] += islice(_places(each, page), MOST_PLACES + 1)
    return {each.id: _truth(each, places.get(each.id, []), has_document) for each in questions if each.is_answerable}


def _places(question: Asked, page: Page) -> Iterator[Place]:
    if question.quote is None:
        yield Place(page.document_id)
        return
    for start, end in quoted(page.text, question.quote):
        yield Place(page.document_id, start, end)


def _truth(question: Asked, places: list[Place], has_document: set[str]) -> Truth:
    if len(places) > MOST_PLACES and question.quote:
        return Truth(why_not=MANY_QUOTES)
    if places:
        return Truth(tuple(places))
    if question.quote is None and question.document_key is None:
        return Truth(why_not=NO_TRUTH)
    return Truth(why_not=NO_QUOTE if question.id in has_document else NO_DOCUMENT)


def quoted(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a quote stand in a text, whatever the white space between them and the case."""
    if words := tuple(quote.split()):
        yield from (found.span() for found in _pattern(words).finditer(text))


@lru_cache(maxsize=4096)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
