"""Whether an answer is held by what it cites, judged sentence by sentence without an LLM."""

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from modelyard.data.words.sentences import sentences
from modelyard.data.words.support import Word, share_held, stems_in, telling_words

FEWEST_WORDS = 2
"""Telling words that a sentence needs for it to claim anything."""
NO_CITATION = "the answer cites nothing"
NO_CLAIM = "no sentence of the answer has words that can be compared"
_MARKERS = re.compile(r"(?<!\s)\s*\[\d+\]")
_CODE = re.compile(r"```.*?(?:```|$)", re.DOTALL)


class Support(BaseModel):
    """How many sentences of an answer are held by what they cite; none at all with the reason why."""

    model_config = ConfigDict(frozen=True)

    n_sentences: int = 0
    n_supported: int = 0
    unsupported: tuple[str, ...] = ()
    why_not: str | None = None


def support_of(
    answer: str, cited: Sequence[str], *, language: str | None, at_least: float, fewest_words: int = FEWEST_WORDS
) -> Support:
    """Return how many sentences of an answer are held by the cited passages together.

    A sentence is held when the passages have `at_least` (0-1) of its words without stop-words, by their stems, and
    every one of its numbers. One with less than `fewest_words` such words claims nothing. Code is left out: it is
    compared letter by letter, by `quotes_verified`.
    """
    if not cited:
        return Support(why_not=NO_CITATION)
    held = frozenset[str]().union(*(stems_in(text, language) for text in cited))
    plain = _MARKERS.sub("", _CODE.sub("\n", answer))
    claims = {plain[span.start : span.end]: None for span in sentences(plain)}
    weighed = {claim: words for claim in claims if len(words := telling_words(claim, language)) >= fewest_words}
    if not weighed:
        return Support(why_not=NO_CLAIM)
    unsupported = tuple(claim for claim, words in weighed.items() if not is_held(words, held, at_least=at_least))
    n = len(weighed)
    return Support(n_sentences=n, n_supported=n - len(unsupported), unsupported=unsupported[:20])


def is_held(claim: Sequence[Word], held: frozenset[str], *, at_least: float) -> bool:
    """Return whether so much of a claim's words is among `held`, and every one of its numbers."""
    has_numbers = all(word.stem in held for word in claim if word.stem[0].isdigit())
    return has_numbers and share_held(claim, held) >= at_least
