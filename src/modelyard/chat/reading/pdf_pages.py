"""The lines of a PDF's pages to paragraphs: without what every page repeats, words joined that a line end parted."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import median
from typing import Literal

EDGE_LINES = 3
"""At the top and at the bottom of a page, where headers and footers are."""
MIN_REPEATS = 3
MIN_REPEATED_SHARE = 0.3
"""Of the pages (left and right ones may differ) that have the same line, but for its numbers."""
MIN_PAGES = 4
SHORT_SHARE = 0.75
"""Of the usual width: a line that ends a sentence and is shorter ends its paragraph."""
_NUMBERS = re.compile(r"\d+|\b[ivxlc]{1,7}\b")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*|seite\s*|trang\s*|[-–—]\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von)\s*\d{1,4}|\s*[-–—])?",
    re.IGNORECASE,
)
_NUMBERED_EDGE = re.compile(r"(?:\d{1,4}|[ivxlc]{1,7})\s+(\D.*)|(.*\D)\s+(?:\d{1,4}|[ivxlc]{1,7})")
_NUMBERING = re.compile(
    r"\s*(?:(?i:chapter|section|appendix|part)\s+)?(?:(?:\d{1,3}(?:\.\d{1,3})*\.?|[A-Z](?:\.\d{1,3})+\.?|[A-Z]\.)\s+)?"
)
_CHAPTER = re.compile(r"(?:Chapter|Appendix)\s+(?:\d{1,3}|[A-Z])[.:]?\s+\S.{1,80}(?<![.,;:])")
_SECTION = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+[^\W\d_a-z/]?.{0,80}[^\W_]\)?")
_CONTENTS = re.compile(r"\.\s?\.\s?\.|\s\d{1,4}$")
_PARTED = re.compile(r"([^\W\d_]+)[-\u2010]$")
_ITEM = re.compile(r"(?:[•◦▪‣·∙–—*-]|\(?(?:\d{1,3}|[a-z])[.)])\s+\S")
_ENDED = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together, joined."""

    text: str
    is_item: bool = False
    heading_level: int | None = None


Edge = tuple[Literal["top", "bottom"], int, str]
"""A line at the top or the bottom of a page: which one from there, and its form."""


@dataclass(frozen=True)
class Repeated:
    """Headers and footers: lines that many pages have at the same place, in the form that only numbers differ in."""

    edges: Set[Edge]
    examples: Sequence[str] = ()
    """As they stand on the first page that has them."""


def repeated_lines(pages: Sequence[Sequence[str]]) -> Repeated:
    """Return the headers and footers of a document."""
    if len(pages) < MIN_PAGES:
        return Repeated(frozenset())
    seen: Counter[Edge] = Counter()
    examples: dict[Edge, str] = {}
    for lines in pages:
        for edge, line in _edges(lines):
            seen[edge] += 1
            examples.setdefault(edge, line)
    needed = max(MIN_REPEATS, MIN_REPEATED_SHARE * sum(bool(lines) for lines in pages))
    many = {edge for edge, n in seen.items() if n >= needed}
    places = {edge[:2] for edge in many}
    edges = frozenset(edge for edge in many if all((edge[0], nearer) in places for nearer in range(edge[1])))
    told = {examples[edge]: None for edge in sorted(edges) if re.search(r"[^\W\d_]{2}", edge[2])}
    return Repeated(edges, tuple(told))


def without_repeated(lines: Sequence[str], repeated: Repeated, titles: Set[str] = frozenset()) -> list[str]:
    """Return the lines of a page without its header and footer, and without its number.

    `titles` are the forms of the headings of other pages: one of them with a number, at an edge, is the page's header.
    """
    out = {edge[:2] for edge, line in _edges(lines) if edge in repeated.edges or _is_furniture(line, repeated, titles)}
    first, last = 0, len(lines)
    while ("top", first) in out:
        first += 1
    while ("bottom", len(lines) - last) in out and last > first:
        last -= 1
    return list(lines[first:last])


def _edges(lines: Sequence[str]) -> Iterator[tuple[Edge, str]]:
    for place, line in enumerate(lines[:EDGE_LINES]):
        yield ("top", place, _form(line)), line
    for place, line in enumerate(reversed(lines[-EDGE_LINES:])):
        yield ("bottom", place, _form(line)), line


def _is_furniture(line: str, repeated: Repeated, titles: Set[str]) -> bool:
    numbered = _NUMBERED_EDGE.fullmatch(line.strip())
    if numbered is not None and heading_form(numbered[1] or numbered[2]) in titles:
        return True
    return bool(repeated.edges) and bool(_PAGE_NUMBER.fullmatch(line.strip()))


def compounds(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the words with a hyphen that stand within lines, where nothing parted them."""
    return frozenset(found.lower() for lines in pages for line in lines for found in _COMPOUND.findall(line))


def paragraphs(
    lines: Sequence[str], known_compounds: Set[str], headings: Mapping[str, int] | None = None
) -> Iterator[Paragraph]:
    """Yield the paragraphs of a page; `headings` are its headings by their lines or their forms, with their level."""
    widths = [len(line) for line in lines if line.strip()]
    usual = median(widths) if widths else 0
    held: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        n_lines, level = _heading_at(lines, at, headings or {})
        if held and (not line or level is not None or _ITEM.match(line)):
            yield _joined(held, known_compounds)
            held = []
        if level is not None:
            yield Paragraph(" ".join(part.strip() for part in lines[at : at + n_lines]), heading_level=level)
        elif line:
            held.append(line)
            if len(lines[at]) < SHORT_SHARE * usual and _ENDED.search(line):
                yield _joined(held, known_compounds)
                held = []
        at += n_lines
    if held:
        yield _joined(held, known_compounds)


def _heading_at(lines: Sequence[str], at: int, headings: Mapping[str, int]) -> tuple[int, int | None]:
    """Return how many lines (one or two) make the heading at a line, and its level; one and None when there is none."""
    if headings and lines[at].strip():
        for n_lines in (1, 2):
            line = " ".join(part.strip() for part in lines[at : at + n_lines])
            level = headings.get(line, headings.get(heading_form(line)))
            if level is not None and at + n_lines <= len(lines):
                return n_lines, level
    return 1, None


def numbered_headings(lines: Sequence[str]) -> dict[str, int]:
    """Return the headings of a page of a book without an outline, by their lines with their level.

    Only what is clearly one: `Chapter 4. Files` or `4.1. Purpose` on a line of its own, not in a table of contents.
    """
    found: dict[str, int] = {}
    for line in map(str.strip, lines):
        chapter, section = _CHAPTER.fullmatch(line), _SECTION.fullmatch(line)
        if (chapter or section) and not _CONTENTS.search(line):
            found[line] = 1 if section is None else section[1].count(".") + 1
    return found


def heading_form(line: str) -> str:
    """Return what the title of an outline and its line on the page have in common: no numbering, only letters."""
    words = line[found.end() :] if (found := _NUMBERING.match(line)) else line
    return re.sub(r"[\W_]+", "", words or line).lower()


def _form(line: str) -> str:
    return _NUMBERS.sub("0", " ".join(line.split()).lower())


def _joined(lines: Sequence[str], known_compounds: Set[str]) -> Paragraph:
    text = lines[0]
    for line in lines[1:]:
        parted = _PARTED.search(text)
        word = re.match(r"[^\W\d_]+", line)
        if parted is None or word is None or not word.group()[0].islower():
            text += ("" if text.endswith("-") and parted is not None else " ") + line
        elif f"{parted.group(1)}-{word.group()}".lower() in known_compounds:
            text += line
        else:
            text = text[:-1] + line
    return Paragraph(text, is_item=bool(_ITEM.match(text)))
