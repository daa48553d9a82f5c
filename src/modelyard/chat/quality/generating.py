"""Test questions made from chunks, the chunk as truth: by rules that need no LLM, and which chunks are taken."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from modelyard.chat.counting import words_in
from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.quality.questions import KnownQuestion
from modelyard.data.words.sentences import sentences

FEWEST_WORDS = 25
"""A chunk with fewer says too little to be asked about."""
LONGEST_SUBJECT = 6
"""Words of what a definition is about."""
LONGEST_HEADING = 14


LONGEST_SECTION = 2_400
"""Characters of a section that count as its beginning: what a question about it as a whole may be answered with."""


@dataclass(frozen=True)
class SourceChunk:
    """What a question may be made from: a chunk as it is indexed, or the beginning of a section."""

    document_key: str
    title: str
    headings: tuple[str, ...]
    text: str
    language: str | None
    begins_section: bool = False
    """Whether it is all that stands under its last heading, or the beginning of that."""


def sections_of(document_key: str, parsed: ParsedDocument) -> Iterator[SourceChunk]:
    """Yield what stands under each heading of a document, up to the next one of any level."""
    path: list[tuple[int, str]] = []
    body: list[Block] = []
    for block in (*parsed.blocks, None):
        if block is not None and block.kind != "heading":
            body.append(block)
            continue
        if body:
            text = parsed.text[body[0].start : _end_within(body, LONGEST_SECTION)]
            headings = tuple(name for _, name in path)
            yield SourceChunk(document_key, parsed.title, headings, text, parsed.language, begins_section=bool(path))
        if block is not None:
            level = block.level or 1
            path = [each for each in path if each[0] < level]
            path.append((level, parsed.text[block.start : block.end]))
        body = []


def _end_within(blocks: Sequence[Block], n_characters: int) -> int:
    """Return where the last block ends that still lies within so many characters; the first one always does."""
    within = [block.end for block in blocks if block.end - blocks[0].start <= n_characters]
    return within[-1] if within else blocks[0].end


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
    "our", "following", "above", "one", "ones", "same",
})  # fmt: skip
_DEFINITION = re.compile(
    r"(?P<article>(?:an?|the)\s+)?(?P<subject>[^\W\d_][^.,:;()\[\]\n]*?)\s+(?P<verb>is|are)\s+(?:an?|the)\s+"
    r"(?!(?:\w+\s+){0,2}\w+;)\w+.*[.!]",
    re.IGNORECASE,
)
_DEFINITION_VI = re.compile(
    r"(?P<subject>[^\W\d_][^.,:;()\[\]\n]*?)\s+là\s+(?:một|những|các|loại|công cụ|quá trình)\b.*[.!]"
)
_OPENERS_VI = frozenset({
    "đây", "đó", "nó", "này", "nếu", "khi", "vì", "do", "tuy", "trong", "trên", "với", "để", "từ", "sau", "trước",
    "chúng", "họ", "điều", "việc", "ngoài",
})  # fmt: skip
_NUMBER = re.compile(r"^(?:\d+[.)]|\d+(?:\.\d+)+)\s+")
_HOW_TO = re.compile(r"how\s+to\s+(?P<rest>\w.*)", re.IGNORECASE)
_HOW_TO_VI = re.compile(r"(?:cách|hướng dẫn)\s+(?P<rest>\w.*)", re.IGNORECASE)
_DONE = frozenset({
    "add", "allow", "build", "call", "change", "check", "choose", "clean", "clear", "compare", "compile", "configure",
    "connect", "convert", "copy", "create", "customize", "debug", "delete", "deploy", "disable", "download", "edit",
    "enable", "export", "find", "fix", "format", "import", "install", "join", "list", "load", "make", "manage",
    "measure", "merge", "migrate", "monitor", "mount", "move", "open", "pack", "print", "protect", "publish", "read",
    "reduce", "register", "remove", "rename", "replace", "report", "reset", "restart", "restore", "run", "save",
    "search", "secure", "select", "send", "set", "share", "sign", "sort", "start", "stop", "switch", "test", "train",
    "translate", "try", "turn", "undo", "uninstall", "unpack", "update", "upgrade", "upload", "use", "verify", "view",
    "watch", "write",
})  # fmt: skip
"""What a heading tells to do, so that it may be asked how."""


def _gerund(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb[:-1]}ing"
    doubles = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb) is not None
    return f"{verb}{verb[-1] if doubles else ''}ing"


_DOING = {_gerund(verb): verb for verb in _DONE}


def definition_of(chunk: SourceChunk) -> Iterator[KnownQuestion]:
    """Yield a question for each sentence that says what something is: English and Vietnamese."""
    for span in sentences(chunk.text):
        sentence = chunk.text[span.start : span.end]
        asked = _asked_by_definition(sentence, chunk)
        if asked:
            yield KnownQuestion(question=asked, answer=sentence, document_key=chunk.document_key, quote=sentence)


def task_of(chunk: SourceChunk) -> Iterator[KnownQuestion]:
    """Yield the question that a heading is, or answers by telling how something is done; the section is the truth."""
    if chunk.begins_section and (asked := _asked_by_heading(_heading(chunk), chunk.language)):
        yield _about(chunk, asked)


def subject_of(chunk: SourceChunk) -> Iterator[KnownQuestion]:
    """Yield what may be asked of any section: what the page says about its heading. English and Vietnamese."""
    heading = _heading(chunk)
    if not chunk.begins_section or len(chunk.headings) < 2 or not heading or heading.endswith("?"):
        return
    if chunk.language == "vi":
        yield _about(chunk, f"“{chunk.title}” nói gì về “{heading}”?")
    elif chunk.language in ("en", None):
        yield _about(chunk, f"What does “{chunk.title}” say about “{heading}”?")


RULES = (definition_of, task_of, subject_of)
"""From the most telling one on: the last asks in the words of the heading, which is easy to find."""


def _about(chunk: SourceChunk, asked: str) -> KnownQuestion:
    return KnownQuestion(question=asked, document_key=chunk.document_key, quote=chunk.text.strip())


def _heading(chunk: SourceChunk) -> str:
    heading = _NUMBER.sub("", chunk.headings[-1].strip()).rstrip(".:") if chunk.headings else ""
    words = heading.split()
    is_telling = 1 <= len(words) <= LONGEST_HEADING and not _POINTERS.intersection(heading.lower().split())
    return heading if is_telling and re.search(r"[^\W\d_]{3}", heading) else ""


def _asked_by_heading(heading: str, language: str | None) -> str | None:
    words = heading.split()
    if len(words) < 2:
        return None
    if heading.endswith("?"):
        return heading if len(words) > 2 else None
    if found := _HOW_TO.fullmatch(heading):
        return f"How do I {_small(found['rest'])}?"
    if language == "vi" and (found := _HOW_TO_VI.fullmatch(heading)):
        return f"Làm thế nào để {_small(found['rest'])}?"
    verb = _DOING.get(words[0].lower(), words[0].lower())
    return f"How do I {verb} {' '.join(words[1:])}?" if language in ("en", None) and verb in _DONE else None


def _asked_by_definition(sentence: str, chunk: SourceChunk) -> str | None:
    if chunk.language == "vi":
        found = _DEFINITION_VI.fullmatch(sentence)
        return f"{found['subject']} là gì?" if found and _is_subject(found["subject"], _OPENERS_VI) else None
    found = _DEFINITION.fullmatch(sentence) if chunk.language in ("en", None) else None
    if not found or not _is_subject(found["subject"], _OPENERS):
        return None
    article = (found["article"] or "").strip().lower()
    subject = found["subject"]
    first = subject.split()[0]
    if not article and re.search(rf"\b{re.escape(first.lower())}\b", chunk.text):
        subject = _small(subject)  # elsewhere it begins small: here it only begins the sentence
    return f"What {found['verb'].lower()} {' '.join(filter(None, [article, subject]))}?"


def _is_subject(subject: str, openers: frozenset[str]) -> bool:
    words = [word.lower() for word in subject.split()]
    return len(words) <= LONGEST_SUBJECT and words[0] not in openers and not _POINTERS.intersection(words)


def _small(text: str) -> str:
    """Return a text that begins small, unless its first word is a name in capitals or an abbreviation."""
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
    found: dict[int, KnownQuestion] = {}
    for rule in RULES:
        for place, chunk in enumerate(chunks):
            if len(found) >= n:
                break
            made = next((each for each in rule(chunk) if each.question.casefold() not in asked), None)
            if place not in found and made is not None:
                asked.add(made.question.casefold())
                found[place] = made
    return list(found.values())
