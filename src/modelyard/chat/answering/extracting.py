"""Answers without an LLM: the sentences, lists and code of the best passages, word for word."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modelyard.chat.answering.citations import Citation, Citations, Ground
from modelyard.chat.answering.matching import Span
from modelyard.chat.answering.sentences import sentences
from modelyard.chat.answering.support import stems_of, telling_words
from modelyard.chat.parsed import BlockKind

MOST_EXCERPTS = 3
LOOKED_AT = 4
"""Passages that excerpts are taken from, the best ones."""
ALSO_FROM = 0.72
"""A further excerpt must be worth at least this share of the best one."""
LONGEST_WHOLE = 2_500
"""Characters of a list, a table or code that is given whole."""
HEADING_WEIGHT = 0.5
"""What a word of the question in the headings above counts, against one in the text itself."""
FEWEST_HELD = 0.15
"""Share of the question's words; a sentence that holds fewer was not found by its words."""
OPENING = 4
"""Sentences of the best passage that are given when none can be chosen."""
ADDED_WEIGHT = 0.35
"""What a word counts that the conversation added to the question: it says where to look and not what for."""
PLACE_WEIGHT = 0.25
"""What the rank of the passage counts beside the words."""
_WHOLE: frozenset[BlockKind] = frozenset({"list", "table", "code"})
_MARK = re.compile(r"\[(\d{1,3})\]")
_HOW = re.compile(r"\b(?:how|steps?|install|set ?up|run|command|example|cách|làm sao|thế nào|ví dụ|cài|lệnh)\b", re.I)
_HOW_MANY = re.compile(
    r"\b(?:when|how (?:many|much|long|old|often|far)|which port|what year|bao nhiêu|khi nào|năm)\b", re.I
)


@dataclass(frozen=True)
class _Unit:
    """Something that can be quoted: a sentence or a whole block, in a passage's characters."""

    ground: Ground
    span: Span
    kind: BlockKind
    place: int
    """The number of its block within the passage."""
    stems: frozenset[str]
    above: frozenset[str]
    """Words of the title and headings."""
    has_number: bool


def extracts(question: str, whole: str, grounds: Sequence[Ground], language: str | None) -> Iterator[str | Citation]:
    """Yield the excerpts, each after its citation; `whole` is the question as it was searched, made whole."""
    units = [unit for ground in grounds[:LOOKED_AT] for unit in _units(ground, language)]
    scores = _scores(question, whole, units, language)
    runs = list(_runs(_chosen(units, scores), units, question)) if scores else _opening(units)
    citations, is_first = Citations(), True
    for ground, first, last in runs:
        span = Span(first.span.start, last.span.end)
        citation, is_new = citations.cite(ground, span)
        if not is_new:
            continue
        shown = _shown(ground, span)
        yield citation
        yield ("" if is_first else "\n\n") + shown + ("\n" if shown.endswith("```") else " ") + f"[{citation.n}]"
        is_first = False


def _units(ground: Ground, language: str | None) -> Iterator[_Unit]:
    passage = ground.passage
    above = stems_of(telling_words(" ".join((passage.title, *passage.headings)), language))
    for place, (span, kind) in enumerate(_blocks(ground)):
        parts = [span] if kind in _WHOLE else [part.moved(span.start) for part in sentences(_text(ground, span))]
        for part in parts:
            words = telling_words(_text(ground, part), language)
            has_number = any(word.stem[:1].isdigit() for word in words)
            yield _Unit(ground, part, kind, place, stems_of(words), above, has_number)


def _blocks(ground: Ground) -> Iterator[tuple[Span, BlockKind]]:
    """Yield the blocks of the passage but for headings; without their kinds, what empty lines part."""
    passage = ground.passage
    known = ground.document.blocks if ground.document else ()
    found = [block for block in known if block.start < passage.end and block.end > passage.start]
    for block in found:
        if block.kind != "heading":
            start, end = max(block.start, passage.start), min(block.end, passage.end)
            yield Span(start - passage.start, end - passage.start), block.kind
    if not found:
        for part in re.finditer(r"\S(?:.*\S)?(?:\n(?!\s*\n).*\S)*", passage.text):
            yield Span(part.start(), part.end()), "paragraph"


def _scores(question: str, whole: str, units: Sequence[_Unit], language: str | None) -> list[float]:
    """Return for each unit the share of the question's words that it holds, rare words counting more.

    Nothing when none holds enough to be told from the others: the question is in another language, or in other words.
    """
    own = stems_of(telling_words(question, language))
    asked = own | stems_of(telling_words(whole, language))
    n_with = Counter(stem for unit in units for stem in asked & unit.stems)
    weight = {
        stem: math.log(1 + (len(units) + 1) / (n_with[stem] + 0.5)) * (1.0 if stem in own else ADDED_WEIGHT)
        for stem in sorted(asked)
    }
    total = sum(weight.values()) or 1.0
    found: list[float] = []
    for unit in units:
        held = sum(weight[stem] for stem in asked & unit.stems) / total
        told_above = sum(weight[stem] for stem in (asked & unit.above) - unit.stems) / total
        score = held + HEADING_WEIGHT * told_above + PLACE_WEIGHT * unit.ground.passage.score
        score += 0.15 if _HOW.search(question) and unit.kind in _WHOLE else 0.0
        score += 0.1 if unit.has_number and _HOW_MANY.search(question) else 0.0
        found.append(score if len(unit.stems) >= 2 or unit.kind in _WHOLE else score * 0.3)
    most_held = max((sum(weight[stem] for stem in own & unit.stems) / total for unit in units), default=0.0)
    return found if most_held >= FEWEST_HELD and not _is_foreign(units, language) else []


def _is_foreign(units: Sequence[_Unit], language: str | None) -> bool:
    other = units[0].ground.language if units else None
    return language is not None and other is not None and other != language


def _opening(units: Sequence[_Unit]) -> list[tuple[Ground, _Unit, _Unit]]:
    """Return the beginning of the best passage: what it is about is in another language or in other words."""
    first = [unit for unit in units if unit.ground is units[0].ground][:OPENING]
    return [(first[0].ground, first[0], first[-1])] if first else []


def _chosen(units: Sequence[_Unit], scores: Sequence[float]) -> list[int]:
    """Return the best units, the best first; what comes after it must be nearly as good."""
    ranked = sorted(range(len(units)), key=lambda i: -scores[i])[:MOST_EXCERPTS]
    return [i for i in ranked if scores[i] >= ALSO_FROM * scores[ranked[0]]]


def _runs(chosen: Sequence[int], units: Sequence[_Unit], question: str) -> Iterator[tuple[Ground, _Unit, _Unit]]:
    """Yield what is quoted: each unit with what it leads to, or what leads to it."""
    taken: set[int] = set()
    for i in chosen:
        if i in taken:
            continue
        first = last = i
        if _is_beside(units, i - 1, i) and units[i].kind in _WHOLE and _leads(units[i - 1]):
            first = i - 1
        while _is_beside(units, last, last + 1) and (
            _leads(units[last]) or (_HOW.search(question) and units[last + 1].kind in _WHOLE)
        ):
            last += 1
        taken.update(range(first, last + 1))
        yield units[i].ground, units[first], units[last]


def _is_beside(units: Sequence[_Unit], i: int, j: int) -> bool:
    if i < 0 or j >= len(units) or units[i].ground is not units[j].ground:
        return False
    return units[j].span.end - units[i].span.start <= LONGEST_WHOLE


def _leads(unit: _Unit) -> bool:
    return unit.kind not in _WHOLE and _text(unit.ground, unit.span).endswith(":")


def _shown(ground: Ground, span: Span) -> str:
    """Return the excerpt as Markdown: code in a fence, other text so that none of it is markup."""
    parts: list[str] = []
    for part, kind in _blocks(ground):
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


def _text(ground: Ground, span: Span) -> str:
    return ground.passage.text[span.start : span.end]
