"""Why a text got its class: how the class's score changes when each word is left out."""

import re
from collections.abc import Sequence
from typing import Any

from modelyard.models.engine import TextReasons
from modelyard.models.transformers.loop import CHARACTERS_PER_TOKEN, Reader, encode, probabilities

MAX_PARTS = 64
"""Parts of a text that are left out one at a time; the words of a longer text are taken together."""
METHOD = (
    "Occlusion: the change of the class's log-odds when the word is left out (Li, Monroe & Jurafsky 2016, "
    "arXiv:1612.08220). Approximate: words act together, so the changes do not add up to the score."
)
_WORD = re.compile(r"\S+")


def reasons(
    network: Any, reader: Reader, text: str, classes: Sequence[str], batch_size: int, of: str | None = None
) -> TextReasons:
    """Return why the text got its most probable class, or what speaks for the class `of`."""
    import numpy as np

    text = text[: CHARACTERS_PER_TOKEN * reader.max_tokens]
    spans = _parts(text)
    variants = [text, "", *(f"{text[:start]} {text[stop:]}" for start, stop in spans)]
    found = probabilities(network, reader, encode(reader, variants), batch_size)
    place = int(found[0].argmax()) if of is None else list(classes).index(of)
    own = np.clip(found[:, place], 1e-12, 1 - 1e-12)
    odds = np.log(own) - np.log1p(-own)
    words = tuple((text[start:stop], float(odds[0] - odd)) for (start, stop), odd in zip(spans, odds[2:], strict=True))
    return TextReasons(classes[place], float(odds[1]), float(odds[0]), words, METHOD)


def _parts(text: str) -> list[tuple[int, int]]:
    """Return where each word begins and ends; several words are one part when there are more than MAX_PARTS."""
    words = [match.span() for match in _WORD.finditer(text)]
    size = max(1, -(-len(words) // MAX_PARTS))
    return [(words[at][0], words[min(at + size, len(words)) - 1][1]) for at in range(0, len(words), size)]
