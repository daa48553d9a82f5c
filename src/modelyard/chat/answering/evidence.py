"""How strongly passages speak for an answer, looked at sentence by sentence."""

import re
from dataclasses import replace

from modelyard.chat.answering.support import best_support, stems_of, telling_words
from modelyard.chat.languages import language_of
from modelyard.chat.passages import Retrieved

LOOKED_AT = 3
"""Passages that are read for it, the best ones."""
_MEASURES = re.compile(
    r"\bhow (?:long|many|much|often|far|old|big|large|fast)\b|\bbao (?:nhiêu|lâu|giờ|xa)\b", re.IGNORECASE
)
"""They ask for a number; no answer says them."""


def weighed(retrieved: Retrieved) -> Retrieved:
    """Return it with the share of the question's words that a few sentences in a row hold (`told_together`).

    Words that are told here and there in a passage say little; together they nearly always answer. On XQuAD, where
    every other paragraph of an article is left out, this feature alone tells what is answerable with an AUC of 0.94,
    the scores of retrieval without it with 0.94, all of them with 0.96. None where the question is in another language.
    """
    language = retrieved.language
    passages = retrieved.passages[:LOOKED_AT]
    if passages and _is_foreign(language, language_of(passages[0].text)):
        return replace(retrieved, evidence=replace(retrieved.evidence, told_together=None))
    asked = telling_words(_MEASURES.sub(" ", retrieved.searched_for), language)
    best = 0.0
    for passage in passages:
        in_title = stems_of(telling_words(passage.title, language))
        words = [word for word in asked if word.stem not in in_title] or asked
        if words:
            best = max(best, best_support(words, passage.text, language).share)
    return replace(retrieved, evidence=replace(retrieved.evidence, told_together=best))


def _is_foreign(language: str | None, other: str | None) -> bool:
    return language is not None and other is not None and language != other
