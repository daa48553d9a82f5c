"""Plain text."""

import re
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar, Literal

from modelyard.chat.counting import words_in
from modelyard.chat.loader import Loader
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.decoding import decoded
from modelyard.chat.reading.visible import visible

_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


class TextLoader(Loader):
    """Plain text: paragraphs parted by empty lines, in any encoding.

    A byte-order mark is believed, then UTF-8; a file in another script's encoding is read in the one that its bytes
    look like, and lines that are in another encoding than the rest as Windows-1252; both are told.
    """

    kind: Literal["text"] = "text"

    title: ClassVar[str] = "Plain text"
    icon: ClassVar[str] = "file-text"
    extensions: ClassVar[tuple[str, ...]] = (".txt", ".text", ".log", ".rst", ".adoc", ".asciidoc", ".org")
    media_types: ClassVar[tuple[str, ...]] = ("text/plain",)

    def read(self, file: BinaryIO, path: PurePosixPath) -> ParsedDocument:
        """Return the document; its title is its file's name unless its first line is short."""
        found = decoded(file.read())
        text = visible(found.text)
        canonical = Canonical()
        for paragraph in _PARAGRAPHS.split(text):
            canonical.add("paragraph", paragraph)
        return canonical.finish(path.stem, n_words_in_file=words_in(text), notes=found.notes)
