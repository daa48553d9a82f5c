"""Chunks into passages: neighbours of one section read as one, and nothing is read twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from modelyard.chat.passages import Passage
from modelyard.chat.retrieving.fusing import Fused

MAX_TOKENS = 800
"""Of a passage that is merged."""
_GAPS = {0: "", 1: " ", 2: "\n\n"}
"""Between neighbours of a section there is white space only: between sentences, or between blocks."""


@dataclass(frozen=True)
class ReadChunk:
    """What is read of a chunk and of its document."""

    id: int
    document_id: str
    place: int
    start: int
    end: int
    text: str
    headings: Sequence[str]
    anchor: str | None
    page: int | None
    n_tokens: int
    title: str
    url: str | None
    text_hash: str | None


@dataclass(frozen=True)
class _Run:
    """Neighbours, in the order of the document, led by the best of them."""

    chunks: tuple[ReadChunk, ...]
    best: Fused

    @property
    def n_tokens(self) -> int:
        return sum(chunk.n_tokens for chunk in self.chunks)


def passages_of(ranked: Sequence[Fused], chunks: Iterable[ReadChunk], *, k: int) -> tuple[Passage, ...]:
    """Return at most `k` passages, best first; chunks that are not among those read are left out."""
    rows = {chunk.id: chunk for chunk in chunks}
    runs: list[_Run] = []
    texts: set[str] = set()
    for fused in ranked:
        chunk = rows.get(fused.chunk_id)
        text = " ".join(chunk.text.split()) if chunk is not None else ""
        if chunk is None or text in texts:
            continue
        place = next((place for place, run in enumerate(runs) if _may_join(run, chunk)), None)
        if place is not None:
            runs[place] = _joined(runs[place], chunk)
        elif len(runs) < k:
            runs.append(_Run((chunk,), fused))
        else:
            continue
        texts.add(text)
    return tuple(map(_passage, runs))


def _may_join(run: _Run, chunk: ReadChunk) -> bool:
    first, last = run.chunks[0], run.chunks[-1]
    if (chunk.document_id, chunk.headings) != (first.document_id, first.headings):
        return False
    if run.n_tokens + chunk.n_tokens > MAX_TOKENS:
        return False
    return _follows(last, chunk) or _follows(chunk, first)


def _follows(first: ReadChunk, second: ReadChunk) -> bool:
    return second.place == first.place + 1 and second.start - first.end <= max(_GAPS)


def _joined(run: _Run, chunk: ReadChunk) -> _Run:
    chunks = (*run.chunks, chunk) if chunk.place > run.chunks[-1].place else (chunk, *run.chunks)
    return replace(run, chunks=chunks)


def _passage(run: _Run) -> Passage:
    first, last = run.chunks[0], run.chunks[-1]
    return Passage(
        chunk_ids=tuple(chunk.id for chunk in run.chunks),
        document_id=first.document_id,
        text_hash=first.text_hash or "",
        title=first.title,
        headings=tuple(first.headings),
        url=_address(first),
        page=first.page,
        start=first.start,
        end=last.end,
        text=_text(run.chunks),
        score=run.best.score,
        words_rank=run.best.words_rank,
        meaning_rank=run.best.meaning_rank,
    )


def _text(chunks: Sequence[ReadChunk]) -> str:
    """Return the text of neighbours, as long as their stretch of the document is."""
    text, end = chunks[0].text, chunks[0].end
    for chunk in chunks[1:]:
        gap = chunk.start - end
        text += _GAPS[gap] + chunk.text if gap >= 0 else chunk.text[-gap:]
        end = chunk.end
    return text


def _address(chunk: ReadChunk) -> str | None:
    fragment = chunk.anchor or (f"page={chunk.page}" if chunk.page is not None else None)
    return f"{chunk.url.partition('#')[0]}#{fragment}" if chunk.url and fragment else chunk.url
