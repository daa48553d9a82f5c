"""The texts of a batch that words are counted in: all of them, or as many as a page can wait for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.results import ResultRow, Results

READ_TEXTS = 20_000
"""Read for a page; shares of words are then right to 0.7 points. Reports read all texts."""
SEGMENTED_TEXTS = 5_000
"""Likewise of Vietnamese, whose words have to be told apart first, at about a thousand texts a second."""
PIECE_ROWS = 200
"""Rows read together when some are left out: from a hundred places, evenly over the file."""
_PROBED_ROWS = 200


@dataclass(frozen=True)
class TextRow:
    """A text with what was predicted from it."""

    text: str
    class_: str | None


def text_columns(results: Results) -> list[str]:
    """Return the inputs that hold texts."""
    return [column.name for column in results.columns if column.is_text]


def chosen_column(results: Results, asked: str | None) -> str:
    """Return the column whose words are counted: the one asked for, or the one with the longest texts."""
    names = text_columns(results)
    if not names:
        raise Invalid("This model reads no text, so there are no words to count.", hint="Look at the charts instead.")
    if asked and asked not in names:
        message = f"{asked!r} is no text of this batch."
        raise Invalid(message, hint=f"Texts: {', '.join(names)}.", fields=[FieldError(("column",), message)])
    if asked or len(names) == 1:
        return asked or names[0]
    _, rows = results.rows(limit=_PROBED_ROWS)
    return max(names, key=lambda name: sum(len(str(row.inputs[name] or "")) for row in rows))


def read_texts(
    results: Results, column: str, filters: RowFilters, *, at_most: int = READ_TEXTS
) -> tuple[int, list[TextRow]]:
    """Return how many rows the filters let through, and the texts of at most so many of them, spread evenly."""
    total, rows = stream_texts(results, column, filters, at_most=at_most)
    return total, list(rows)


def stream_texts(results: Results, column: str, filters: RowFilters, *, at_most: int) -> tuple[int, Iterator[TextRow]]:
    """Return the same, with the texts one after the other."""
    filters = replace(filters, sort="row", descending=False)
    total, first = results.rows(filters, limit=PIECE_ROWS)

    def pieces() -> Iterator[TextRow]:
        yield from _texts(first, column)
        for offset in _offsets(total, at_most):
            yield from _texts(results.rows(filters, offset=offset, limit=PIECE_ROWS)[1], column)

    return total, pieces()


def _offsets(total: int, at_most: int) -> list[int]:
    """Return where the pieces behind the first begin."""
    n_pieces = -(-min(total, at_most) // PIECE_ROWS)
    if total <= at_most:
        return [piece * PIECE_ROWS for piece in range(1, n_pieces)]
    return [piece * (total - PIECE_ROWS) // (n_pieces - 1) for piece in range(1, n_pieces)]


def _texts(rows: Sequence[ResultRow], column: str) -> Iterator[TextRow]:
    for row in rows:
        text = row.inputs.get(column)
        if isinstance(text, str) and text.strip():
            yield TextRow(text, row.prediction if isinstance(row.prediction, str) else None)
