"""Which columns hold text, and their texts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.workflows.node import NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems
from modelyard.workflows.nodes._new_columns import nothing_chosen, ordered_code

if TYPE_CHECKING:
    import polars as pl

TEXT: frozenset[ColumnKind] = frozenset({"text"})
_ALLOWED: frozenset[ColumnKind] = frozenset({"text", "category", "id", "constant"})


def text_columns(schema: Schema, columns: Sequence[str] | None) -> list[Column]:
    """Return the columns named, or every text when none are named."""
    return list(chosen(schema, columns, TEXT))


def text_problems(schema: Schema, columns: Sequence[str] | None) -> list[NodeProblem]:
    """Return a problem for each named column that is not stored as text; short text is often taken for a category."""
    found = column_problems(schema, columns, _ALLOWED)
    for place, name in enumerate(columns or ()):
        column = schema.get(name)
        if not found and column is not None and column.dtype != "string":
            found.append(NodeProblem(f"{name!r} holds no text.", f"columns.{place}"))
    return found or nothing_chosen(schema, columns, TEXT)


def texts_of(frame: "pl.DataFrame", name: str) -> list[str]:
    """Return a column's texts, length n_rows, with letters and their marks composed (NFC); a missing one is empty."""
    import polars as pl

    return frame.get_column(name).cast(pl.String).str.normalize("NFC").fill_null("").to_list()


def composed_code(frame: str) -> str:
    """Return the Python expression of what `texts_of` gives for the column `name` of a frame, for exported code."""
    return f'{frame}[name].str.normalize("NFC").fill_null("").to_list()'


def texts_code(columns: Sequence[str] | None) -> str:
    """Return the Python expression of the names that `text_columns` gives, for exported code."""
    return ordered_code(columns, TEXT)
