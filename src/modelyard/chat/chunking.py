"""Chunks of a document: by heading first, then by paragraphs to 200–400 tokens; `[start, end)` of its canonical text.

Every word is in at least one chunk. Code and tables stay whole up to WHOLE_TOKENS; list items and sentences are torn
only when one alone is longer than a chunk. Sections of a few words join their neighbours under the same heading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from modelyard.chat.counting import n_tokens, words_in
from modelyard.chat.cutting import Piece, pieces_of, tail_start
from modelyard.chat.parsed import Block, ParsedDocument

__all__ = ["ChunkSpan", "Place", "chunks_of", "indexed_text", "n_tokens", "place_of", "words_in"]

MAX_TOKENS = 400
WANTED_TOKENS = 320
"""A section that has to be cut is cut into equal chunks of about so many."""
WHOLE_TOKENS = 480
"""Code or a table up to here is one chunk; embedders read 512 tokens, and title and headings come before it."""
TINY_TOKENS = 120
"""A section with fewer joins its neighbour."""
OVERLAP_FRACTION = 0.15
PATH_SEPARATOR = " › "


@dataclass(frozen=True)
class ChunkSpan:
    """A chunk as it is cut: its place in the canonical text and what stands above it."""

    start: int
    end: int
    headings: tuple[str, ...]
    """Outermost first; of joined sections, what they share."""
    anchor: str | None
    page: int | None
    n_tokens: int
    lead: str = ""
    """What a part of a table needs to be understood: its header row; searched with the chunk, no part of the span."""


@dataclass(frozen=True)
class Place:
    """What stands above a character of a document."""

    headings: tuple[str, ...]
    anchor: str | None
    page: int | None


@dataclass(frozen=True)
class _Section:
    """A heading with what follows it until the next one."""

    headings: tuple[str, ...]
    anchor: str | None
    pieces: tuple[Piece, ...]

    @property
    def n_tokens(self) -> int:
        return sum(piece.n_tokens for piece in self.pieces)

    @property
    def is_only_heading(self) -> bool:
        return all(piece.kind == "heading" for piece in self.pieces)


def chunks_of(parsed: ParsedDocument) -> list[ChunkSpan]:
    """Return the chunks of a document in its order; their starts and their ends grow."""
    sections = _joined(_sections(parsed))
    return [chunk for section in sections for chunk in _cut(section, parsed.text)]


def indexed_text(title: str, headings: Sequence[str], text: str, lead: str = "") -> str:
    """Return what is embedded and indexed of a chunk: title and headings, then its text.

    A heading that the text begins with is not said twice, nor is one that only repeats the title.
    """
    path = [title, *(heading for heading in headings if heading != title)]
    if len(path) > 1 and text.startswith(path[-1]):
        path.pop()
    above = PATH_SEPARATOR.join(part for part in path if part)
    return "\n".join(part for part in (above, lead, text) if part)


def place_of(parsed: ParsedDocument, at: int) -> Place:
    """Return what stands above the character `at`: the headings, the nearest anchor and the page."""
    path: list[tuple[int, str]] = []
    anchor, page = None, None
    for block in parsed.blocks:
        if block.start > at:
            break
        page = block.page
        if block.kind == "heading":
            path = _below(path, block, parsed.text)
            anchor = block.anchor or anchor
    return Place(tuple(text for _, text in path), anchor, page)


def _below(path: list[tuple[int, str]], heading: Block, text: str) -> list[tuple[int, str]]:
    level = heading.level or 1
    return [each for each in path if each[0] < level] + [(level, text[heading.start : heading.end])]


def _sections(parsed: ParsedDocument) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    anchor: str | None = None
    blocks: list[Block] = []

    def section() -> Iterator[_Section]:
        if blocks:
            pieces = tuple(
                piece for block in blocks for piece in pieces_of(block, parsed.text, MAX_TOKENS, WHOLE_TOKENS)
            )
            yield _Section(tuple(text for _, text in path), anchor, pieces)

    for block in parsed.blocks:
        if block.kind == "heading":
            yield from section()
            path, blocks = _below(path, block, parsed.text), []
            anchor = block.anchor or anchor
        blocks.append(block)
    yield from section()


def _joined(sections: Iterator[_Section]) -> Iterator[_Section]:
    """Yield the sections, tiny ones with the neighbours that stand under the same heading as they do."""
    held: _Section | None = None
    for section in sections:
        if held is None:
            held = section
        elif held.is_only_heading and section.headings[: len(held.headings)] == held.headings:
            held = replace(section, pieces=held.pieces + section.pieces)
        elif _may_join(held, section):
            shared = _shared(held.headings, section.headings)
            held = _Section(shared, held.anchor, held.pieces + section.pieces)
        else:
            yield held
            held = section
    if held is not None:
        yield held


def _may_join(first: _Section, second: _Section) -> bool:
    if second.is_only_heading and not first.is_only_heading:
        return False  # it belongs to what follows
    is_tiny = min(first.n_tokens, second.n_tokens) < TINY_TOKENS
    shared = len(_shared(first.headings, second.headings))
    # The second may stand beside the first or right below it; whatever was joined before has only what it shares.
    is_near = shared >= len(first.headings) - 1 and shared >= len(second.headings) - 1
    return is_tiny and is_near and first.n_tokens + second.n_tokens <= MAX_TOKENS


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    n = 0
    while n < min(len(first), len(second)) and first[n] == second[n]:
        n += 1
    return first[:n]


def _cut(section: _Section, text: str) -> Iterator[ChunkSpan]:
    before: list[Piece] = []
    for group in _groups(section.pieces):
        tokens = sum(piece.n_tokens for piece in group)
        first, start = group[0], group[0].start
        if before and first.is_prose and before[-1].is_prose:
            room = min(MAX_TOKENS - tokens, int(OVERLAP_FRACTION * tokens))
            tail = tail_start(text, before[-1].start, before[-1].end, room)
            if before[0].start < tail < before[-1].end:
                start, tokens = tail, tokens + n_tokens(text[tail : before[-1].end])
        yield ChunkSpan(start, group[-1].end, section.headings, section.anchor, first.page, tokens, first.lead)
        before = group


def _groups(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of each chunk: about equal parts, none over the limit but for a piece that is by itself."""
    total = sum(piece.n_tokens for piece in pieces)
    n_chunks = 1 if total <= MAX_TOKENS else -(-total // WANTED_TOKENS)
    wanted = total / n_chunks
    group: list[Piece] = []
    tokens = 0
    for piece in pieces:
        is_full = tokens + piece.n_tokens > MAX_TOKENS or (tokens >= wanted and n_chunks > 1)
        if group and is_full and not _holds_only_heading(group, piece):
            yield group
            group, tokens = [], 0
        group.append(piece)
        tokens += piece.n_tokens
    if group:
        yield group


def _holds_only_heading(group: Sequence[Piece], following: Piece) -> bool:
    """Say whether the group is but a heading or a caption, which stays with what it is about if that is possible."""
    tokens = sum(piece.n_tokens for piece in group) + following.n_tokens
    return all(piece.kind in ("heading", "caption") for piece in group) and tokens <= WHOLE_TOKENS
