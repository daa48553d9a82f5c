"""The node that computes a column from what somebody typed."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, Dtype, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.expressions.code import Code
from modelyard.workflows.expressions.functions import Type
from modelyard.workflows.expressions.parser import Expression, parse
from modelyard.workflows.expressions.tokens import MAX_CHARACTERS, Wrong
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import rebuilt, taken_names

if TYPE_CHECKING:
    import polars as pl

_TYPES: dict[Dtype, Type] = {
    "integer": "number",
    "float": "number",
    "boolean": "truth",
    "string": "text",
    "date": "date",
    "datetime": "date",
}
_MADE: dict[Type, dict[str, Any]] = {
    "number": {"kind": "number", "dtype": "float"},
    "truth": {"kind": "category", "dtype": "boolean"},
    "text": {"kind": "category", "dtype": "string"},
    "date": {"kind": "date", "dtype": "datetime"},
}


class ExpressionNode(Node):
    """Compute a new column from an expression that you type, row by row.

    For example `price / area`, `if(age >= 18, 'adult', 'minor')`, `(arrival - departure) * 24`, `ln(income + 1)`,
    `colour in ('red', 'green') and not size is missing`. A column whose name is no plain word stands in double
    quotation marks ("living area"), a text in single ones.

    - Signs: `+ - * / % ^`, `= != < <= > >=`, `and or not`, `in (…)`, `is missing`, `is not missing`, brackets. `%` has
      the sign of what is divided by; `date - date` is days.
    - Numbers: abs, ceil, floor, round(x, digits), sign, sqrt, exp, ln, log2, log10, sin, cos, tan, min, max,
      number(text).
    - Text: length, lower, upper, trim, left, right, concat, replace, contains, starts_with, ends_with.
    - Dates: year, month, day, weekday (Monday is 1), hour, minute, date('2024-01-31').
    - Any: if(condition, then, otherwise), coalesce(first that is there, …), is_missing.

    All numbers are decimals. With a missing value the result is missing, but min and max take what is there, and `if`
    takes an unknown condition for false. What has no result is missing: divided by 0, the root or logarithm of a
    negative number, text that is no number, too large a number.

    An expression sees one row only, never the target: it cannot count rows, look at other rows, at the clock or at
    chance, so nothing leaks from the test rows, and the node may stand before or after the split. It is read by a
    grammar of its own and never run as Python.
    """

    title: ClassVar[str] = "Expression"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "calculator"
    telling: ClassVar[tuple[str, ...]] = ("name", "expression")

    kind: Literal["expression"] = "expression"
    name: str | None = Parameter(None, description="The new column's name.", max_length=200)
    expression: str | None = Parameter(None, description="What is computed.", max_length=MAX_CHARACTERS)

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """The expression must be readable and fit the columns; the name must be free."""
        if self._is_empty and not self.name:
            message = "Nothing is computed yet: give the new column a name and an expression."
            return [NodeProblem(message, "expression", "warning")]
        found = [NodeProblem(problem.message, "name") for problem in taken_names(schema, [self._new_name])]
        if not self._new_name.strip():
            found.append(NodeProblem("Give the new column a name.", "name"))
        try:
            self._parsed(schema)
        except Wrong as wrong:
            found.append(NodeProblem(wrong.message, "expression"))
        return found

    def _parsed(self, schema: Schema) -> Expression:
        found = parse(self.expression or "", {column.name: _TYPES[column.dtype] for column in schema.columns})
        if schema.target in found.reads:
            raise Wrong(f"{schema.target!r} is the target, which new rows do not have; an expression cannot read it.")
        return found

    @property
    def _is_empty(self) -> bool:
        return not (self.expression or "").strip()

    @property
    def _new_name(self) -> str:
        return self.name or ""

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the new column at the end."""
        if self._is_empty:
            return schema
        return rebuilt(schema, {}, [Column(name=self._new_name, **_MADE[self._parsed(schema).type])])

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the columns that are read; no value is looked at."""
        return {"columns": [] if self._is_empty else sorted(self._parsed(table.schema).reads)}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the new column at the end."""
        import polars as pl

        if self._is_empty:
            return table
        expression = self._parsed(table.schema)
        values = _typed(table.frame.select(learned["columns"]))
        made = values.with_columns(expression.build(pl).alias(RESULT)).get_column(RESULT).alias(self._new_name)
        if made.dtype.is_float():
            made = made.set(~made.is_finite(), None)
        return Table(table.frame.with_columns(made), self.schema_after(table.schema), table.split)

    def code_on(self, schema: Schema) -> str:
        """Write the expression as one of Polars."""
        if self._is_empty:
            return ""
        found = self._parsed(schema)
        lines = [
            f"values = decimals(frame, {sorted(found.reads)!r})",
            f"result = values.with_columns(({found.build(Code('pl'))}).alias({RESULT!r}))[{RESULT!r}]",
        ]
        if found.type == "number":
            lines.append("result = result.set(~result.is_finite(), None)")
        return "\n".join(
            [
                *lines,
                f"frame = frame.with_columns(result.alias({self._new_name!r}))",
                f"kinds[{self._new_name!r}] = {_MADE[found.type]['kind']!r}",
            ]
        )


RESULT = "modelyard_result"
"""The name under which the result stands beside the columns it was made of."""


def _typed(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return numbers as decimals (infinite counts as missing), categories as text, dates with a time of day."""
    import polars as pl

    def stored(values: pl.Series) -> pl.Series:
        if values.dtype.is_numeric():
            numbers = values.cast(pl.Float64)
            return numbers.set(~numbers.is_finite(), None)
        if values.dtype.is_temporal():
            return values.cast(pl.Datetime("us"))
        return values if values.dtype == pl.Boolean else values.cast(pl.String)

    return frame.select(stored(values) for values in frame)
