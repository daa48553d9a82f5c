"""Which columns a node works on, and what is wrong with the choice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.workflows.node import NodeProblem

if TYPE_CHECKING:
    import polars as pl

KIND_NAMES: dict[ColumnKind, str] = {
    "number": "a number",
    "category": "a category",
    "text": "text",
    "date": "a date",
    "id": "an identifier",
    "constant": "constant",
}


def chosen(schema: Schema, columns: Sequence[str] | None, kinds: Collection[ColumnKind]) -> tuple[Column, ...]:
    """Return the columns named, or every feature of these kinds when none are named."""
    if columns is None:
        return tuple(column for column in schema.features if column.kind in kinds)
    named = set(columns)
    return tuple(column for column in schema.columns if column.name in named)


def rebuilt(schema: Schema, changes: Mapping[str, Sequence[Column]], more: Iterable[Column] = ()) -> Schema:
    """Return the schema with columns replaced, each in its place, and more at the end; one pass over any number."""
    new = [item for column in schema.columns for item in changes.get(column.name, (column,))]
    return schema.model_copy(update={"columns": (*new, *more)})


def framed(series: "list[pl.Series]", n_rows: int) -> "pl.DataFrame":
    """Return the columns as a frame, which keeps its rows when there is no column."""
    import polars as pl

    return pl.DataFrame(series) if series else pl.DataFrame(height=n_rows)


def column_problems(
    schema: Schema, columns: Sequence[str] | None, kinds: Collection[ColumnKind], *, field: str = "columns"
) -> list[NodeProblem]:
    """Return a problem for each named column that is absent, is the target or is of another kind."""
    found: list[NodeProblem] = []
    known = {column.name: column for column in schema.columns}
    for index, name in enumerate(columns or ()):
        if message := _wrong(schema, name, known.get(name), kinds):
            found.append(NodeProblem(message, f"{field}.{index}"))
    return found


def _wrong(schema: Schema, name: str, column: Column | None, kinds: Collection[ColumnKind]) -> str | None:
    if column is None:
        return absent(schema, name)
    if name == schema.target:
        return f"{name!r} is the target; nodes change features only."
    if column.kind not in kinds:
        wanted = " or ".join(KIND_NAMES[kind] for kind in sorted(kinds))
        return f"{name!r} is {KIND_NAMES[column.kind]}; this node takes {wanted}."
    return None


def absent(schema: Schema, name: str) -> str:
    """Return the sentence for a column that does not reach the node, with the nearest name that does."""
    from difflib import get_close_matches

    near = get_close_matches(name, schema.names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"There is no column {name!r} here.{hint}"


def columns_code(columns: Sequence[str] | None, kinds: Collection[ColumnKind]) -> str:
    """Return the Python expression of the names that `chosen` gives, for exported code."""
    if columns is not None:
        return repr(list(columns))
    wanted = " or ".join(f"kinds[name] == {kind!r}" for kind in sorted(kinds))
    is_wanted = f"({wanted})" if len(kinds) > 1 else wanted
    return f"[name for name in frame.columns if {is_wanted} and name != target]"


def present_names(schema: Schema, columns: Sequence[str], *, field: str = "columns") -> list[NodeProblem]:
    """Return a problem for each named column that is absent, whatever its kind."""
    known = set(schema.names)
    return [
        NodeProblem(absent(schema, name), f"{field}.{index}") for index, name in enumerate(columns) if name not in known
    ]


def taken_names(schema: Schema, new: Iterable[str], *, besides: Collection[str] = ()) -> list[NodeProblem]:
    """Return a problem for each new column whose name is in use by a column that stays."""
    kept = set(schema.names) - set(besides)
    return [
        NodeProblem(f"The new column {name!r} has the name of a column that is already there; drop that one first.")
        for name in new
        if name in kept
    ]
