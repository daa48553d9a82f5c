"""Words of Vietnamese texts, whose spaces stand between syllables: `sản phẩm tốt` is two words, not three.

The segmenter is the one of underthesea (a conditional random field learned from the VLSP 2013 corpus). Only its native
part is loaded; the model is a file in the package, so nothing is fetched.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from pickle import Unpickler, UnpicklingError
from typing import Any

from modelyard.kernel.errors import Unavailable

PACKAGES = ("underthesea", "underthesea_core")
MAX_CHARACTERS = 100_000
"""Of one text; what follows keeps a word per syllable. Segmenting them takes some seconds."""
MAX_SYLLABLES = 200
"""Segmented in one go: memory grows with them, and words do not reach that far."""
MAX_COMPOSED = 3
"""Characters that a composed one is made of where the last one is no mark: the parts of a Korean syllable."""
REMEMBERED_CLAUSES = 20_000
REMEMBERED_SYLLABLES = 12
"""Longer clauses are seldom said twice."""
_SYLLABLES = re.compile(r"\w+")
_MODEL = Path("pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727")


Span = tuple[int, int]


@dataclass(frozen=True)
class Word:
    """A word as it stands in a text: NFC, syllables parted by one space; `text[start:end]` is where it was found."""

    text: str
    start: int
    end: int


def is_installed() -> bool:
    """Say whether Vietnamese can be segmented here."""
    return all(find_spec(name) is not None for name in PACKAGES)


def vietnamese_words(text: str) -> list[Word]:
    """Return the words of a text in their order, with their places in the text as it was given; no punctuation.

    Diacritics are kept, and composed (NFC) first: the same letter may be written in several ways. Raises Unavailable
    when the segmenter is not installed.
    """
    whole = composed(text)
    return [
        Word(" ".join(whole.text[a:b] for a, b in syllables), *whole.span(syllables[0][0], syllables[-1][1]))
        for syllables in _segmented_spans(whole.text)
    ]


def segmented(texts: Iterable[str]) -> Iterator[str]:
    """Yield each text, NFC, with `_` between the syllables of a word; all else is as it was."""
    for text in texts:
        composed = unicodedata.normalize("NFC", text)
        pieces, done = [], 0
        for syllables in _segmented_spans(composed):
            for (_, end), (start, _) in pairwise(syllables):
                pieces += [composed[done:end], "_"]
                done = start
        yield "".join([*pieces, composed[done:]])


def _segmented_spans(text: str) -> Iterator[list[Span]]:
    """Yield for each word the places of its syllables."""
    for clause in _clauses(text):
        starts = _remembered if len(clause) <= REMEMBERED_SYLLABLES else _word_starts
        starts_word = starts(tuple(text[start:end] for start, end in clause))
        word: list[Span] = []
        for span, is_start in zip(clause, starts_word, strict=True):
            if is_start and word:
                yield word
                word = []
            word.append(span)
        yield word


def _clauses(text: str) -> Iterator[list[Span]]:
    """Yield runs of syllables with nothing but white space between them: no word reaches over punctuation."""
    clause: list[Span] = []
    for found in _SYLLABLES.finditer(text):
        is_apart = bool(clause) and not text[clause[-1][1] : found.start()].isspace()
        if is_apart or len(clause) == MAX_SYLLABLES or (clause and found.end() > MAX_CHARACTERS):
            yield clause
            clause = []
        clause.append(found.span())
    if clause:
        yield clause


def _word_starts(syllables: tuple[str, ...]) -> tuple[bool, ...]:
    """Say for each syllable whether a word begins there."""
    if len(syllables) == 1:
        return (True,)
    featurizer, tagger = _segmenter()
    (features,) = featurizer.process([[[syllable] for syllable in syllables]])
    return (True, *(tag != "I-W" for tag in tagger.tag(features)[1:]))


_remembered = lru_cache(maxsize=REMEMBERED_CLAUSES)(_word_starts)


@cache
def _segmenter() -> tuple[Any, Any]:
    if not is_installed():
        raise Unavailable(
            "Vietnamese words cannot be told apart here: underthesea is not installed.",
            hint="pip install modelyard[vietnamese]",
        )
    core = import_module("underthesea_core")  # by name: only what segments needs it in its requirements
    spec = find_spec("underthesea")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / _MODEL
    tagger = core.CRFTagger()
    tagger.load(str(folder / "models.bin"))
    return core.CRFFeaturizer(_plain(folder / "features.bin"), _plain(folder / "dictionary.bin")), tagger


class _PlainOnly(Unpickler):
    """Reads lists and sets of text, and nothing that could run."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        raise UnpicklingError(f"{module_name}.{global_name} has no place in a list of words")


def _plain(path: Path) -> Any:
    with path.open("rb") as file:
        return _PlainOnly(file).load()


@dataclass(frozen=True)
class Composed:
    """A text in NFC, and where its parts stand in the text that was given."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    """For each letter of `text` the beginning and the end of what it was made of."""

    def span(self, start: int, end: int) -> Span:
        """Return the place, in the text given, of `text[start:end]`, which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def composed(text: str) -> Composed:
    """Return the text in NFC with the places of its letters."""
    if unicodedata.is_normalized("NFC", text):
        return Composed(text, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return Composed("".join(pieces), starts, ends)


def _clusters(text: str) -> Iterator[Span]:
    """Yield parts of the text that are composed by themselves: a letter with the marks that follow it."""
    start = 0
    for place in range(1, len(text)):
        before = text[max(start, place - MAX_COMPOSED) : place]
        pair = unicodedata.normalize("NFC", before + text[place])
        stands_alone = pair == unicodedata.normalize("NFC", before) + text[place]
        if not unicodedata.combining(text[place]) and stands_alone:
            yield start, place
            start = place
    yield start, len(text)
