"""Passages as an LLM is shown them."""

from collections.abc import Sequence
from functools import lru_cache

from modelyard.data.words.languages import language_of
from modelyard.llm.found import FoundPassage

KEPT = 1024
"""Texts whose language is kept in mind."""


def numbered(passages: Sequence[FoundPassage]) -> str:
    """Return the passages under the numbers that they are cited by: [1], [2] …"""
    return "\n\n".join(f"[{number}] {_heading(each)}\n{each.text}" for number, each in enumerate(passages, start=1))


@lru_cache(maxsize=KEPT)
def language_in(text: str) -> str | None:
    """Return the language of a passage; the same passages are read again and again."""
    return language_of(text)


def _heading(passage: FoundPassage) -> str:
    return " › ".join(dict.fromkeys(part for part in (passage.title, *passage.headings) if part))
