"""Where the terms of a text stand in it: the same terms that scikit-learn's analyser makes of it, with their places."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator

from modelyard.data.words.segment import composed, vietnamese_words

Place = tuple[str, int, int]
"""What stands there, and from where to where in the text, in code points."""
_WORD = re.compile(r"\b\w\w+\b")
_TOKEN = re.compile(r"\S+")


def word_places(
    text: str, lengths: tuple[int, int], *, is_segmented: bool, lower_case: bool, stop_words: Collection[str]
) -> dict[str, list[Place]]:
    """Return each term of neighbouring words with the places where it stands."""
    tokens = [
        (_cased(token, lower_case), start, end)
        for token, start, end in (_segmented(text) if is_segmented else _found(_WORD, text))
    ]
    tokens = [token for token in tokens if token[0] not in stop_words]
    found: dict[str, list[Place]] = defaultdict(list)
    for length in range(lengths[0], lengths[1] + 1):
        for at in range(len(tokens) - length + 1):
            some = tokens[at : at + length]
            term = " ".join(token for token, _, _ in some)
            found[term].append((term.replace("_", " "), some[0][1], some[-1][2]))
    return found


def piece_places(text: str, lengths: tuple[int, int], *, lower_case: bool) -> dict[str, list[Place]]:
    """Return each piece of a word with the words in which it stands; a word has a space before and after it."""
    found: dict[str, list[Place]] = defaultdict(list)
    for token, start, end in _found(_TOKEN, text):
        word = _cased(token, lower_case)
        for piece in _pieces(f" {word} ", lengths):
            found[piece].append((word, start, end))
    return found


def _pieces(word: str, lengths: tuple[int, int]) -> Iterator[str]:
    for length in range(lengths[0], lengths[1] + 1):
        yield from (word[at : at + length] for at in range(max(1, len(word) - length + 1)))
        if length >= len(word):
            return  # a short word is counted once, as scikit-learn does


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Place]:
    whole = composed(text)
    yield from ((match.group(), *whole.span(*match.span())) for match in pattern.finditer(whole.text))


def _segmented(text: str) -> Iterator[Place]:
    words = ((word.text.replace(" ", "_"), word.start, word.end) for word in vietnamese_words(text))
    yield from (word for word in words if len(word[0]) > 1)


def _cased(token: str, lower_case: bool) -> str:
    return token.lower() if lower_case else token
