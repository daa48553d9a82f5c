"""PDF: paragraphs with their pages, and clear refusals."""

import io
from functools import cache

import pytest
import typst
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.loaders.pdf import PdfLoader
from modelyard.chat.reading.pdf_pages import numbered_headings, paragraphs, repeated_lines, without_repeated
from tests.chat.loaders.reading import coverage, read, shown

SENTENCES = (
    "a worker asks the scheduler for its lease which lasts some seconds until it is renewed internationally "
    "nobody else may write what belongs to a run while comprehensible documentation exists"
)
WORDS = SENTENCES.split()
PARAGRAPHS = [
    " ".join(WORDS[(n * k + k * k) % len(WORDS)] for k in range(1, 40)) + " responsibilities and configurations."
    for n in range(1, 13)
]
BOOK = """
#set page(height: 9cm, width: 12cm, header: [The Yard Manual], footer: context [Page #counter(page).display()])
#set heading(numbering: "1.1")
#set document(title: "The Yard Manual")
#set text(hyphenate: true, lang: "en")
#set par(justify: true)
= Leases
PARAGRAPHS
== Heartbeats
They are sent.

- first point
- second point
""".replace("PARAGRAPHS", "\n\n".join(PARAGRAPHS))


@cache
def book() -> bytes:
    found: bytes = typst.compile(BOOK.encode(), format="pdf")
    return found


def changed(content: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank(n_pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(n_pages):
        writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_book() -> None:
    document = read(PdfLoader, book(), "yard.pdf")
    assert document.title == "The Yard Manual"
    headings = [
        (block.level, document.text[block.start : block.end]) for block in document.blocks if block.kind == "heading"
    ]
    assert headings == [(1, "1 Leases"), (2, "1.1 Heartbeats")]
    pages = [block.page for block in document.blocks]
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert pages[0] == 1
    assert (pages[-1] or 0) > 3
    assert "The Yard Manual" not in document.text
    assert "Page" not in document.text
    assert document.notes == ("Left out of every page: Page 1; The Yard Manual.",)
    assert document.text.count("responsibilities") == document.text.count("configurations") == 12
    assert "- " not in document.text.replace("\n- ", "\n").replace("• ", "")
    assert coverage(document) >= 0.99


def test_words_that_a_line_end_parts_are_joined_unless_they_have_a_hyphen() -> None:
    lines = ["The configu-", "ration of a well-", "known server is self-", "explaining."]
    joined = [part.text for part in paragraphs(lines, frozenset({"well-known"}))]
    assert joined == ["The configuration of a well-known server is selfexplaining."]


def test_numbered_headings_are_found_without_an_outline() -> None:
    page = ["Chapter 4. The /usr Hierarchy", "4.1. Purpose", "It is shareable.", "4.1.1 Use", "4.2 Paths ..... 17"]
    page += ["3.5 GB are enough for it.", "1. Do this first", "2.1. More 18"]
    headings = numbered_headings(page)
    assert headings == {"Chapter 4. The /usr Hierarchy": 1, "4.1. Purpose": 2, "4.1.1 Use": 3}
    levels = [part.heading_level for part in paragraphs(page[:4], frozenset(), headings)]
    assert levels == [1, 2, None, 3]


def test_headers_are_what_pages_have_at_their_edge() -> None:
    pages = [
        [f"{n} The Manual", f"Words {'a' * n} of it.", "Said again.", f"They end {'y' * n}."] for n in range(1, 12)
    ]
    assert without_repeated(pages[3], repeated_lines(pages)) == ["Words aaaa of it.", "Said again.", "They end yyyy."]
    lone = ["12 Heartbeats", "Words.", "3.2. Heartbeats 12"]
    assert without_repeated(lone, repeated_lines([lone]), frozenset({"heartbeats"})) == ["Words."]


def test_encrypted_without_a_password_is_read_and_with_one_refused() -> None:
    assert read(PdfLoader, changed(book(), ""), "a.pdf").text == read(PdfLoader, book(), "a.pdf").text
    with pytest.raises(UnreadableDocument, match="needs a password"):
        read(PdfLoader, changed(book(), "secret"), "a.pdf")


def test_a_scan_of_400_pages_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableDocument, match="its 400 pages have no text") as caught:
        read(PdfLoader, blank(400), "scan.pdf")
    assert "OCR" in str(caught.value.hint)


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"%PDF-1.7 nothing", book()[:3000], b"%PDF-1.4\n" + b"1 0 obj\n" * 50]
)
def test_damaged_files_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(PdfLoader, content, "a.pdf")
    assert caught.value.hint


def font_of(**entries: str | ArrayObject) -> DictionaryObject:
    named = {name: NameObject(value) if isinstance(value, str) else value for name, value in entries.items()}
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in named.items()})


def test_gaps_are_spaces_also_where_a_font_has_glyph_numbers() -> None:
    """As xdvipdfmx writes them: number 32 is a wide glyph, words are apart by 250 thousandths."""
    writer = PdfWriter()
    page = writer.add_blank_page(400, 200)
    mapping = DecodedStreamObject()
    pairs = b"".join(b"<%04X> <%04X>\n" % (code, code) for code in range(0x61, 0x7B))
    codes = b"begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n27 beginbfchar\n<0020> <003D>\n"
    mapping.set_data(codes + pairs + b"endbfchar endcmap")
    letters = ArrayObject([NumberObject(500)] * 26)
    widths = ArrayObject([NumberObject(32), ArrayObject([NumberObject(900)]), NumberObject(97), letters])
    names = {"Type": "/Font", "BaseFont": "/Odd"}
    inner = font_of(**names, Subtype="/CIDFontType2", W=widths)
    font = font_of(**names, Subtype="/Type0", Encoding="/Identity-H", DescendantFonts=ArrayObject([inner]))
    font[NameObject("/ToUnicode")] = writer._add_object(mapping)
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})

    def glyphs(word: str) -> bytes:
        return b"<" + b"".join(b"%04X" % ord(letter) for letter in word) + b">"

    words = b" -250 ".join(glyphs(word) for word in ("every", "worker", "asks", "once"))
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 10 Tf 20 100 Td [" + words + b"] TJ ET")
    page[NameObject("/Contents")] = writer._add_object(content)
    out = io.BytesIO()
    writer.write(out)
    assert shown(read(PdfLoader, out.getvalue(), "a.pdf")) == [("paragraph", "every worker asks once")]
