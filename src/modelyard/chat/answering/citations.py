"""Citations: each the exact words of a passage, checked before it is given out, numbered as it appears."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from modelyard.chat.answering.links import link_to
from modelyard.chat.chunking import Place, place_of
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.passages import Passage
from modelyard.data.words.languages import language_of
from modelyard.data.words.matching import Span, find_quote
from modelyard.data.words.support import Support, Word, best_support, telling_words

SAME_PLACE = 0.5
"""Share of the shorter of two spans that both have: from here on they are one citation."""
BACKED_FROM = 0.34
"""A passage that holds less of a claim was cited by mistake."""


@dataclass(frozen=True)
class Citation:
    """The exact words `[start, end)` of a document's canonical text; of a selection found in no document, of itself."""

    n: int
    document_id: str | None
    text_hash: str | None
    title: str
    headings: tuple[str, ...]
    url: str | None
    """Opens the page at the words: with anchor and text fragment."""
    page: int | None
    start: int
    end: int
    quote: str
    chunk_ids: tuple[int, ...]
    is_selection: bool = False

    def document(self) -> dict[str, Any]:
        """Return it as JSON carries it."""
        return {**asdict(self), "headings": list(self.headings), "chunk_ids": list(self.chunk_ids)}


@dataclass(frozen=True)
class Ground:
    """A passage that claims are checked against; `number` is what the LLM knows it by, 0 for a selection."""

    number: int
    passage: Passage
    is_selection: bool = False
    document: ParsedDocument | None = None
    """The whole document, where it was read: tells the section of a quote, and whether its words stand there twice."""

    @cached_property
    def language(self) -> str | None:
        """The language of its words."""
        return language_of(self.passage.text)

    def section(self, place: Span) -> Place:
        """Return what stands above a place of the document, as exactly as is known."""
        if self.document is not None:
            return place_of(self.document, place.start)
        anchor = self.passage.url.partition("#")[2] if self.passage.url else ""
        return Place(self.passage.headings, anchor or None, self.passage.page)

    def link(self, span: Span, section: Place) -> str | None:
        """Return the address that opens the page at a span of the passage; of a PDF, the page that it begins on."""
        if self.passage.url is None:
            return None
        address, anchor = self.passage.url.partition("#")[0], section.anchor
        if section.page is not None:
            return f"{address}#page={section.page}"  # what viewers of PDFs know; none marks words by a text fragment
        url = f"{address}#{anchor}" if anchor else address
        if self.document is None:
            return link_to(url, self.passage.text, span)
        return link_to(url, self.document.text, span.moved(self.passage.start))

    def support(self, claim: str, language: str | None) -> Support:
        """Return where it backs the claim best, and how much of it."""
        return best_support(telling_words(claim, language), self.passage.text, language)

    def supports(self, claim: Sequence[Word], language: str | None) -> Support:
        """Return where it backs a claim in words best, and how much of it."""
        return best_support(claim, self.passage.text, language)


class Citations:
    """The citations of one answer so far."""

    def __init__(self) -> None:
        self.all: list[Citation] = []

    def cite(self, ground: Ground, span: Span) -> tuple[Citation, bool]:
        """Return the citation of a span of the passage, and whether it is new: one place has one number."""
        passage = ground.passage
        place = span.moved(passage.start)
        for citation in self.all:
            if citation.text_hash == (passage.text_hash or None) and _is_same(citation, passage, place):
                return citation, False
        section = ground.section(place)
        citation = Citation(
            n=len(self.all) + 1,
            document_id=passage.document_id or None,
            text_hash=passage.text_hash or None,
            title=passage.title,
            headings=section.headings,
            url=ground.link(span, section),
            page=section.page,
            start=place.start,
            end=place.end,
            quote=passage.text[span.start : span.end],
            chunk_ids=passage.chunk_ids,
            is_selection=ground.is_selection,
        )
        self.all.append(citation)
        return citation, True


def _is_same(citation: Citation, passage: Passage, place: Span) -> bool:
    if citation.document_id != (passage.document_id or None):
        return False
    shared = min(citation.end, place.end) - max(citation.start, place.start)
    return shared >= SAME_PLACE * max(1, min(citation.end - citation.start, place.end - place.start))


def checked(ground: Ground, quote: str | None, claim: str, language: str | None) -> Span | None:
    """Return the words of the passage that back a claim: the quote where it stands there, else what holds most of it.

    None when the passage does not back it. A claim in another language than the passage cannot be compared by its
    words: it is taken as the LLM says, with the whole passage, unless a number of it is not there.
    """
    if quote is not None and (found := quoted(ground.passage.text, quote)):
        return found
    words = telling_words(claim, language)
    support = ground.supports(words, language)
    if support.share >= BACKED_FROM:
        return support.span
    if quote is None and ground.language != language and ground.language is not None and language is not None:
        numbers = [word for word in words if word.stem[:1].isdigit()]
        is_there = ground.supports(numbers, ground.language).share == 1.0 if numbers else True
        return Span(0, len(ground.passage.text)) if is_there else None
    return None


def quoted(text: str, quote: str) -> Span | None:
    """Return where the quote stands, grown to whole words; None for one that is not there or is one short word."""
    found = find_quote(text, quote)
    if found is None or len(quote.strip()) < 2:
        return None
    start, end = found.start, found.end
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Span(start, end)
