"""DOCX: what Word shows of a document."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.loaders.docx import DocxLoader
from modelyard.chat.origins.found import Found
from modelyard.chat.origins.reading import read as read_found
from tests.chat.loaders.reading import coverage, read, shown


def packed(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def manual() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Untitled"
    document.add_heading("Leases", level=1)
    paragraph = document.add_paragraph("A worker ")
    paragraph.add_run("re").bold = True
    paragraph.add_run("news its lease.")
    secret = paragraph.add_run(" hidden order")
    secret.font.hidden = True
    deleted = f'<w:del {nsdecls("w")} w:id="1"><w:r><w:delText>deleted</w:delText></w:r></w:del>'
    paragraph._p.append(parse_xml(deleted))
    inserted = f'<w:ins {nsdecls("w")} w:id="2"><w:r><w:t xml:space="preserve"> Inserted.</w:t></w:r></w:ins>'
    paragraph._p.append(parse_xml(inserted))
    document.add_heading("Steps", level=2)
    document.add_paragraph("ask", style="List Number")
    document.add_paragraph("renew", style="List Number")
    document.add_paragraph("care", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("Name", "Use", "a", "b\nc"), strict=True
    ):
        cell.text = text
    document.add_paragraph("Wise words.", style="Quote")
    document.add_heading("Steps", level=2)
    return packed(document)


def test_a_document() -> None:
    document = read(DocxLoader, manual(), "manual.docx")
    assert shown(document) == [
        ("heading", "Leases"),
        ("paragraph", "A worker renews its lease. Inserted."),
        ("heading", "Steps"),
        ("list", "1. ask\n2. renew\n- care"),
        ("table", "Name | Use\na | b c"),
        ("quote", "Wise words."),
        ("heading", "Steps"),
    ]
    assert [block.anchor for block in document.blocks if block.kind == "heading"] == ["leases", "steps", "steps-1"]
    assert document.title == "Leases"
    assert coverage(document) >= 1


def test_footnotes_follow_the_paragraph_that_refers_to_them() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Renew early.")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="7"/></w:r>'))
    document.add_paragraph("Later words.")
    content = io.BytesIO(packed(document))
    note = '<w:footnote w:id="7"><w:p><w:r><w:t>Clocks drift.</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>"
    out = io.BytesIO()
    relation = (
        '<Relationship Id="rIdN" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" '
        'Target="footnotes.xml"/></Relationships>'
    )
    kind = '<Override PartName="/word/footnotes.xml" ContentType="application/xml"/></Types>'
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "word/_rels/document.xml.rels":
                text = text.replace(b"</Relationships>", relation.encode())
            if name == "[Content_Types].xml":
                text = text.replace(b"</Types>", kind.encode())
            new.writestr(name, text)
        new.writestr("word/footnotes.xml", notes)
    read_document = read(DocxLoader, out.getvalue(), "a.docx")
    assert [text for _, text in shown(read_document)] == ["Renew early.", "Clocks drift.", "Later words."]
    assert coverage(read_document) == 1


def with_entry(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 cut off",
        manual()[:2000],
        with_entry("xl/workbook.xml", b"<workbook/>"),
        with_entry("word/document.xml", b" " * 300_000_000),
        with_entry("[Content_Types].xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
    ],
    ids=["cut", "half", "workbook", "bomb", "entities"],
)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(DocxLoader, content, "a.docx")
    assert caught.value.hint


def test_the_bytes_say_what_a_file_is_when_its_name_is_wrong() -> None:
    assert read_found(Found("manual.txt", manual(), "")).title == "Leases"
    with pytest.raises(UnreadableDocument, match="old Office file"):
        read_found(Found("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""))
