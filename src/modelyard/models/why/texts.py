"""Words of the texts in a row: where the terms that a node made of them stand, and the text without each of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.data.frames import Table
from modelyard.models.chain import Chain

if TYPE_CHECKING:
    import polars as pl

MAX_PARTS = 40
"""Parts of a text that are left out one at a time; the words of a longer text are taken together."""
MAX_READ = 20_000
"""Characters of a text in which terms are looked for and words left out; what follows counts with its column."""
_WORD = re.compile(r"\S+")

Place = tuple[str, int, int]
"""What stands there, and from where to where in the text."""


@dataclass(frozen=True)
class Terms:
    """Features that stand for terms of one text column; `places[row][feature]` says where in that row's text."""

    column: str
    features: frozenset[str]
    places: list[Mapping[str, list[Place]]]


def terms_of(chain: Chain, frame: "pl.DataFrame") -> list[Terms]:
    """Return the terms that nodes make of the texts of raw rows; texts that were changed before are left out."""
    found: list[Terms] = []
    table = Table(frame, chain.schema)
    for node, learned in chain.steps:
        for name, features in node.term_columns(learned).items():
            if name not in frame.columns or not table.frame.get_column(name).equals(frame.get_column(name)):
                continue
            texts = [(text or "")[:MAX_READ] for text in frame.get_column(name).to_list()]
            found.append(Terms(name, frozenset(features), [node.term_places(text, learned, name) for text in texts]))
        table = node.apply(table, learned)
    return found


def parts_of(text: str) -> list[Place]:
    """Return the words of a text, several as one when there are more than MAX_PARTS."""
    words = [match.span() for match in _WORD.finditer(text[:MAX_READ])]
    size = max(1, -(-len(words) // MAX_PARTS))
    ends = [(words[at][0], words[min(at + size, len(words)) - 1][1]) for at in range(0, len(words), size)]
    return [(text[start:end], start, end) for start, end in ends]


def without_each(row: "pl.DataFrame", column: str, parts: list[Place]) -> "pl.DataFrame":
    """Return the one row once for each part of its text, without it."""
    import polars as pl

    text = row.get_column(column).item()
    texts = [f"{text[:start]} {text[end:]}" for _, start, end in parts]
    return row[[0] * len(parts)].with_columns(pl.Series(column, texts, dtype=row.schema[column]))
