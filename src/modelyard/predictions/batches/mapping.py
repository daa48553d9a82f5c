"""Which column of a file each input of a model is read from: suggested by names, and by the length of texts."""

import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from modelyard.models.signature import Signature, SignatureInput

NEAR = 0.75
"""From this likeness of names on (difflib's ratio) a column is suggested."""

Columns = Mapping[str, float]
"""Columns of the file with the mean length of their texts, 0 for numbers."""


def suggested(signature: Signature, columns: Columns) -> dict[str, str | None]:
    """Return a column for each input where one is likely, the surest first; no column is taken twice."""
    found: dict[str, str | None] = {}
    for alike in (_same, _plainly_same, _near):
        for item in signature.inputs:
            left = [name for name in columns if name not in found.values()]
            if item.name not in found and (match := alike(item.name, left)) is not None:
                found[item.name] = match
    texts = [item for item in signature.inputs if item.dtype == "string"]
    if len(signature.inputs) == len(texts) == 1 and texts[0].name not in found:
        found[texts[0].name] = _longest(columns)
    return {item.name: found.get(item.name) for item in signature.inputs}


def is_known(cell: str, signature: Signature) -> bool:
    """Say whether the cell is the name of something that the model knows, as a header would have it."""
    names = [*(item.name for item in signature.inputs), *signature.ignored, signature.output.name]
    return any(plain(cell) == plain(name) for name in names if name)


def label_suggested(columns: Sequence[str], taken: Sequence[str | None]) -> str | None:
    """Return a column that is called as labels are, and that no input is read from."""
    names = {"label", "product", "campaign", "sanpham", "chiendich", "produkt", "kampagne", "producto", "produit"}
    return next((name for name in columns if plain(name) in names and name not in taken), None)


def plain(name: str) -> str:
    """Return the name without capitals, diacritics, spaces and punctuation."""
    apart = unicodedata.normalize("NFKD", name.casefold()).replace("đ", "d")
    return "".join(letter for letter in apart if letter.isalnum())


def unmapped(signature: Signature, mapping: Mapping[str, str | None]) -> list[SignatureInput]:
    """Return the inputs that are read from no column."""
    return [item for item in signature.inputs if mapping.get(item.name) is None]


def _same(name: str, columns: Sequence[str]) -> str | None:
    return name if name in columns else None


def _plainly_same(name: str, columns: Sequence[str]) -> str | None:
    wanted = plain(name)
    return next((column for column in columns if wanted and plain(column) == wanted), None)


def _near(name: str, columns: Sequence[str]) -> str | None:
    wanted = plain(name)
    likeness = {column: _likeness(wanted, plain(column)) for column in columns}
    best = max(likeness, key=lambda column: likeness[column], default=None)
    return best if best is not None and likeness[best] >= NEAR else None


def _likeness(wanted: str, given: str) -> float:
    if not wanted or not given or _digits(wanted) != _digits(given):
        return 0.0  # x1 is not x2
    if min(len(wanted), len(given)) >= 4 and (wanted in given or given in wanted):
        return 0.9
    return SequenceMatcher(None, wanted, given).ratio()


def _digits(name: str) -> str:
    return "".join(letter for letter in name if letter.isdigit())


def _longest(columns: Columns) -> str | None:
    longest = max(columns, key=lambda name: columns[name], default=None)
    return longest if longest is not None and columns[longest] > 0 else None
