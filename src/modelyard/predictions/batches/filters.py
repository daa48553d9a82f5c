"""Which rows of a batch's results are wanted, and in which order; as SQL."""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

Sort = Literal["row", "prediction", "confidence"]


@dataclass(frozen=True)
class RowFilters:
    """Everything that is not said lets every row through.

    `search` is found anywhere in a text, whatever its case and diacritics. `rows`: only rows of these numbers.
    """

    search: str = ""
    class_: str | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    label: str | None = None
    only: Literal["all", "unsure", "failed"] = "all"
    rows: tuple[int, ...] | None = None
    sort: Sort = "row"
    descending: bool = False


@dataclass(frozen=True)
class Where:
    """The part of a query behind SELECT: tables and conditions, with their parameters."""

    tables: str
    conditions: tuple[str, ...]
    parameters: tuple[Any, ...]

    @property
    def sql(self) -> str:
        """The clause from FROM on."""
        chosen = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        return f"FROM {self.tables}{chosen}"


def folded(text: str) -> str:
    """Return the text without what a search overlooks: capital letters and diacritics."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.category(letter).startswith("M")).replace("đ", "d")


def where(filters: RowFilters, *, label: str | None, has_texts: bool) -> Where:
    """Return the filters as SQL; `label` is what rows without a label of their own have."""
    # A plus sign keeps SQLite from an index that would give the rows in another order than the one wanted.
    confidence = "r.confidence" if filters.sort == "confidence" else "+r.confidence"
    tables = "rows r"
    found: list[tuple[str, Any]] = []
    if filters.search.strip():
        tables = f"rows r JOIN {'texts t' if has_texts else 'cells t'} ON t.row = r.row"
        column = "t.folded" if has_texts else "lower(t.inputs)"
        found.append((f"instr({column}, ?) > 0", folded(filters.search.strip())))
    if filters.class_ is not None:
        found.append(("r.class = (SELECT code FROM classes WHERE name = ?)", filters.class_))
    if filters.min_confidence is not None:
        found.append((f"{confidence} >= ?", filters.min_confidence))
    if filters.max_confidence is not None:
        found.append((f"{confidence} <= ?", filters.max_confidence))
    if filters.label is not None:
        own = "r.label = (SELECT code FROM labels WHERE name = ?)"
        found.append((f"({own} OR r.label IS NULL)" if filters.label == label else own, filters.label))
    if filters.rows is not None:
        found.append(("r.row IN (SELECT value FROM json_each(?))", json.dumps(filters.rows)))
    conditions = [text for text, _ in found]
    if filters.only != "all":
        conditions.append("r.is_sure = 0" if filters.only == "unsure" else "r.is_failed = 1")
    return Where(tables, tuple(conditions), tuple(value for _, value in found))


def order(filters: RowFilters, *, has_classes: bool) -> str:
    """Return the ORDER BY clause; rows without a prediction come last."""
    column = {"row": None, "prediction": "r.class" if has_classes else "r.number", "confidence": "r.confidence"}
    wanted = column[filters.sort]
    direction = "DESC" if filters.descending else "ASC"
    first = f"{wanted} {direction} NULLS LAST, " if wanted else ""
    return f"ORDER BY {first}r.row {direction}"
