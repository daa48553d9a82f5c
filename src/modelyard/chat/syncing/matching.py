"""What changed of a document: its new chunks beside those that are indexed, matched by what is indexed of them."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelyard.chat.chunking import chunks_of, indexed_text, words_in
from modelyard.chat.parsed import ParsedDocument


@dataclass(frozen=True)
class NewChunk:
    """A chunk of a document as it is read now; the fields are those of `tables.Chunk`."""

    place: int
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    anchor: str | None
    page: int | None
    language: str | None
    n_tokens: int
    hash: str
    indexed: str
    """What is searched and embedded: title, headings and the head of a table before the words."""


@dataclass(frozen=True)
class Matched:
    """What becomes of a document's chunks."""

    kept: tuple[tuple[int, NewChunk], ...]
    """Row ids with where they are now: vector and words hold, only the place may have moved."""
    added: tuple[NewChunk, ...]
    removed: tuple[int, ...]


def new_chunks(parsed: ParsedDocument) -> list[NewChunk]:
    """Cut a document; the language belongs to the hash because words are indexed by it."""
    found = []
    for place, span in enumerate(chunks_of(parsed)):
        text = parsed.text[span.start : span.end]
        indexed = indexed_text(parsed.title, span.headings, text, span.lead)
        found.append(
            NewChunk(
                place=place,
                start=span.start,
                end=span.end,
                text=text,
                headings=tuple(span.headings),
                anchor=span.anchor,
                page=span.page,
                language=parsed.language,
                n_tokens=span.n_tokens,
                hash=chunk_hash(indexed, parsed.language),
                indexed=indexed,
            )
        )
    return found


def chunk_hash(indexed: str, language: str | None) -> str:
    """Return what is equal for chunks that are indexed alike."""
    return hashlib.sha256(f"{language or ''}\n{indexed}".encode()).hexdigest()


def match(before: Iterable[tuple[int, str]], now: Sequence[NewChunk]) -> Matched:
    """Match `before` (row id and hash, in the document's order) with the chunks of now, equal ones in their order."""
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for chunk_id, known in before:
        waiting[known].append(chunk_id)
    kept, added = [], []
    for chunk in now:
        if waiting[chunk.hash]:
            kept.append((waiting[chunk.hash].popleft(), chunk))
        else:
            added.append(chunk)
    removed = [chunk_id for ids in waiting.values() for chunk_id in ids]
    return Matched(tuple(kept), tuple(added), tuple(sorted(removed)))


def n_indexed(parsed: ParsedDocument, chunks: Sequence[NewChunk]) -> int:
    """Return how many words of the document are in at least one chunk: in the union of their spans."""
    together: list[list[int]] = []
    for chunk in sorted(chunks, key=lambda each: each.start):
        if together and chunk.start <= together[-1][1]:
            together[-1][1] = max(together[-1][1], chunk.end)
        else:
            together.append([chunk.start, chunk.end])
    return sum(words_in(parsed.text[start:end]) for start, end in together)
