"""DOCX."""

from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar, Literal

from modelyard.chat.loader import Loader
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.docx_blocks import add_docx, opened_docx
from modelyard.chat.reading.docx_words import words_in_docx


class DocxLoader(Loader):
    """Word documents (DOCX): headings, lists, tables, code and footnotes.

    Deleted text of tracked changes, hidden text, headers and footers are left out. Footnotes follow the paragraph that
    refers to them. Pages are made by whoever prints a DOCX, so there are none.
    """

    kind: Literal["docx"] = "docx"

    title: ClassVar[str] = "Word document"
    icon: ClassVar[str] = "file-pen"
    extensions: ClassVar[tuple[str, ...]] = (".docx", ".docm")
    media_types: ClassVar[tuple[str, ...]] = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-word.document.macroenabled.12",
    )

    def read(self, file: BinaryIO, path: PurePosixPath) -> ParsedDocument:
        """Return the document; its title is that of its properties, else its first heading or its file's name."""
        document = opened_docx(file)
        canonical = Canonical()
        add_docx(canonical, document)
        file.seek(0)
        title = canonical.first_heading() or document.core_properties.title or path.stem
        return canonical.finish(title, n_words_in_file=words_in_docx(file))
