"""The node that puts other values in the place of some."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import present_names, rebuilt
from modelyard.workflows.nodes._typed import Cell, is_typed, typed, typed_problems

if TYPE_CHECKING:
    import polars as pl


class Replacement(BaseModel):
    """A value, or a pattern, and what stands in its place afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    find: str = Field(
        description="The value to find, as it is shown; with `pattern` a regular expression.", max_length=500
    )
    replace_with: str | None = Field(
        None,
        description="What stands there instead; none makes it missing. With `pattern`, $1 is the first group.",
        max_length=500,
    )


class ReplaceValues(Node):
    """Put other values in the place of some: -999 becomes missing, "N.Y." becomes "New York".

    - `exact`: cells that are equal to the value, as numbers, dates, truth values or text after the type of each
      column. When no columns are chosen, every feature that can hold the value is searched.
    - `pattern`: a regular expression in text and text categories. Every match within a cell is replaced; when a match
      is to become missing, the whole cell does. The expression is matched in linear time (Rust syntax: no look-around
      and no back-references), so none can hang.

    All replacements look at the value as it came (`exact`), or one after another (`pattern`). Nothing is learned, so
    the node may stand before or after the split, and new rows are treated the same.
    """

    title: ClassVar[str] = "Replace values"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "replace"
    telling: ClassVar[tuple[str, ...]] = ("replacements", "columns")

    kind: Literal["replace_values"] = "replace_values"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to search; empty means every feature.", widget="columns"
    )
    method: Literal["exact", "pattern"] = Parameter("exact", description="Whole values, or a regular expression.")
    replacements: tuple[Replacement, ...] = Parameter(
        (), description="What is found, and what stands there instead.", max_length=1000
    )
    ignore_case: bool = Parameter(False, description="Whether capitals make no difference in text.")

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Columns must be there and hold such values; patterns must be sound."""
        found = present_names(schema, self.columns or ())
        for index, name in enumerate(self.columns or ()):
            found += self._column_problems(schema, schema.get(name), f"columns.{index}")
        if self.method == "pattern":
            found += [item for i, r in enumerate(self.replacements) for item in _pattern_problems(r, i)]
        if not self.replacements:
            found.append(NodeProblem("Nothing is replaced.", "replacements", "warning"))
        return found

    def _column_problems(self, schema: Schema, column: Column | None, path: str) -> list[NodeProblem]:
        if column is None:
            return []
        if column.name == schema.target:
            return [NodeProblem(f"{column.name!r} is the target; nodes change features only.", path)]
        if self.method == "pattern":
            is_text = column.dtype == "string"
            return [] if is_text else [NodeProblem(f"{column.name!r} is not text, so it has no patterns.", path)]
        return [
            NodeProblem(problem.message, f"replacements.{index}.{field}")
            for index, item in enumerate(self.replacements)
            for field, text in (("find", item.find), ("replace_with", item.replace_with))
            for problem in (typed_problems([text], column, field=path) if text is not None else [])
        ] + [
            NodeProblem(f"{column.name!r} holds whole numbers, and {item.replace_with} is none.", f"replacements.{i}")
            for i, item in enumerate(self.replacements)
            if not _fits(item, column)
        ]

    def _searched(self, schema: Schema) -> list[Column]:
        named = None if self.columns is None else set(self.columns)
        return [
            column
            for column in schema.features
            if (named is None or column.name in named) and self._replacements_for(column)
        ]

    def _replacements_for(self, column: Column) -> list[Replacement]:
        if self.method == "pattern":
            return list(self.replacements) if column.dtype == "string" else []
        return [item for item in self.replacements if _can_hold(item, column) and _fits(item, column)]

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema; what the values look like afterwards is not known yet."""
        return rebuilt(schema, {column.name: (self._changed(column),) for column in self._searched(schema)})

    def _changed(self, column: Column) -> Column:
        makes_missing = any(item.replace_with is None for item in self._replacements_for(column))
        unknown: dict[str, Any] = {"categories": (), "n_unique": None, "minimum": None, "maximum": None}
        return column.model_copy(update=unknown | ({"missing_fraction": None} if makes_missing else {}))

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the other values."""
        changed = [self._replaced(column) for column in self._searched(table.schema)]
        return Table(table.frame.with_columns(changed), self.schema_after(table.schema), table.split)

    def _replaced(self, column: Column) -> "pl.Expr":
        import polars as pl

        values = pl.col(column.name)
        if self.method == "pattern":
            return _by_pattern(values, self.replacements, "(?i)" if self.ignore_case else "")
        folds = self.ignore_case and column.dtype == "string"
        looked = values.str.to_lowercase() if folds else values
        result = values
        for item in reversed(self._replacements_for(column)):
            old = typed(item.find.lower() if folds else item.find, column.dtype)
            new: Cell | None = None if item.replace_with is None else typed(item.replace_with, column.dtype)
            result = pl.when(looked == pl.lit(old)).then(pl.lit(new)).otherwise(result)
        return result.alias(column.name)

    def code(self) -> str:
        """Replace with Polars."""
        names = "[c for c in frame.columns if c != target]" if self.columns is None else repr(list(self.columns))
        pairs = [(item.find, item.replace_with) for item in self.replacements]
        call = "replaced_patterns" if self.method == "pattern" else "replaced_values"
        return f"""for name in {names}:
    frame = frame.with_columns({call}(frame, name, {pairs!r}, ignore_case={self.ignore_case!r}))"""


def _by_pattern(values: "pl.Expr", replacements: tuple[Replacement, ...], flags: str) -> "pl.Expr":
    import polars as pl

    for item in replacements:
        pattern = flags + item.find
        if item.replace_with is None:
            values = pl.when(~values.str.contains(pattern)).then(values)
        else:
            values = values.str.replace_all(pattern, item.replace_with)
    return values


def _can_hold(item: Replacement, column: Column) -> bool:
    return is_typed(item.find, column.dtype) and (
        item.replace_with is None or is_typed(item.replace_with, column.dtype)
    )


def _fits(item: Replacement, column: Column) -> bool:
    """Whether the column need not change its storage; a text that is no number at all is another problem."""
    if column.dtype != "integer" or item.replace_with is None or not is_typed(item.replace_with, "integer"):
        return True
    return isinstance(typed(item.replace_with, "integer"), int)


def _pattern_problems(item: Replacement, index: int) -> list[NodeProblem]:
    """Let the engine that will match it read the pattern."""
    import polars as pl

    try:
        pl.Series([""]).str.contains(item.find)
    except pl.exceptions.ComputeError as error:
        lines = str(error).splitlines()
        reason = next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), lines[0])
        message = f"The pattern {item.find!r} cannot be read: {reason.rstrip('.')}."
        return [NodeProblem(message, f"replacements.{index}.find")]
    return []
