"""Words counted in the texts of a batch, by predicted class."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from modelyard.data.words.clouds import CloudWord
from modelyard.data.words.counts import WordCounts
from modelyard.data.words.log_odds import CLEAR_Z, log_odds
from modelyard.data.words.stop_words import guess_language
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.results import Results
from modelyard.predictions.words.reading import PIECE_ROWS, READ_TEXTS, SEGMENTED_TEXTS, TextRow, read_texts

MAX_COUNTED = 8
"""Counts kept for the next question: a page asks for words, a picture and telling words of the same texts."""
_REST = "\n"
"""Stands for all words that are not looked at: no word holds a line break."""


@dataclass(frozen=True)
class Counted:
    """Words of some texts: of `n_texts` rows those that have a text, or of so many rows a sample."""

    counts: WordCounts
    by_class: Mapping[str, WordCounts]
    language: str | None
    n_texts: int
    is_sample: bool = False

    @property
    def told(self) -> str:
        """In which texts the words were counted, without a full stop."""
        read = f"{self.counts.n_texts:,}"
        if self.is_sample:
            return f"{read} of {self.n_texts:,} texts, spread evenly over the file"
        without = self.n_texts - self.counts.n_texts
        rows = "1 row has" if without == 1 else f"{without:,} rows have"
        return f"all {read} texts" + (f"; {rows} none" if without else "")


_known: "OrderedDict[tuple[object, ...], Counted]" = OrderedDict()
_turns: dict[tuple[object, ...], Lock] = {}
"""Who counts and who waits for it, by what is counted."""
_lock = Lock()


def count_words(results: Results, column: str, filters: RowFilters, *, language: str | None) -> Counted:
    """Return the words of the texts that the filters let through; the language is guessed when it is not given."""
    if filters.class_ is not None and filters.label is None and results.n_rows <= SEGMENTED_TEXTS:
        return _of_class(results, column, filters, language)
    key = (results.identity, column, filters, language)
    with _lock:
        turn = _turns.setdefault(key, Lock())
    with turn:  # a page asks for words, their picture and telling words at once: they are counted once
        with _lock:
            if key in _known:
                _known.move_to_end(key)
                return _known[key]
        found = _counted(results, column, filters, language)
        with _lock:
            _known[key] = found
            _turns.pop(key, None)
            while len(_known) > MAX_COUNTED:
                _known.popitem(last=False)
        return found


def _of_class(results: Results, column: str, filters: RowFilters, language: str | None) -> Counted:
    """Return the words of a class, which were counted together with those of all others."""
    whole = count_words(results, column, replace(filters, class_=None), language=language)
    name = filters.class_ or ""
    counts = whole.by_class.get(name, WordCounts())
    return Counted(counts, {name: counts}, whole.language, results.rows(filters, limit=1)[0])


def _counted(results: Results, column: str, filters: RowFilters, language: str | None) -> Counted:
    if language is None:
        language = guess_language(row.text for row in read_texts(results, column, filters, at_most=PIECE_ROWS)[1])
    most = SEGMENTED_TEXTS if language == "vi" else READ_TEXTS
    total, rows = read_texts(results, column, filters, at_most=most)
    return counted(rows, language=language, n_texts=total, is_sample=total > most)


def counted(rows: Sequence[TextRow], *, language: str | None, n_texts: int, is_sample: bool = False) -> Counted:
    """Return the words of these texts, all together and by class."""
    language = language or guess_language(row.text for row in rows)
    by_class: dict[str, WordCounts] = {}
    everything = WordCounts()
    add_texts(rows, everything, by_class, language=language)
    return Counted(everything, by_class, language, n_texts, is_sample)


def add_texts(
    rows: Iterable[TextRow], everything: WordCounts, by_class: dict[str, WordCounts], *, language: str | None
) -> None:
    """Count the words of more texts; a text is told into words once."""
    for row in rows:
        words = everything.add_text(row.text, language=language)
        if row.class_ is not None:
            by_class.setdefault(row.class_, WordCounts()).add_words(words)


def cloud_words(found: Counted, *, left_out: frozenset[str], limit: int) -> list[CloudWord]:
    """Return the most frequent words, each with the class that it is clearly oftener in than in the others."""
    frequent = found.counts.frequent(limit, left_out=left_out)
    of_class = telling_classes(found, [word for word, _ in frequent], left_out=left_out)
    return [CloudWord(word, n, of_class.get(word)) for word, n in frequent]


def telling_classes(found: Counted, words: Sequence[str], *, left_out: frozenset[str]) -> dict[str, str]:
    """Return for each word that tells one class from all others which class that is."""
    best: dict[str, tuple[float, str]] = {}
    whole = _condensed(found.counts, words, left_out)
    for name, counts in found.by_class.items() if len(found.by_class) > 1 else ():
        inside = _condensed(counts, words, left_out)
        outside = {word: n - inside.get(word, 0) for word, n in whole.items()}
        for each in log_odds(inside, outside):
            if each.word != _REST and each.z > max(CLEAR_Z, best.get(each.word, (0.0, ""))[0]):
                best[each.word] = each.z, name
    return {word: name for word, (_, name) in best.items()}


def _condensed(counts: WordCounts, words: Sequence[str], left_out: frozenset[str]) -> dict[str, int]:
    """Return the counts of some words, and of all others as one: the odds of the words are the same."""
    known = {word: counts.texts[word] for word in words}
    every = sum(n for word, n in counts.texts.items() if word not in left_out)
    return {**known, _REST: every - sum(known.values())}
