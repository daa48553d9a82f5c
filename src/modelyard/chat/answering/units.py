"""What of passages can be quoted: sentences, lists, tables and code, and how well each bears on a question."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from modelyard.chat.answering.citations import Ground
from modelyard.chat.parsed import BlockKind
from modelyard.chat.retrieving.measures import without_measures
from modelyard.data.words.matching import Span
from modelyard.data.words.sentences import sentences
from modelyard.data.words.support import stems_of, telling_words

HEADING_WEIGHT = 0.5
"""What a word of the question in the headings above counts, against one in the text itself."""
FEWEST_HELD = 0.15
"""Share of the question's words; a sentence that holds fewer was not found by its words."""
ADDED_WEIGHT = 0.35
"""What a word counts that the conversation added to the question: it says where to look and not what for."""
PLACE_WEIGHT = 1.0
"""What the score of the passage counts beside the words: with 0.25 more lines of passages far behind were quoted."""
LATER_WEIGHT = 0.002
"""What each place further down in a passage costs: of sentences that say as much the first introduces it."""
LONGER_HEADING = 0.1
"""What each word of a heading costs that the question does not have: it is about something narrower."""
SAYS_LITTLE = 0.3
"""What is left of the worth of one that says nothing beside the words of the question."""
WHOLE: frozenset[BlockKind] = frozenset({"list", "table", "code"})
_HOW = re.compile(r"\b(?:how|steps?|install|set ?up|run|command|example|cách|làm sao|thế nào|ví dụ|cài|lệnh)\b", re.I)
_DEFINES = re.compile(
    r"(?:\([^()]{1,80}\)\W*)?,?\s*(?:is|are|was|were|means?|refers? to|stands? for|provides?|allows?|là|nghĩa là)\b",
    re.I,
)
"""What follows a name where a sentence says what it is."""
_WHAT_IS = re.compile(r"^\s*(?:what|who) (?:is|are|was|were|does)\b|\blà gì\b", re.I)
_HOW_MANY = re.compile(
    r"\b(?:when|how (?:many|much|long|old|often|far|deep|high|tall|fast)|which port|what year"
    r"|bao nhiêu|khi nào|năm)\b",
    re.I,
)


@dataclass(frozen=True)
class Unit:
    """Something that can be quoted: a sentence or a whole block, in a passage's characters."""

    ground: Ground
    span: Span
    kind: BlockKind
    place: int
    """Its number within the passage, from 0."""
    stems: frozenset[str]
    heading: str
    """The one right above it."""
    above: frozenset[str]
    """Words of the title and headings."""
    has_number: bool

    @property
    def text(self) -> str:
        """The words themselves."""
        return self.ground.passage.text[self.span.start : self.span.end]


@dataclass(frozen=True)
class Bearing:
    """How well a unit bears on a question: the shares of its words, 0-1, and all that speaks for it together."""

    held: float
    """In the unit itself."""
    in_heading: float
    """In the heading right above it."""
    score: float


def units_of(ground: Ground, language: str | None) -> Iterator[Unit]:
    """Yield what a passage holds, in its order."""
    passage = ground.passage
    around = stems_of(telling_words(" ".join((passage.title, *passage.headings)), language))
    places = count()
    for span, kind, heading in blocks_of(ground):
        above = around | stems_of(telling_words(heading, language))
        text = passage.text[span.start : span.end]
        for part in [span] if kind in WHOLE else [part.moved(span.start) for part in sentences(text)]:
            words = telling_words(passage.text[part.start : part.end], language)
            has_number = any(word.stem[:1].isdigit() for word in words)
            yield Unit(ground, part, kind, next(places), stems_of(words), heading, above, has_number)


def blocks_of(ground: Ground) -> Iterator[tuple[Span, BlockKind, str]]:
    """Yield the blocks of the passage with the heading above each; without their kinds, what empty lines part."""
    passage = ground.passage
    known = ground.document.blocks if ground.document else ()
    found = [block for block in known if block.start < passage.end and block.end > passage.start]
    heading = passage.headings[-1] if passage.headings else ""
    for block in found:
        start, end = max(block.start, passage.start) - passage.start, min(block.end, passage.end) - passage.start
        if block.kind == "heading":
            heading = passage.text[start:end]
        else:
            yield Span(start, end), block.kind, heading
    if not found:
        for part in re.finditer(r"\S(?:.*\S)?(?:\n(?!\s*\n).*\S)*", passage.text):
            yield Span(part.start(), part.end()), "paragraph", heading


def bearings(question: str, whole: str, units: Sequence[Unit], language: str | None) -> list[Bearing]:
    """Return for each unit how well it bears on the question, rare words counting more; `whole` is it as searched.

    Nothing when no unit can be told from the others: the question is in another language, or in other words.
    """
    own = stems_of(telling_words(question, language))
    asked = own | stems_of(telling_words(whole, language))
    n_with = Counter(stem for unit in units for stem in asked & unit.stems)
    weight = {
        stem: math.log(1 + (len(units) + 1) / (n_with[stem] + 0.5)) * (1.0 if stem in own else ADDED_WEIGHT)
        for stem in sorted(asked)
    }
    total = sum(weight.values()) or 1.0

    def share(words: frozenset[str]) -> float:
        return sum(weight[stem] for stem in sorted(words)) / total

    found, most = [], 0.0
    for unit in units:
        held = share(asked & unit.stems)
        heading = stems_of(telling_words(unit.heading, language))
        in_heading = share(own & heading) / (1 + LONGER_HEADING * len(heading - own))
        score = (
            held + HEADING_WEIGHT * share((asked & unit.above) - unit.stems) + _beside(question, own, unit, language)
        )
        found.append(Bearing(held, in_heading, score if _says_more(unit, own) else score * SAYS_LITTLE))
        most = max(most, share(own & unit.stems), in_heading)
    return found if most >= FEWEST_HELD and not _is_foreign(units, language) else []


def asks_how(question: str) -> bool:
    """Say whether it asks for steps or an example; `how many` does not."""
    return _HOW.search(without_measures(question)) is not None


def _beside(question: str, own: frozenset[str], unit: Unit, language: str | None) -> float:
    """Return what speaks for a unit beside its words: where it stands, and that it is of the kind that was asked."""
    place = PLACE_WEIGHT * unit.ground.passage.score - LATER_WEIGHT * min(unit.place, 20)
    defines = 0.2 if _WHAT_IS.search(question) and _is_defined(own, unit, language) else 0.0
    steps = 0.15 if asks_how(question) and unit.kind in WHOLE else 0.0
    number = 0.1 if unit.has_number and _HOW_MANY.search(question) else 0.0
    return place + defines + steps + number


def _says_more(unit: Unit, own: frozenset[str]) -> bool:
    """Say whether a sentence says anything beside the words of the question; a term of a glossary does not."""
    return unit.kind in WHOLE or (len(unit.stems) >= 2 and not unit.stems <= own)


def _is_defined(own: frozenset[str], unit: Unit, language: str | None) -> bool:
    """Say whether the sentence begins with what is asked about and goes on with what it is."""
    found = _DEFINES.search(unit.text, 0, 160)
    subject = stems_of(telling_words(unit.text[: found.start()], language)) if found else frozenset()
    return bool(subject) and own <= subject and len(subject) <= len(own) + 1


def _is_foreign(units: Sequence[Unit], language: str | None) -> bool:
    other = units[0].ground.language if units else None
    return language is not None and other is not None and language != other
