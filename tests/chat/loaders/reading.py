"""Reading a text as a file of some name would be read."""

import io
from pathlib import PurePosixPath

from modelyard.chat.counting import words_in
from modelyard.chat.loader import Loader
from modelyard.chat.parsed import ParsedDocument


def read(loader: type[Loader], content: str | bytes, name: str = "page.md") -> ParsedDocument:
    """Return what a loader makes of it; every document keeps the promises of ParsedDocument."""
    document = loader().read(io.BytesIO(content.encode() if isinstance(content, str) else content), PurePosixPath(name))
    check(document)
    return document


def check(document: ParsedDocument) -> None:
    """Blocks cover all words in order without overlap, and nothing invisible is in the text."""
    at = 0
    for block in document.blocks:
        assert at <= block.start < block.end <= len(document.text)
        assert not document.text[at : block.start].strip()
        assert document.text[block.start : block.end].strip()
        at = block.end
    assert not document.text[at:].strip()
    assert not set(document.text) & set("\0\r\u200b\u202e\u2066\ufeff")


def shown(document: ParsedDocument) -> list[tuple[str, str]]:
    """Return kind and text of each block."""
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def coverage(document: ParsedDocument) -> float:
    """Return the share of the file's words that are in the text."""
    return words_in(document.text) / document.n_words_in_file
