"""What a loader makes of a file: one canonical text, and what is where in it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "admonition", "caption"]


class Block(BaseModel):
    """A stretch of the canonical text that belongs together, `[start, end)` in characters."""

    model_config = ConfigDict(frozen=True)

    kind: BlockKind
    start: int
    end: int
    level: int | None = None
    """Of a heading, 1 to 6."""
    anchor: str | None = None
    """Of a heading: the fragment it is linked by where the document is published."""
    language: str | None = None
    """Of code: what it is written in."""
    page: int | None = None
    """The page that it begins on, from 1."""


class ParsedDocument(BaseModel):
    """A document as everything after the loader knows it.

    `text` holds all words of the document, blocks apart by an empty line, without markup, NUL, zero-width or hidden
    characters. `blocks` cover all of its words, in order, without overlap.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    text: str
    blocks: tuple[Block, ...]
    language: str | None = None
    """ISO 639-1; None: too short to tell."""
    n_words_in_file: int
    """Words of the document counted from the file by other means than the loader's (visible words: no markup), so that
    what was lost on the way shows."""
    slug: str | None = None
    """Where front matter says it is published, relative to its site."""
    notes: tuple[str, ...] = ()
    """Sentences worth telling, such as pages without text."""
