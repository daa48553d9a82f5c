"""DOCX to canonical text: the body of a document, paragraph by paragraph."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.parsed import BlockKind
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.slugs import Slugger
from modelyard.chat.reading.visible import one_line

if TYPE_CHECKING:
    from docx.document import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
CELL_SEPARATOR = " | "
INDENT = "  "
MAX_XML_BYTES = 200 * 1024**2
MAX_EXPANSION = 200
BOMB_FLOOR_BYTES = 64 * 1024**2
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CODE_STYLE = re.compile(r"code|preformatted|source|listing|verbatim|macro text", re.IGNORECASE)
_DAMAGED = "Open it in Word or LibreOffice and save it again as DOCX."


def opened_docx(file: BinaryIO) -> "Document":
    """Open a DOCX; raise UnreadableDocument for what is none, or would grow beyond bounds."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            packed, unpacked = (sum(getattr(each, name) for each in members) for name in ("compress_size", "file_size"))
            text = sum(each.file_size for each in members if each.filename.endswith(".xml"))
        if text > MAX_XML_BYTES or unpacked > max(BOMB_FLOOR_BYTES, MAX_EXPANSION * packed):
            raise UnreadableDocument(
                "The DOCX would grow too large when unpacked.", hint="Save it as PDF and add that."
            )
        file.seek(0)
        return docx.Document(file)
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        XMLSyntaxError,
        AttributeError,
        KeyError,
        NotImplementedError,
    ) as error:
        raise UnreadableDocument(f"The DOCX is damaged ({str(error)[:200]}).", hint=_DAMAGED) from None
    except ValueError:
        raise UnreadableDocument(
            "This is an Office or ZIP file, but no Word document.", hint="Export it as PDF and add that."
        ) from None


def add_docx(canonical: Canonical, document: "Document") -> None:
    """Add the blocks of a document."""
    _Body(canonical, document).add()


@dataclass
class _Run:
    """Paragraphs of one kind that make one block: the items of a list, the lines of code."""

    kind: BlockKind
    lines: list[str] = field(default_factory=list)


class _Body:
    """Walks the elements of a body."""

    def __init__(self, canonical: Canonical, document: "Document") -> None:
        self._canonical = canonical
        self._document = document
        self._slugger = Slugger()
        self._styles = _Styles(document)
        self._numbers: dict[tuple[str, int], int] = {}
        self._notes = _notes(document)
        self._run: _Run | None = None

    def add(self) -> None:
        """Add all blocks."""
        for element in _blocks(self._document.element.body):
            if element.tag == f"{W}tbl":
                self._flush()
                self._canonical.add("table", "\n".join(_rows(element)))
            else:
                self._paragraph(element)
        self._flush()

    def _paragraph(self, element: Any) -> None:
        text = paragraph_text(element)
        style = self._styles.of(element)
        if not text.strip():
            if not style.is_code:
                self._flush()
            return
        if style.heading_level is not None:
            self._flush()
            words = one_line(text)
            self._canonical.add("heading", words, level=style.heading_level, anchor=self._slugger.slug(words) or None)
        elif style.is_code:
            self._collect("code", text)
        elif (listed := self._styles.list_level(element)) is not None:
            self._collect("list", INDENT * listed[1] + self._marker(*listed) + one_line(text))
        else:
            self._flush()
            self._canonical.add("quote" if style.is_quote else "caption" if style.is_caption else "paragraph", text)
        for note in self._notes_of(element):
            self._flush()
            self._canonical.add("paragraph", note)

    def _collect(self, kind: BlockKind, line: str) -> None:
        if self._run is None or self._run.kind != kind:
            self._flush()
            self._run = _Run(kind)
        self._run.lines.append(line)

    def _flush(self) -> None:
        if self._run is not None:
            self._canonical.add(self._run.kind, "\n".join(self._run.lines))
            self._run = None

    def _marker(self, number_id: str, level: int) -> str:
        if not self._styles.is_numbered(number_id, level):
            return "- "
        self._numbers[number_id, level] = self._numbers.get((number_id, level), 0) + 1
        for deeper in [key for key in self._numbers if key[0] == number_id and key[1] > level]:
            del self._numbers[deeper]
        return f"{self._numbers[number_id, level]}. "

    def _notes_of(self, element: Any) -> Iterator[str]:
        for name in ("footnote", "endnote"):
            for reference in element.iter(f"{W}{name}Reference"):
                if text := self._notes.pop((name, reference.get(f"{W}id")), ""):
                    yield text


@dataclass(frozen=True)
class _Style:
    """What a paragraph's style says of it."""

    heading_level: int | None = None
    is_code: bool = False
    is_quote: bool = False
    is_caption: bool = False


class _Styles:
    """Styles and numbering of a document, by their ids."""

    def __init__(self, document: "Document") -> None:
        self._elements = {style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")}
        self._formats = _number_formats(document)

    def of(self, paragraph: Any) -> _Style:
        """Return what the style of a paragraph, and those that it is based on, say."""
        level = _value(paragraph.find(f"{W}pPr/{W}outlineLvl"))
        for element in self._chain(paragraph):
            name = _value(element.find(f"{W}name")) or ""
            outline = _value(element.find(f"{W}pPr/{W}outlineLvl"))
            if found := _HEADING.fullmatch(name):
                return _Style(heading_level=min(int(found.group(1)), 6))
            if name.lower() == "title":
                return _Style(heading_level=1)
            if _CODE_STYLE.search(name):
                return _Style(is_code=True)
            if name.lower() in ("quote", "intense quote", "block text"):
                return _Style(is_quote=True)
            if name.lower() == "caption":
                return _Style(is_caption=True)
            level = level if level is not None else outline
        return _Style(heading_level=min(int(level) + 1, 6) if level and level.isdigit() and int(level) < 9 else None)

    def list_level(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the numbering and the level of a list's item, stated by it or by its style; None: it is none."""
        for element in (paragraph, *self._chain(paragraph)):
            numbering = element.find(f"{W}pPr/{W}numPr")
            if numbering is not None:
                number_id = _value(numbering.find(f"{W}numId")) or "0"
                level = _value(numbering.find(f"{W}ilvl")) or "0"
                return None if number_id == "0" else (number_id, int(level) if level.isdigit() else 0)
        return None

    def is_numbered(self, number_id: str, level: int) -> bool:
        """Say whether the items of a list have numbers."""
        return self._formats.get((number_id, level), "bullet") not in ("bullet", "none")

    def _chain(self, paragraph: Any) -> Iterator[Any]:
        style_id, passed = _value(paragraph.find(f"{W}pPr/{W}pStyle")), set[str]()
        while style_id is not None and style_id in self._elements and style_id not in passed:
            passed.add(style_id)
            yield self._elements[style_id]
            style_id = _value(self._elements[style_id].find(f"{W}basedOn"))


def paragraph_text(paragraph: Any) -> str:
    """Return the text of a paragraph as it is shown: nothing deleted or hidden, no codes of fields."""
    pieces: list[str] = []
    pending = [paragraph]
    while pending:
        element = pending.pop()
        if element.tag == f"{W}t":
            pieces.append(element.text or "")
        elif element.tag in (f"{W}tab", f"{W}ptab"):
            pieces.append("\t")
        elif element.tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif element.tag == f"{W}noBreakHyphen":
            pieces.append("-")
        elif element.tag == f"{W}p" and element is not paragraph:
            pieces.append("\n")  # of a text box
            pending += reversed(element)
        elif element.tag not in (f"{W}del", f"{W}moveFrom", f"{W}pPr", _FALLBACK) and not _is_hidden(element):
            pending += reversed(element)
    return "".join(pieces)


def _is_hidden(element: Any) -> bool:
    vanish = element.find(f"{W}rPr/{W}vanish") if element.tag == f"{W}r" else None
    return vanish is not None and vanish.get(f"{W}val", "true") not in ("0", "false", "off")


def _blocks(body: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those in content controls and tracked insertions."""
    for element in body:
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _blocks(element)


def _rows(table: Any) -> Iterator[str]:
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl")) is not table:
            continue  # of a table in a cell, whose text is there
        cells = [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tbl")) is table]
        texts = [one_line(" ".join(map(paragraph_text, cell.iter(f"{W}p")))) for cell in cells]
        if any(texts):
            yield CELL_SEPARATOR.join(texts)


def _notes(document: "Document") -> dict[tuple[str, str | None], str]:
    """Return footnotes and endnotes by kind and id."""
    from docx.oxml.parser import parse_xml

    found: dict[tuple[str, str | None], str] = {}
    for relation in document.part.rels.values():
        name = relation.reltype.rpartition("/")[2].removesuffix("s")
        if name in ("footnote", "endnote") and not relation.is_external:
            for note in parse_xml(relation.target_part.blob).iter(f"{W}{name}"):
                text = "\n".join(paragraph_text(paragraph) for paragraph in note.iter(f"{W}p")).strip()
                found[name, note.get(f"{W}id")] = text
    return found


def _number_formats(document: "Document") -> dict[tuple[str, int], str]:
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}  # a document without lists has none
    abstract = {
        (each.get(f"{W}abstractNumId"), level.get(f"{W}ilvl")): _value(level.find(f"{W}numFmt")) or "bullet"
        for each in root.iter(f"{W}abstractNum")
        for level in each.iter(f"{W}lvl")
    }
    return {
        (number.get(f"{W}numId"), int(level)): shape
        for number in root.iter(f"{W}num")
        for (name, level), shape in abstract.items()
        if name == _value(number.find(f"{W}abstractNumId")) and (level or "").isdigit()
    }


def _value(element: Any) -> str | None:
    return None if element is None else element.get(f"{W}val")
