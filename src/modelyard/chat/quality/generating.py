"""Test questions made from chunks, the chunk as truth: by rules that need no LLM, and which chunks are taken."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from modelyard.chat.answering.sentences import sentences
from modelyard.chat.counting import words_in
from modelyard.chat.quality.questions import KnownQuestion

FEWEST_WORDS = 25
"""A chunk with fewer says too little to be asked about."""
LONGEST_SUBJECT = 6
"""Words of what a definition is about."""
LONGEST_HEADING = 14


@dataclass(frozen=True)
class SourceChunk:
    """A chunk that a question may be made from."""

    document_key: str
    title: str
    headings: tuple[str, ...]
    text: str
    language: str | None
    begins_section: bool
    """Whether it is the first one under its heading."""


_OPENERS = frozenset({
    "if", "when", "while", "because", "since", "although", "as", "in", "on", "at", "for", "by", "with", "to", "from",
    "note", "after", "before", "once", "unless", "where", "that", "this", "these", "those", "there", "here", "it",
    "its", "they", "he", "she", "we", "you", "one", "such", "other", "another", "some", "any", "each", "all", "both",
    "many", "most", "what", "which", "who", "how", "why", "and", "or", "but", "so", "then", "thus", "also",
    "however", "only", "even", "just", "no", "not", "per", "same",
})  # fmt: skip
"""Words that a subject does not begin with, and pronouns that point out of the sentence."""
_POINTERS = frozenset({
    "this", "that", "these", "those", "it", "its", "they", "their", "which", "who", "such", "you", "your", "we",
    "our", "following", "above",
})  # fmt: skip
_DEFINITION = re.compile(
    r"(?P<article>(?:an?|the)\s+)?(?P<subject>[^\W\d_][^.,:;()\[\]\n]*?)\s+(?P<verb>is|are)\s+(?:an?|the)\s+\w+.*[.!]",
    re.IGNORECASE,
)
_DEFINITION_VI = re.compile(
    r"(?P<subject>[^\W\d_][^.,:;()\[\]\n]*?)\s+là\s+(?:một|những|các|loại|công cụ|quá trình)\b.*[.!]"
)
_OPENERS_VI = frozenset({
    "đây", "đó", "nó", "này", "nếu", "khi", "vì", "do", "tuy", "trong", "trên", "với", "để", "từ", "sau", "trước",
    "chúng", "họ", "điều", "việc", "ngoài",
})  # fmt: skip
_HOW_TO = re.compile(r"how\s+to\s+(?P<rest>\w.*)", re.IGNORECASE)
_HOW_TO_VI = re.compile(r"(?:cách|hướng dẫn)\s+(?P<rest>\w.*)", re.IGNORECASE)


def made_by_rule(chunk: SourceChunk) -> Iterator[KnownQuestion]:
    """Yield the questions that a chunk itself says it answers: from its heading, and from sentences that define.

    English and Vietnamese; of other languages headings that are questions.
    """
    if chunk.begins_section and (asked := _asked_by_heading(chunk)):
        yield KnownQuestion(question=asked, document_key=chunk.document_key, quote=chunk.text.strip())
    for span in sentences(chunk.text):
        sentence = chunk.text[span.start : span.end]
        asked = _asked_by_definition(sentence, chunk.language)
        if asked:
            yield KnownQuestion(question=asked, answer=sentence, document_key=chunk.document_key, quote=sentence)


def _asked_by_heading(chunk: SourceChunk) -> str | None:
    heading = chunk.headings[-1].strip() if chunk.headings else ""
    if not 2 <= len(heading.split()) <= LONGEST_HEADING:
        return None
    if heading.endswith("?"):
        return heading
    if found := _HOW_TO.fullmatch(heading):
        return f"How do I {_small(found['rest'])}?"
    if chunk.language == "vi" and (found := _HOW_TO_VI.fullmatch(heading)):
        return f"Làm thế nào để {_small(found['rest'])}?"
    return None


def _asked_by_definition(sentence: str, language: str | None) -> str | None:
    if language == "vi":
        found = _DEFINITION_VI.fullmatch(sentence)
        return f"{found['subject']} là gì?" if found and _is_subject(found["subject"], _OPENERS_VI) else None
    found = _DEFINITION.fullmatch(sentence) if language in ("en", None) else None
    if not found or not _is_subject(found["subject"], _OPENERS):
        return None
    article = (found["article"] or "").strip().lower()
    subject = " ".join(filter(None, [article, found["subject"] if not article else _small(found["subject"])]))
    return f"What {found['verb'].lower()} {subject}?"


def _is_subject(subject: str, openers: frozenset[str]) -> bool:
    words = [word.lower() for word in subject.split()]
    return len(words) <= LONGEST_SUBJECT and words[0] not in openers and not _POINTERS.intersection(words)


def _small(text: str) -> str:
    """Return a text that begins small, unless its first word is a name or an abbreviation."""
    first = text.split()[0]
    return text if any(sign.isupper() for sign in first[1:]) else text[0].lower() + text[1:]


def in_turn(chunks: Iterable[SourceChunk], *, seed: int = 0) -> list[SourceChunk]:
    """Return the chunks that say enough in an order that takes each document in turn, by chance within each."""
    generator = random.Random(seed)
    by_document: dict[str, list[SourceChunk]] = defaultdict(list)
    for chunk in chunks:
        if words_in(chunk.text) >= FEWEST_WORDS:
            by_document[chunk.document_key].append(chunk)
    piles = [by_document[key] for key in sorted(by_document)]
    for pile in piles:
        generator.shuffle(pile)
    generator.shuffle(piles)
    longest = max(map(len, piles), default=0)
    return [pile[place] for place in range(longest) for pile in piles if place < len(pile)]


def by_rules(chunks: Sequence[SourceChunk], n: int, *, known: Iterable[str] = ()) -> list[KnownQuestion]:
    """Return up to `n` questions that the rules make, one of a chunk; `known` questions are not made again."""
    asked = {question.casefold() for question in known}
    found: list[KnownQuestion] = []
    for chunk in chunks:
        if len(found) >= n:
            break
        made = next((each for each in made_by_rule(chunk) if each.question.casefold() not in asked), None)
        if made is not None:
            asked.add(made.question.casefold())
            found.append(made)
    return found
