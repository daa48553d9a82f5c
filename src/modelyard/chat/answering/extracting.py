"""Answers without an LLM: the sentences, lists and code of the best passages, word for word."""

import re
from collections.abc import Iterator, Sequence

from modelyard.chat.answering.citations import Citation, Citations, Ground
from modelyard.chat.answering.units import WHOLE, Bearing, Unit, asks_how, bearings, blocks_of, units_of
from modelyard.data.words.matching import Span

MOST_EXCERPTS = 3
LOOKED_AT = 4
"""Passages that excerpts are taken from, the best ones."""
WORSE_BY = 0.1
"""A further excerpt may be worth that much less than the best one. On XQuAD 70 % of what is cited then touches the
answer, and 87 % of the answers hold it; with twice as much 61 % and 90 %, with none 76 % and 83 %."""
ALSO_HELD = 0.6
"""And it must itself hold at least this share of the question's words that the best one does."""
HEADING_ASKS = 0.6
"""Share of the question's words in a heading from which on its section is about just this question."""
LONGEST_WHOLE = 2_500
"""Characters of a list, a table or code that is given whole."""
OPENING = 4
"""Sentences of a section or passage that are given when none can be chosen."""
_MARK = re.compile(r"\[(\d{1,3})\]")
_Run = tuple[Unit, Unit]
"""The first and the last unit of what is quoted."""


def extracts(question: str, whole: str, grounds: Sequence[Ground], language: str | None) -> Iterator[str | Citation]:
    """Yield the excerpts, each after its citation; `whole` is the question as it was searched, made whole."""
    units = [unit for ground in grounds[:LOOKED_AT] for unit in units_of(ground, language)]
    citations, is_first = Citations(), True
    for first, last in _quoted(question, units, bearings(question, whole, units, language)):
        ground, span = first.ground, Span(first.span.start, last.span.end)
        citation, is_new = citations.cite(ground, span)
        if not is_new:
            continue
        shown = _shown(ground, span)
        yield citation
        yield ("" if is_first else "\n\n") + shown + ("\n" if shown.endswith("```") else " ") + f"[{citation.n}]"
        is_first = False


def _quoted(question: str, units: Sequence[Unit], found: Sequence[Bearing]) -> Iterator[_Run]:
    if not found:
        yield from _opening(units, 0)
        return
    best = max(range(len(units)), key=lambda i: found[i].score)
    section = _section_asked(question, found, best)
    if section is not None:
        yield from _opening(units, section)
        return
    yield from _runs(_chosen(found), units, question)


def _section_asked(question: str, found: Sequence[Bearing], best: int) -> int | None:
    """Return the first unit of the section whose heading asks the question, where that says more than a sentence.

    `How do I connect to the network?` is answered below `Connecting to the network`, in sentences that say neither.
    """
    place = max(range(len(found)), key=lambda i: (found[i].in_heading, -i))
    in_heading = found[place].in_heading
    is_told = found[best].held > 0 if not asks_how(question) else found[best].held > in_heading
    return place if in_heading >= HEADING_ASKS and not is_told else None


def _opening(units: Sequence[Unit], first: int) -> Iterator[_Run]:
    """Yield the beginning of a section or of a passage, to the end of the first list or code where one comes soon."""
    if not units:
        return
    last = first
    for i in range(first + 1, min(first + OPENING, len(units))):
        if units[last].kind in WHOLE or not _is_beside(units, first, i):
            break
        last = i
    yield units[first], units[last]


def _chosen(found: Sequence[Bearing]) -> list[int]:
    """Return the best units, the best first; what comes after it must bear on the question nearly as well.

    Where many do, the words of the question do not tell them apart, and the best one is given alone.
    """
    ranked = sorted(range(len(found)), key=lambda i: -found[i].score)
    best = found[ranked[0]]
    near = [i for i in ranked if found[i].score >= best.score - WORSE_BY and found[i].held >= ALSO_HELD * best.held]
    return near if 1 < len(near) <= MOST_EXCERPTS else ranked[:1]


def _runs(chosen: Sequence[int], units: Sequence[Unit], question: str) -> Iterator[_Run]:
    """Yield what is quoted: each unit with what it leads to, or what leads to it."""
    taken: set[int] = set()
    for i in chosen:
        if i in taken:
            continue
        first = last = i
        if _is_beside(units, i - 1, i) and units[i].kind in WHOLE and _leads(units[i - 1]):
            first = i - 1
        while _is_beside(units, last, last + 1) and (
            _leads(units[last]) or (asks_how(question) and units[last + 1].kind in WHOLE)
        ):
            last += 1
        taken.update(range(first, last + 1))
        yield units[first], units[last]


def _is_beside(units: Sequence[Unit], i: int, j: int) -> bool:
    if i < 0 or j >= len(units) or units[i].ground is not units[j].ground or units[i].heading != units[j].heading:
        return False
    return units[j].span.end - units[i].span.start <= LONGEST_WHOLE


def _leads(unit: Unit) -> bool:
    return unit.kind not in WHOLE and unit.text.endswith(":")


def _shown(ground: Ground, span: Span) -> str:
    """Return the excerpt as Markdown: code in a fence, other text so that none of it is markup."""
    parts: list[str] = []
    for part, kind, _ in blocks_of(ground):
        start, end = max(part.start, span.start), min(part.end, span.end)
        if start < end:
            text = ground.passage.text[start:end]
            parts.append(fenced(text) if kind == "code" else plain(text).strip())
    return "\n\n".join(parts)


def fenced(code: str) -> str:
    """Return code in a fence that nothing in it can close."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    body = code.strip("\n")
    return f"{fence}\n{body}\n{fence}"


def plain(text: str) -> str:
    """Return a document's words so that no link, image, element or mark of citation can come of them."""
    text = _MARK.sub(r"(\1)", text)
    return text.replace("![", "! [").replace("](", "] (").replace("<", "‹").replace("]:", "] :")
