"""Chunks into passages: neighbours of one section read as one, and nothing is read twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from modelyard.chat.passages import Passage
from modelyard.chat.retrieving.fusing import Fused
from modelyard.chat.tables import Chunk, Document

MAX_TOKENS = 800
"""Of a passage that is merged."""
_GAPS = {0: "", 1: " ", 2: "\n\n"}
"""Between neighbours of a section there is white space only: between sentences, or between blocks."""


@dataclass(frozen=True)
class _Found:
    chunk: Chunk
    document: Document
    fused: Fused


@dataclass(frozen=True)
class _Run:
    """Neighbours, in the order of the document, led by the best of them."""

    parts: tuple[_Found, ...]
    best: _Found

    @property
    def n_tokens(self) -> int:
        return sum(part.chunk.n_tokens for part in self.parts)


def passages_of(
    ranked: Sequence[Fused], chunks: Iterable[tuple[Chunk, Document]], *, k: int
) -> tuple[tuple[Passage, ...], tuple[Fused, ...]]:
    """Return at most `k` passages, best first, and the chunks that are in them; chunks that are gone are left out."""
    rows = {chunk.id: (chunk, document) for chunk, document in chunks}
    runs: list[_Run] = []
    texts: set[str] = set()
    for fused in ranked:
        if fused.chunk_id not in rows:
            continue
        found = _Found(*rows[fused.chunk_id], fused)
        text = " ".join(found.chunk.text.split())
        if text in texts:
            continue
        place = next((place for place, run in enumerate(runs) if _may_join(run, found)), None)
        if place is not None:
            runs[place] = _joined(runs[place], found)
        elif len(runs) < k:
            runs.append(_Run((found,), found))
        else:
            continue
        texts.add(text)
    return tuple(map(_passage, runs)), tuple(part.fused for run in runs for part in run.parts)


def _may_join(run: _Run, found: _Found) -> bool:
    first, last, chunk = run.parts[0].chunk, run.parts[-1].chunk, found.chunk
    if (chunk.document_id, chunk.headings) != (first.document_id, first.headings):
        return False
    if run.n_tokens + chunk.n_tokens > MAX_TOKENS:
        return False
    return _follows(last, chunk) or _follows(chunk, first)


def _follows(first: Chunk, second: Chunk) -> bool:
    return second.place == first.place + 1 and second.start - first.end <= max(_GAPS)


def _joined(run: _Run, found: _Found) -> _Run:
    parts = (*run.parts, found) if found.chunk.place > run.parts[-1].chunk.place else (found, *run.parts)
    return replace(run, parts=parts)


def _passage(run: _Run) -> Passage:
    first, last = run.parts[0].chunk, run.parts[-1].chunk
    document, fused = run.best.document, run.best.fused
    return Passage(
        chunk_ids=tuple(part.chunk.id for part in run.parts),
        document_id=document.id,
        text_hash=document.text_hash or "",
        title=document.title,
        headings=tuple(first.headings),
        url=_address(document.url, first),
        page=first.page,
        start=first.start,
        end=last.end,
        text=_text([part.chunk for part in run.parts]),
        score=fused.score,
        words_rank=fused.words_rank,
        meaning_rank=fused.meaning_rank,
    )


def _text(chunks: Sequence[Chunk]) -> str:
    """Return the text of neighbours, as long as their stretch of the document is."""
    text, end = chunks[0].text, chunks[0].end
    for chunk in chunks[1:]:
        gap = chunk.start - end
        text += _GAPS[gap] + chunk.text if gap >= 0 else chunk.text[-gap:]
        end = chunk.end
    return text


def _address(url: str | None, chunk: Chunk) -> str | None:
    fragment = chunk.anchor or (f"page={chunk.page}" if chunk.page is not None else None)
    return f"{url.partition('#')[0]}#{fragment}" if url and fragment else url
