"""How strongly passages speak for an answer, looked at sentence by sentence."""

from collections.abc import Iterator
from dataclasses import replace

from modelyard.chat.answering.kept_texts import kept_text
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.passages import Passage, Retrieved
from modelyard.chat.retrieving.measures import without_measures
from modelyard.data.words.languages import language_of
from modelyard.data.words.support import Word, best_support, stems_in, stems_of, telling_words
from modelyard.kernel.artifacts import ArtifactStore

LOOKED_AT = 3
"""Passages that are read for it, the best ones."""


def weighed(retrieved: Retrieved, artifacts: ArtifactStore) -> Retrieved:
    """Return it with the share of the question's words that a few sentences in a row hold (`told_together`).

    Words that are told here and there in a passage say little; together they nearly always answer. What a section's
    heading says is told with each of its sentences: below `What is in the box` a list says only `four batteries`. On
    XQuAD, where every other paragraph of an article is left out, this feature alone tells what is answerable with an
    AUC of 0.93, the scores of retrieval without it with 0.93, all of them with 0.95. None where the question is in
    another language.
    """
    language = retrieved.language
    passages = retrieved.passages[:LOOKED_AT]
    if passages and _is_foreign(language, language_of(passages[0].text)):
        return replace(retrieved, evidence=replace(retrieved.evidence, told_together=None))
    asked = _asked(retrieved, language)
    best = 0.0
    for passage in passages:
        in_title = stems_of(telling_words(passage.title, language))
        words = [word for word in asked if word.stem not in in_title] or asked
        for heading, text in _sections(passage, kept_text(artifacts, passage.text_hash)) if words else ():
            above = stems_of(telling_words(heading, language))
            best = max(best, best_support(words, text, language, above=above).share)
    return replace(retrieved, evidence=replace(retrieved.evidence, told_together=best))


def _asked(retrieved: Retrieved, language: str | None) -> list[Word]:
    """Return the words of the question; a name that half of the passages have is what they are all about.

    It then counts no more than another word (abstention on XQuAD: recall 0.83 without that, 0.84 with it).
    """
    asked = telling_words(without_measures(retrieved.searched_for), language)
    if not any(word.is_hard for word in asked):
        return asked
    held = [stems_in(passage.text, language) for passage in retrieved.passages]
    common = max(2.0, len(held) / 2)
    return [Word(word.stem, word.is_hard and sum(word.stem in stems for stems in held) < common) for word in asked]


def _sections(passage: Passage, document: ParsedDocument | None) -> Iterator[tuple[str, str]]:
    """Yield the parts of a passage that stand under one heading, each with that heading."""
    heading = passage.headings[-1] if passage.headings else ""
    start = passage.start
    for block in document.blocks if document else ():
        if block.kind == "heading" and passage.start <= block.start < passage.end:
            if passage.text[: block.start - passage.start].strip():
                yield heading, passage.text[start - passage.start : block.start - passage.start]
            heading, start = document.text[block.start : block.end] if document else "", block.start
    yield heading, passage.text[start - passage.start :]


def _is_foreign(language: str | None, other: str | None) -> bool:
    return language is not None and other is not None and language != other
