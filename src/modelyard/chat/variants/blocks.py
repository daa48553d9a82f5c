"""A page in blocks: which are made anew, in which pieces they go to an LLM, and what comes of each."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from modelyard.chat.counting import n_tokens
from modelyard.chat.parsed import BlockKind, ParsedDocument
from modelyard.chat.variants.wishes import Explain, Translate
from modelyard.data.words.sentences import sentences

PIECE_TOKENS = 700
"""Of the source in one request: the answer may be twice as long and stays within what any LLM writes at once."""
PIECE_PARTS = 16
BlockState = Literal["made", "kept", "failed"]
_EXPLAINED: frozenset[BlockKind] = frozenset({"paragraph", "list", "quote", "admonition"})
_LINED: frozenset[BlockKind] = frozenset({"list", "table"})
"""Blocks whose lines are items or rows."""
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class MadeBlock(BaseModel):
    """A block beside its source: `[start, end)` of the canonical text; `text` is the same where it was kept."""

    model_config = ConfigDict(frozen=True)

    i: int
    """Its number in the document, from 0."""
    kind: BlockKind
    level: int | None
    language: str | None
    """Of code."""
    start: int
    end: int
    state: BlockState
    """`failed`: nothing usable came, so the source stands here."""
    text: str
    doubts: tuple[str, ...] = ()
    """What a reader should compare with the source."""


@dataclass(frozen=True)
class Part:
    """What an LLM is asked for at once at the least: a block, or some sentences or lines of a very long one."""

    block: int
    place: int
    text: str
    joiner: str
    """What stands before it when the parts of a block are put together again."""

    @property
    def n_tokens(self) -> int:
        """About how long it is."""
        return n_tokens(self.text)


def source_of(parsed: ParsedDocument, i: int) -> str:
    """Return the text of a block."""
    return parsed.text[parsed.blocks[i].start : parsed.blocks[i].end]


def is_made(parsed: ParsedDocument, i: int, wish: Explain | Translate) -> bool:
    """Say whether a block is made anew; code never is, and what has no letters needs not be."""
    kind = parsed.blocks[i].kind
    is_meant = kind in _EXPLAINED if isinstance(wish, Explain) else kind != "code"
    return is_meant and _LETTER.search(source_of(parsed, i)) is not None


def kept(parsed: ParsedDocument, i: int, state: BlockState = "kept") -> MadeBlock:
    """Return a block as it is in the source, character by character."""
    return _made(parsed, i, source_of(parsed, i), state)


def made(parsed: ParsedDocument, i: int, text: str, wish: Explain | Translate) -> MadeBlock:
    """Return a block with what was made of it, and what to doubt about that."""
    source = source_of(parsed, i)
    if isinstance(wish, Explain):
        return _made(parsed, i, text, "made")
    doubts = []
    if parsed.blocks[i].kind in _LINED and len(text.splitlines()) != len(source.splitlines()):
        doubts.append("It has another number of lines than the source.")
    if lost := sorted(set(_NUMBER.findall(source)) - set(_NUMBER.findall(text))):
        doubts.append(f"Numbers of the source are missing: {', '.join(lost[:5])}.")
    return _made(parsed, i, text, "made", tuple(doubts))


def _made(parsed: ParsedDocument, i: int, text: str, state: BlockState, doubts: tuple[str, ...] = ()) -> MadeBlock:
    block = parsed.blocks[i]
    return MadeBlock(
        i=i,
        kind=block.kind,
        level=block.level,
        language=block.language,
        start=block.start,
        end=block.end,
        state=state,
        text=text,
        doubts=doubts,
    )


def parts_of(parsed: ParsedDocument, i: int) -> list[Part]:
    """Return a block as one part; one that is too long for a request in parts, cut between sentences or lines."""
    text = source_of(parsed, i)
    if n_tokens(text) <= PIECE_TOKENS:
        return [Part(i, 0, text, "")]
    joiner = "\n" if parsed.blocks[i].kind in _LINED else " "
    groups = _grouped(_units(text, is_lined=joiner == "\n"), joiner)
    return [Part(i, place, group, joiner if place else "") for place, group in enumerate(groups)]


def _units(text: str, *, is_lined: bool) -> Iterator[str]:
    """Yield lines or sentences; one that is too long is cut between words, and one without spaces anywhere."""
    found = text.splitlines() if is_lined else [text[span.start : span.end] for span in sentences(text)]
    for unit in found:
        if n_tokens(unit) <= PIECE_TOKENS:
            yield unit
        else:
            yield from _grouped(_short_words(unit), " ")


def _short_words(text: str) -> Iterator[str]:
    for word in text.split():
        for start in range(0, len(word), PIECE_TOKENS):
            yield word[start : start + PIECE_TOKENS]


def _grouped(units: Iterable[str], joiner: str) -> Iterator[str]:
    """Yield units joined up to PIECE_TOKENS."""
    group: list[str] = []
    size = 0
    for unit in units:
        n = n_tokens(unit) + 1
        if group and size + n > PIECE_TOKENS:
            yield joiner.join(group)
            group, size = [], 0
        group.append(unit)
        size += n
    if group:
        yield joiner.join(group)


def pieces(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield the parts in runs that go to an LLM together."""
    piece: list[Part] = []
    size = 0
    for part in parts:
        if piece and (size + part.n_tokens > PIECE_TOKENS or len(piece) == PIECE_PARTS):
            yield piece
            piece, size = [], 0
        piece.append(part)
        size += part.n_tokens
    if piece:
        yield piece
