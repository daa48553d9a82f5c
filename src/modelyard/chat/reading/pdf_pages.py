"""The lines of a PDF's pages to paragraphs: without what every page repeats, words joined that a line end parted."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from statistics import median

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


@dataclass(frozen=True)
class Repeated:
    """Lines that every page has, in the form that only numbers differ in; and the words that all of them are."""

    forms: Set[str]
    examples: Sequence[str] = field(default_factory=tuple)


def repeated_lines(pages: Sequence[Sequence[str]]) -> Repeated:
    """Return the headers and footers of a document."""
    if len(pages) < MIN_PAGES:
        return Repeated(frozenset())
    seen: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for lines in pages:
        for line in {*lines[:EDGE_LINES], *lines[-EDGE_LINES:]}:
            seen[_form(line)] += 1
            examples.setdefault(_form(line), line)
    with_text = sum(bool(lines) for lines in pages)
    needed = max(MIN_REPEATS, MIN_REPEATED_SHARE * with_text)
    forms = frozenset(form for form, n in seen.items() if n >= needed)
    return Repeated(forms, tuple(examples[form] for form in sorted(forms) if re.search(r"[^\W\d_]{2}", form)))


def without_repeated(lines: Sequence[str], repeated: Repeated, titles: Set[str] = frozenset()) -> list[str]:
    """Return the lines of a page without its header and footer, and without its number.

    `titles` are the forms of all headings: one of them with a number, at an edge, is the header of its chapter.
    """

    def is_out(line: str) -> bool:
        if (numbered := _NUMBERED_EDGE.fullmatch(line.strip())) and heading_form(numbered[1] or numbered[2]) in titles:
            return True
        return _form(line) in repeated.forms or (bool(repeated.forms) and bool(_PAGE_NUMBER.fullmatch(line.strip())))

    last = len(lines) - EDGE_LINES
    return [line for at, line in enumerate(lines) if not ((at < EDGE_LINES or at >= last) and is_out(line))]


def compounds(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the words with a hyphen that stand within lines, where nothing parted them."""
    return frozenset(found.lower() for lines in pages for line in lines for found in _COMPOUND.findall(line))


def paragraphs(
    lines: Sequence[str], known_compounds: Set[str], headings: Mapping[str, int] | None = None
) -> Iterator[Paragraph]:
    """Yield the paragraphs of a page; `headings` are those that its outline names, by their form, with their level."""
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
            level = headings.get(heading_form(" ".join(lines[at : at + n_lines])))
            if level is not None and at + n_lines <= len(lines):
                return n_lines, level
    return 1, None


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
