"""How the values of a column were distributed in training, small enough to keep: what drift is measured against.

A number is kept as its extremes and quantile points with the counts between them, a category as its most frequent
values with their counts, a text as the words that most texts have, with how many texts have them, and quantile points
of its lengths. Words of Vietnamese are segmented where that can be done, and the profile says so: what is compared
with it must be cut in the same way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.data.frames import Table
from modelyard.data.words.segment import is_installed
from modelyard.data.words.stop_words import guess_language
from modelyard.data.words.tokens import words_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

MOST_BYTES = 40_000
"""Of all distributions of a model together, about; what there is room for is shared out by column."""
FEWEST_BYTES = 250
"""Of a column: with less it would say nothing, so that of very many columns the first ones are kept."""
MOST_POINTS, FEWEST_POINTS = 100, 10
LENGTH_POINTS = 20
DIGITS = 6
"""Kept of a number."""
MOST_VALUES = 50
"""Values listed of a category."""
MOST_WORDS = 300
LONGEST_VALUE = 100
MOST_TEXTS = 20_000
"""Texts whose words are counted, spread over all rows."""
READ_CHARACTERS = 5_000
"""Of each text: the same part of training texts and of later ones."""
SEGMENTED_CHARACTERS = 500_000
"""Of all texts of a column that has to be segmented, which takes some ten seconds."""


def distributions(raw: Table, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the distributions of these columns by name; dates and ids have none."""
    columns = [column for name in names if (column := raw.schema.get(name)) and column.kind not in ("date", "id")]
    columns = columns[: MOST_BYTES // FEWEST_BYTES]
    room = MOST_BYTES // max(len(columns), 1)
    found = {column.name: _distribution(column, raw.frame.get_column(column.name), room) for column in columns}
    return {name: kept for name, kept in found.items() if kept is not None}


def of_numbers(values: Iterable[float], n_points: int = MOST_POINTS) -> dict[str, Any]:
    """Return quantile points, the least value first and the largest last, and how many values are at most the first,
    above it and at most the second, and so on. The values are `rounded`: what is compared with them must be too.
    """
    import numpy as np

    numbers = np.sort(rounded(values))
    if not len(numbers):
        return {"points": [], "counts": []}
    points = np.unique(np.quantile(numbers, np.linspace(0, 1, n_points + 1), method="inverted_cdf"))
    reached = np.searchsorted(numbers, points, side="right")
    return {"points": points.tolist(), "counts": np.diff(reached, prepend=0).tolist()}


def rounded(values: Iterable[float]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return finite numbers with six digits, which are short to write down."""
    import numpy as np

    numbers = np.fromiter(values, dtype=float)
    size = np.log10(np.abs(numbers), out=np.zeros_like(numbers), where=numbers != 0)
    digits = np.clip(DIGITS - 1 - np.floor(size), -300, 300)
    up, down = 10.0 ** np.maximum(digits, 0), 10.0 ** np.maximum(-digits, 0)  # never below 1: a tenth is not exact
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = np.round(numbers * up / down) / up * down
    return found


def of_categories(values: Iterable[str], room: int = MOST_BYTES) -> dict[str, Any]:
    """Return the most frequent values with their counts, how many values there are, and how many came only once.

    The share of values that came once is what to expect of values never seen in new rows (Good and Turing).
    """
    counts = Counter(values)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    kept = list(_fitting(ranked[:MOST_VALUES], room))
    n_single = sum(n == 1 for n in counts.values())
    return {"values": kept, "n": counts.total(), "n_unique": len(counts), "n_single": n_single}


def of_texts(texts: Sequence[str], room: int = MOST_BYTES) -> dict[str, Any]:
    """Return the words that most texts have, each with how many have it, and the lengths in characters."""
    language = "vi" if is_installed() and guess_language(texts) == "vi" else None
    chosen = counted_texts(texts, language)
    counts = count_words(chosen, language)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    words = list(_fitting(ranked[:MOST_WORDS], room - 20 * LENGTH_POINTS))
    lengths = of_numbers(map(len, texts), LENGTH_POINTS)
    return {
        "words": words,
        "segmented": language,
        "n_texts": len(chosen),
        "has_all_words": len(words) == len(counts),
        "lengths": lengths,
    }


def counted_texts(texts: Sequence[str], language: str | None) -> Sequence[str]:
    """Return the texts whose words are counted, spread over all: fewer in a language that has to be segmented."""
    step = max(1, -(-len(texts) // MOST_TEXTS))
    if language is not None:
        n_characters = sum(min(len(text), READ_CHARACTERS) for text in texts)
        step = max(step, -(-n_characters // SEGMENTED_CHARACTERS))
    return texts[::step]


def count_words(texts: Iterable[str], language: str | None = None) -> Counter[str]:
    """Return for each word how many texts have it; `language` when its words have to be segmented."""
    return Counter(word for text in texts for word in set(words_of(text[:READ_CHARACTERS], language=language)))


def as_category(value: Any) -> str:
    """Return a value as it is counted: the same of a training cell and of a new one."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _distribution(column: Column, values: "pl.Series", room: int) -> dict[str, Any] | None:
    known = values.drop_nulls()
    if column.kind == "text":
        texts = known.cast(str).to_list()
        return {"of": "text", "n_missing": values.null_count(), **of_texts(texts, room)}
    if column.kind == "number" and column.dtype in ("integer", "float"):
        if known.dtype.is_float():
            known = known.filter(known.is_finite())
        n_points = min(max(room // 20, FEWEST_POINTS), MOST_POINTS)
        n_missing = len(values) - len(known)
        return {"of": "number", "n_missing": n_missing, **of_numbers(known.to_list(), n_points)}
    if column.dtype in ("date", "datetime"):
        return None
    named = map(as_category, known.to_list())
    return {"of": "category", "n_missing": values.null_count(), **of_categories(named, room)}


def _fitting(ranked: Iterable[tuple[str, int]], room: int) -> Iterator[list[Any]]:
    for value, n in ranked:
        if len(value) > LONGEST_VALUE:
            continue
        room -= len(value.encode("utf-8", "surrogatepass")) + len(str(n)) + 8
        if room < 0:
            return
        yield [value, n]
