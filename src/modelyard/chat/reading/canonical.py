"""The canonical text of a document as it grows, block by block."""

import re
from collections.abc import Iterable

from modelyard.chat.parsed import Block, BlockKind, ParsedDocument
from modelyard.chat.reading.visible import n_hidden, one_line, visible
from modelyard.data.words.languages import language_of

BETWEEN = "\n\n"
MAX_TITLE = 300
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_GAPS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_LINE_ENDS = re.compile(r"[ \t]+(?=\n)")


class Canonical:
    """Takes blocks in the order of the document; each is cleaned and put behind an empty line."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._n_hidden = 0

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        level: int | None = None,
        anchor: str | None = None,
        language: str | None = None,
        page: int | None = None,
    ) -> None:
        """Add a block; one without visible characters adds nothing. Of code, lines stay as they are."""
        self._n_hidden += n_hidden(text)
        text = visible(text)
        if kind == "code":
            text = text.strip("\n").rstrip()
        else:
            text = _GAPS.sub(" ", _LINE_ENDS.sub("", _EMPTY_LINES.sub("\n", text))).strip()
        if kind in ("heading", "caption"):
            text = one_line(text)
        if not text.strip():
            return
        if self._pieces:
            self._pieces.append(BETWEEN)
            self._length += len(BETWEEN)
        start, self._length = self._length, self._length + len(text)
        self._pieces.append(text)
        self._blocks.append(
            Block(
                kind=kind,
                start=start,
                end=self._length,
                level=level,
                anchor=anchor,
                language=language or None,
                page=page,
            )
        )

    def first_heading(self) -> str | None:
        """Return the text of the first heading of the highest level there is."""
        headings = [block for block in self._blocks if block.kind == "heading"]
        if not headings:
            return None
        first = min(headings, key=lambda block: block.level or 6)
        return "".join(self._pieces)[first.start : first.end]

    def finish(
        self, title: str | None, *, n_words_in_file: int, slug: str | None = None, notes: Iterable[str] = ()
    ) -> ParsedDocument:
        """Return the document; `title` None or empty: its first heading, else its first words."""
        text = "".join(self._pieces)
        named = one_line(visible(title or "")) or self.first_heading() or text.partition("\n")[0]
        told = list(notes)
        if self._n_hidden:
            told.append(f"{self._n_hidden:,} invisible characters were left out of the text.")
        return ParsedDocument(
            title=_shortened(named),
            text=text,
            blocks=tuple(self._blocks),
            language=language_of(text),
            n_words_in_file=n_words_in_file,
            slug=slug,
            notes=tuple(told),
        )


def _shortened(title: str) -> str:
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rstrip() + "…"
