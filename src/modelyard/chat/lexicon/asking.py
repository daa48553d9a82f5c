"""What a question asks for: its words, each in the forms that chunks may have it in."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.data.words.forms import spoken_words, without_marks
from modelyard.data.words.function_words import function_words
from modelyard.data.words.stemming import stem

MAX_WORDS = 200
"""Of a longer question (a selection with it, say) the first ones."""
MAX_LANGUAGES = 4


@dataclass(frozen=True)
class AskedWord:
    """A word of a question: the stems that it has in the languages of the question and of the documents."""

    forms: tuple[str, ...]
    bare: str | None
    """Set when it was typed without accents: chunks that have it with accents hold it as this."""
    tells: bool = True
    """Whether it says what is asked about; function words do not, and are only searched when there are no others."""


def asked_words(text: str, language: str | None, others: Sequence[str] = ()) -> list[AskedWord]:
    """Return the distinct words of a question without its function words; with them when it has no others.

    `language` is that of the question, `others` are those of the documents.
    """
    languages: list[str | None] = list(dict.fromkeys([*filter(None, [language]), *others]))
    left_out = function_words(language) if language else frozenset().union(*map(function_words, others))
    words = list(dict.fromkeys(spoken_words(text)))
    telling = [word for word in words if word not in left_out]
    chosen = (telling or words)[:MAX_WORDS]
    found = (_asked(word, languages[:MAX_LANGUAGES] or [None], tells=bool(telling)) for word in chosen)
    return list(dict.fromkeys(found))


def _asked(word: str, languages: Sequence[str | None], *, tells: bool) -> AskedWord:
    forms = tuple(sorted({stem(word, language) for language in languages}))
    is_bare = without_marks(word) == word
    return AskedWord(forms, bare=without_marks(forms[0]) if is_bare else None, tells=tells)
