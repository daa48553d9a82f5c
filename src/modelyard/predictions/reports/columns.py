"""Rows of a report as a table: which columns it has, how wide they are, and what their cells say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modelyard.predictions.percents import percent
from modelyard.predictions.reports.content import Example

WIDE_CHARACTERS = 16
"""Cells up to so long get the room they need; columns of longer ones a share of the page, so that the text has some."""
WIDE_SHARE = 0.18
_NUMBER = re.compile(r"-?[\d,]+(\.\d+)?(e[+-]\d+)?|not predicted|–")


@dataclass(frozen=True)
class RowTable:
    """A table of rows; `shares` has for each column its share of the width, or None for what its cells need."""

    head: tuple[str, ...]
    is_number: tuple[bool, ...]
    shares: tuple[float | None, ...]
    examples: Sequence[Example]
    keys: tuple[str, ...]

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield what the cells of each row say."""
        for each in self.examples:
            told = {
                "row": f"{each.row:,}",
                "text": each.text,
                "label": each.label,
                "prediction": each.prediction,
                "confidence": "–" if each.confidence is None else percent(each.confidence, 0),
            }
            yield tuple(told[key] for key in self.keys)


def row_table(title: str, examples: Sequence[Example], *, with_prediction: bool, is_even: bool = False) -> RowTable:
    """Return the rows as a table; nobody needs a column of labels or confidences that is empty.

    Tables below each other are `is_even`: their columns are as wide whatever stands in them.
    """
    heads = {"row": "Row", "text": title, "label": "Label", "prediction": "Predicted", "confidence": "Confidence"}
    if not any(each.label for each in examples):
        del heads["label"]
    if not with_prediction:
        del heads["prediction"]
    if all(each.confidence is None for each in examples):
        del heads["confidence"]
    numbers = {"row", "confidence"} | ({"prediction"} if all(map(_is_number, examples)) else set())
    shares = {
        "label": WIDE_SHARE if is_even else _share(each.label for each in examples),
        "prediction": _share(each.prediction for each in examples),
    }
    return RowTable(
        head=tuple(heads.values()),
        is_number=tuple(key in numbers for key in heads),
        shares=tuple(1.0 if key == "text" else shares.get(key) for key in heads),
        examples=examples,
        keys=tuple(heads),
    )


def _is_number(example: Example) -> bool:
    return example.confidence is None and _NUMBER.fullmatch(example.prediction) is not None


def _share(cells: Iterator[str]) -> float | None:
    return WIDE_SHARE if max(map(len, cells), default=0) > WIDE_CHARACTERS else None
