"""PDF."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Literal

from modelyard.chat.counting import words_in
from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.loader import Loader
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.pdf_fonts import FontMender
from modelyard.chat.reading.pdf_pages import (
    compounds,
    heading_form,
    numbered_headings,
    paragraphs,
    repeated_lines,
    without_repeated,
)
from modelyard.chat.reading.visible import visible

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MIN_WORDS = 3
"""A page with fewer is a picture, or empty."""
MAX_OUTLINE_DEPTH = 4
MAX_TOLD_PAGES = 8


class PdfLoader(Loader):
    """PDF with text, page by page.

    Lines are joined to paragraphs and words that a line end parted to words. Headers and footers go, and are told.
    Headings are those of the outline (bookmarks), without one those with numbers (`4.1. Purpose`). Pages without text,
    as scans are, are told; a PDF of nothing else is refused, and so is one that needs a password to be opened.
    """

    kind: Literal["pdf"] = "pdf"

    title: ClassVar[str] = "PDF"
    icon: ClassVar[str] = "file-type"
    extensions: ClassVar[tuple[str, ...]] = (".pdf",)
    media_types: ClassVar[tuple[str, ...]] = ("application/pdf", "application/x-pdf")

    def read(self, file: BinaryIO, path: PurePosixPath) -> ParsedDocument:
        """Return the document; its title is what the PDF says of itself, else its first heading or its file's name."""
        reader = _opened(file)
        pages, notes = _lines(reader)
        n_empty = sum(words_in(" ".join(lines)) < MIN_WORDS for lines in pages)
        if n_empty == len(pages):
            n_pages = "its page has" if len(pages) == 1 else f"its {len(pages):,} pages have"
            raise UnreadableDocument(
                f"The PDF seems to be scanned: {n_pages} no text.",
                hint="Run OCR over it (with ocrmypdf, for example), then add it again.",
            )
        headings = _headings(reader) or {n: numbered_headings(lines) for n, lines in enumerate(pages, start=1)}
        canonical, n_words, told = _written(pages, headings)
        named = (reader.metadata.title or "").strip() if reader.metadata is not None else ""
        title = canonical.first_heading() if _is_no_title(named, path) else named
        return canonical.finish(
            title or path.stem, n_words_in_file=n_words, notes=[*notes, *_about_empty(reader, pages), *told]
        )


def _opened(file: BinaryIO) -> "PdfReader":
    """Open a PDF; one that is encrypted but needs no password is opened as readers do."""
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(file, strict=False)
        is_locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
        n_pages = 0 if is_locked else len(reader.pages)
    except DependencyError:
        is_locked, n_pages = True, 0
    except (
        PyPdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise _damaged(error) from None
    if is_locked:
        raise UnreadableDocument(
            "The PDF is encrypted and needs a password to be opened.",
            hint="Open it with its password, save it without one, and add it again.",
        )
    if n_pages == 0:
        raise UnreadableDocument("The PDF has no pages.", hint="Export it again.")
    return reader


def _damaged(error: Exception) -> UnreadableDocument:
    return UnreadableDocument(
        f"The PDF is damaged ({type(error).__name__}: {str(error)[:200]}).", hint="Download or export it again."
    )


def _lines(reader: "PdfReader") -> tuple[list[list[str]], list[str]]:
    """Return the lines of each page, and what is to be told of pages that cannot be read."""
    from pypdf.errors import PyPdfError

    pages: list[list[str]] = []
    broken: list[int] = []
    latest: Exception | None = None
    mender = FontMender()
    for number in range(len(reader.pages)):
        try:
            page = reader.pages[number]
            mender.mend(page)
            # A soft hyphen at the end of a line is one that is seen.
            text = visible(page.extract_text().replace("\u00ad\n", "-\n"))
        except (
            PyPdfError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            broken.append(number + 1)
            text, latest = "", error
        pages.append([line.rstrip() for line in text.split("\n")])
    if latest is not None and len(broken) == len(pages):
        raise _damaged(latest)
    return pages, [f"Pages that are damaged and could not be read: {_numbers(broken)}."] if broken else []


def _written(pages: list[list[str]], headings: dict[int, dict[str, int]]) -> tuple[Canonical, int, list[str]]:
    """Return the canonical text, the words of the pages but for headers and footers, and what is told of those."""
    pages = [[line for line in lines if line.strip()] for lines in pages]
    repeated = repeated_lines(pages)
    titles = frozenset(form for titles in headings.values() for form in titles if form)
    kept = [
        without_repeated(lines, repeated, titles - headings.get(number, {}).keys())
        for number, lines in enumerate(pages, start=1)
    ]
    known = compounds(kept)
    canonical = Canonical()
    n_words = 0
    for number, lines in enumerate(kept, start=1):
        for part in paragraphs(lines, known, headings.get(number)):
            level = part.heading_level
            kind: Literal["heading", "list", "paragraph"] = "list" if part.is_item else "paragraph"
            canonical.add("heading" if level else kind, part.text, level=level, page=number)
        n_words += sum(words_in(line) - _is_parted(line) for line in lines)
    told = [f"Left out of every page: {'; '.join(repeated.examples[:4])}."] if repeated.examples else []
    return canonical, n_words, told


def _is_parted(line: str) -> bool:
    """Say whether the line's last word goes on in the next one, where it is counted."""
    return len(line) > 1 and line[-1] == "-" and line[-2].isalpha()


def _headings(reader: "PdfReader") -> dict[int, dict[str, int]]:
    """Return the headings of the outline by page, each by its form with its level."""
    from pypdf.errors import PyPdfError

    found: dict[int, dict[str, int]] = {}
    try:
        for title, number, level in _outline(reader, reader.outline, 1):
            found.setdefault(number, {})[heading_form(title)] = level
    except (PyPdfError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return found  # the text is what counts; an outline that leads nowhere gives no headings
    return found


def _outline(reader: "PdfReader", items: list[Any], level: int) -> Iterator[tuple[str, int, int]]:
    for item in items:
        if isinstance(item, list):
            if level < MAX_OUTLINE_DEPTH:
                yield from _outline(reader, item, level + 1)
            continue
        number = reader.get_destination_page_number(item)
        if number is not None and item.title:
            yield str(item.title), number + 1, level


def _about_empty(reader: "PdfReader", pages: list[list[str]]) -> Iterator[str]:
    """Say which pages are pictures without text; empty ones are nothing to tell of."""
    empty = [number for number, lines in enumerate(pages, start=1) if not any(line.strip() for line in lines)]
    scanned = [number for number in empty if _has_picture(reader.pages[number - 1])]
    if scanned:
        n_pages = f"{len(scanned):,} of {len(pages):,} pages"
        yield f"{n_pages} are pictures without text: {_numbers(scanned)}. Run OCR over the PDF to have them read."


def _has_picture(page: "PageObject") -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    return objects is not None and len(objects.get_object()) > 0


def _numbers(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:MAX_TOLD_PAGES]))
    return shown if len(numbers) <= MAX_TOLD_PAGES else f"{shown} …"


def _is_no_title(named: str, path: PurePosixPath) -> bool:
    """Say whether a PDF's word about its title is that of the program that made it."""
    lowered = named.lower()
    is_file = lowered.endswith((".doc", ".docx", ".tex", ".indd", ".pdf", ".dvi", ".qxd"))
    return (
        not named
        or is_file
        or lowered.startswith(("microsoft word", "untitled", "powerpoint"))
        or lowered == path.stem.lower()
    )
