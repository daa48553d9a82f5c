"""Whether an answer is held by what it cites, judged sentence by sentence without an LLM."""

import re
from collections.abc import Sequence

from modelyard.chat.answering.sentences import sentences
from modelyard.chat.answering.support import share_held, stems_of, telling_words
from modelyard.chat.quality.results import Support

FEWEST_WORDS = 2
"""Telling words that a sentence needs for it to claim anything."""
NO_CITATION = "the answer cites nothing"
NO_CLAIM = "no sentence of the answer has words that can be compared"
_MARKERS = re.compile(r"\s*\[\d+\]")
_CODE = re.compile(r"```.*?(?:```|$)", re.DOTALL)


def support_of(answer: str, cited: Sequence[str], *, language: str | None, at_least: float) -> Support:
    """Return how many sentences of an answer are held by the cited passages together.

    A sentence is held when the passages have `at_least` (0-1) of its words without stop-words, by their stems, and
    every one of its numbers. Code is left out: it is compared letter by letter, by `quotes_verified`.
    """
    if not cited:
        return Support(why_not=NO_CITATION)
    held = stems_of(word for text in cited for word in telling_words(text, language))
    plain = _MARKERS.sub("", _CODE.sub("\n", answer))
    claims = {plain[span.start : span.end]: None for span in sentences(plain)}
    weighed = {claim: words for claim in claims if len(words := telling_words(claim, language)) >= FEWEST_WORDS}
    if not weighed:
        return Support(why_not=NO_CLAIM)
    unsupported = tuple(
        claim
        for claim, words in weighed.items()
        if share_held(words, held) < at_least or any(word.stem[0].isdigit() and word.stem not in held for word in words)
    )
    n = len(weighed)
    return Support(n_sentences=n, n_supported=n - len(unsupported), unsupported=unsupported[:20])
