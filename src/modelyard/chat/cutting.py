"""Pieces that chunks are made of: a paragraph, a list item, a whole table; smaller where one is too long."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.chat.counting import n_tokens
from modelyard.chat.parsed import Block, BlockKind

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+(?=[^\sa-z])|[。！？]+[」』”]*\s*|\n+")
_ITEM_START = re.compile(r"\n(?=(?:[-•]|\d{1,9}[.)]) )")
_LINE_END = re.compile(r"\n+")
FILLED = 0.9
"""Of a chunk, when a text has to be cut wherever it comes: parts of the same length differ in their tokens."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A stretch of the canonical text that one chunk holds whole."""

    start: int
    end: int
    kind: BlockKind
    n_tokens: int
    page: int | None = None
    lead: str = ""
    """The header row, of a later part of a table."""

    @property
    def is_prose(self) -> bool:
        """Whether it reads on from what was before it."""
        return self.kind in ("paragraph", "quote", "admonition")


def pieces_of(block: Block, text: str, most: int, whole: int) -> Iterator[Piece]:
    """Yield the pieces of a block, none with more than `most` tokens; code and tables up to `whole` are one."""
    words = text[block.start : block.end]
    tokens = n_tokens(words)
    if block.kind == "list":
        spans = _parts(text, block.start, block.end, _ITEM_START)
        yield from _fitting(block, text, spans, most)
    elif tokens <= (whole if block.kind in ("code", "table") else most):
        yield Piece(block.start, block.end, block.kind, tokens, block.page)
    elif block.kind == "table":
        header = words.partition("\n")[0]
        room = max(most - n_tokens(header), most // 2)
        spans = _parts(text, block.start, block.end, _LINE_END)
        lead = header if n_tokens(header) <= most // 4 else ""
        for piece in _packed(_fitting(block, text, spans, room), room):
            yield piece if piece.start == block.start else _led(piece, lead)
    elif block.kind == "code":
        yield from _packed(_fitting(block, text, _parts(text, block.start, block.end, _LINE_END), most), most)
    else:
        yield from _fitting(block, text, _parts(text, block.start, block.end, _SENTENCE_END), most)


def tail_start(text: str, start: int, end: int, room: int) -> int:
    """Return where the last whole sentences of `text[start:end]` begin that have at most `room` tokens; else `end`."""
    found = end
    for at, stop in reversed(_parts(text, start, end, _SENTENCE_END)):
        room -= n_tokens(text[at:stop])
        if room < 0:
            break
        found = at
    return found


def _led(piece: Piece, lead: str) -> Piece:
    return Piece(piece.start, piece.end, piece.kind, piece.n_tokens + n_tokens(lead), piece.page, lead)


def _parts(text: str, start: int, end: int, separator: re.Pattern[str]) -> list[Span]:
    """Return `[start, end)` in parts that follow each other; each keeps its separator outside of it at its end."""
    found, at = [], start
    for between in separator.finditer(text, start, end):
        stop = between.end()
        if text[at:stop].strip():
            found.append((at, _trimmed(text, at, stop)))
        at = stop
    if text[at:end].strip():
        found.append((at, _trimmed(text, at, end)))
    return found


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _fitting(block: Block, text: str, spans: list[Span], most: int) -> Iterator[Piece]:
    """Yield the parts as pieces; a part over the limit in its sentences, then its words, then as it comes."""
    for start, end in spans:
        for at, stop, tokens in _small_enough(text, start, end, most, (_LINE_END, _SENTENCE_END)):
            yield Piece(at, stop, block.kind, tokens, block.page)


def _small_enough(
    text: str, start: int, end: int, most: int, separators: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[int, int, int]]:
    tokens = n_tokens(text[start:end])
    if tokens <= most:
        yield start, end, tokens
    elif not separators:
        yield from _evenly(text, start, end, tokens, most)
    else:
        yield from _run_together(_smaller(text, start, end, most, separators), most)


def _evenly(text: str, start: int, end: int, tokens: int, most: int) -> Iterator[tuple[int, int, int]]:
    """Yield equal parts that end between words where there are any; each part of a long line is looked at twice."""
    step = max(int((end - start) / (tokens / (most * FILLED))), 1)
    at = start
    while at < end:
        stop = min(at + step, end)
        if stop < end:
            space = max(text.rfind(" ", at, stop), text.rfind("\n", at, stop))
            stop = space if space > at else stop
        n = n_tokens(text[at:stop])
        if n > most and stop - at > 1:
            yield from _evenly(text, at, stop, n, most)
        elif n:
            yield at, _trimmed(text, at, stop), n
        at = stop
        while at < end and text[at].isspace():
            at += 1


def _smaller(
    text: str, start: int, end: int, most: int, separators: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[int, int, int]]:
    for at, stop in _parts(text, start, end, separators[0]):
        yield from _small_enough(text, at, stop, most, separators[1:])


def _run_together(parts: Iterator[tuple[int, int, int]], most: int) -> Iterator[tuple[int, int, int]]:
    """Yield runs of parts that fit together, so that a long text is cut seldom."""
    held: tuple[int, int, int] | None = None
    for start, end, tokens in parts:
        if held is None:
            held = start, end, tokens
        elif held[2] + tokens <= most:
            held = held[0], end, held[2] + tokens
        else:
            yield held
            held = start, end, tokens
    if held is not None:
        yield held


def _packed(pieces: Iterator[Piece], most: int) -> Iterator[Piece]:
    """Yield lines or rows of one block packed into pieces up to the limit."""
    held: Piece | None = None
    for piece in pieces:
        if held is None:
            held = piece
        elif held.n_tokens + piece.n_tokens <= most:
            held = Piece(held.start, piece.end, held.kind, held.n_tokens + piece.n_tokens, held.page)
        else:
            yield held
            held = piece
    if held is not None:
        yield held
