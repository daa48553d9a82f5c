"""The node that makes one number of several."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt, taken_names
from modelyard.workflows.nodes._new_columns import (
    NUMBER,
    any_missing,
    number_column,
    number_matrix,
    ordered_code,
    series_of,
)

if TYPE_CHECKING:
    from modelyard.workflows.nodes._new_columns import Matrix

Operation = Literal["ratio", "difference", "sum", "mean", "product", "minimum", "maximum"]
_OF_TWO = ("ratio", "difference")
_OF_MANY = ("sum", "mean", "product", "minimum", "maximum")
_FUNCTIONS = {"sum": "sum", "mean": "mean", "product": "prod", "minimum": "min", "maximum": "max"}


class CombineColumns(Node):
    """Make one number of several: a ratio or difference of two, or a sum, mean, product, minimum or maximum of many.

    A ratio such as price per area says at once what an engine would otherwise need many splits for. The new column
    stands at the end; the columns it is made of stay. What comes out infinite or too large for a number is missing.

    Nothing is learned, so the node may stand before or after the split.
    """

    title: ClassVar[str] = "Combine columns"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "combine"
    telling: ClassVar[tuple[str, ...]] = ("operation", "name")

    kind: Literal["combine_columns"] = "combine_columns"
    operation: Operation = Parameter("sum", description="How the values of a row become one.")
    columns: tuple[str, ...] | None = Parameter(
        None,
        description="The columns to combine; empty means every number.",
        widget="columns",
        when={"operation": _OF_MANY},
    )
    first: str | None = Parameter(
        None, description="The column above the line, or from which is subtracted.", widget="column",
        when={"operation": _OF_TWO},
    )  # fmt: skip
    second: str | None = Parameter(
        None, description="The column below the line, or which is subtracted.", widget="column",
        when={"operation": _OF_TWO},
    )  # fmt: skip
    absolute: bool = Parameter(
        False, description="Take the difference without its sign.", when={"operation": ("difference",)}
    )
    zero: Literal["missing", "zero", "error"] = Parameter(
        "missing", description="What a ratio becomes whose second value is 0.", when={"operation": ("ratio",)}
    )
    missing: Literal["missing", "ignore"] = Parameter(
        "missing",
        description="With a missing value among them, the result is missing, or is that of the others.",
        when={"operation": _OF_MANY},
    )
    name: str | None = Parameter(
        None, description="The new column's name; empty means made of the operation.", min_length=1, max_length=200
    )

    @property
    def _is_of_two(self) -> bool:
        return self.operation in _OF_TWO

    def _sources(self, schema: Schema) -> list[Column]:
        if not self._is_of_two:
            return list(chosen(schema, self.columns, NUMBER))
        found = [schema.get(name) for name in (self.first, self.second) if name is not None]
        return [column for column in found if column is not None]

    def new_name(self) -> str:
        """Return the new column's name."""
        if self.name is not None:
            return self.name
        if self.operation == "ratio":
            return f"{self.first} / {self.second}"
        if self.operation == "difference":
            return f"|{self.first} - {self.second}|" if self.absolute else f"{self.first} - {self.second}"
        return self.operation if self.columns is None else f"{self.operation} of {', '.join(self.columns)}"

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """The columns must be there, be numbers and be enough; the new name must be free."""
        if self._is_of_two:
            found = [*self._one_problem(schema, "first"), *self._one_problem(schema, "second")]
            if not found and self.first == self.second:
                found.append(NodeProblem("Choose two different columns.", "second"))
        else:
            found = column_problems(schema, self.columns, NUMBER)
            if not found and len(self._sources(schema)) < 2:
                found.append(NodeProblem("Choose two columns or more to combine.", "columns"))
        return found or [NodeProblem(p.message, "name") for p in taken_names(schema, [self.new_name()])]

    def _one_problem(self, schema: Schema, field: Literal["first", "second"]) -> list[NodeProblem]:
        name = self.first if field == "first" else self.second
        if name is None:
            return [NodeProblem(f"Choose the {field} column.", field)]
        return [NodeProblem(found.message, field) for found in column_problems(schema, [name], NUMBER)]

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the new column at the end."""
        missing = any_missing(self._sources(schema)) if self.operation in ("mean", "minimum", "maximum") else None
        return rebuilt(schema, {}, [number_column(self.new_name(), missing)])

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the names of the columns; no value is looked at."""
        return {"columns": [column.name for column in self._sources(table.schema)]}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the new column at the end."""
        import numpy as np

        values = number_matrix(table.frame, learned["columns"])
        with np.errstate(all="ignore"):
            result = self._of_two(values[:, 0], values[:, 1]) if self._is_of_two else self._of_many(values)
        made = series_of(result.reshape(-1, 1), [self.new_name()])
        return Table(table.frame.with_columns(made), self.schema_after(table.schema), table.split)

    def _of_two(self, first: "Matrix", second: "Matrix") -> "Matrix":
        import numpy as np

        if self.operation == "difference":
            difference: Matrix = first - second
            return np.abs(difference) if self.absolute else difference
        is_zero = (second == 0) & ~np.isnan(first)
        if self.zero == "error" and is_zero.any():
            raise Invalid(
                f"{self.second!r} is 0 in {int(is_zero.sum()):,} rows, so {self.new_name()!r} has no value there.",
                hint="Choose another policy for zero in Combine columns.",
            )
        return np.where(is_zero, 0.0 if self.zero == "zero" else np.nan, first / np.where(is_zero, 1.0, second))

    def _of_many(self, values: "Matrix") -> "Matrix":
        import numpy as np

        if self.missing == "missing":
            result: Matrix = getattr(np, _FUNCTIONS[self.operation])(values, axis=1)
            return result
        present = ~np.isnan(values)
        neutral = {"sum": 0.0, "mean": 0.0, "product": 1.0, "minimum": np.inf, "maximum": -np.inf}[self.operation]
        filled = np.where(present, values, neutral)
        if self.operation == "mean":
            mean: Matrix = filled.sum(axis=1) / present.sum(axis=1)
            return mean
        combined = getattr(np, _FUNCTIONS[self.operation])(filled, axis=1)
        return np.where(present.any(axis=1), combined, np.nan)

    def code(self) -> str:
        """Use NumPy."""
        listed = repr([self.first, self.second]) if self._is_of_two else ordered_code(self.columns, NUMBER)
        lines = [f"values = numbers(frame, {listed})", 'with np.errstate(all="ignore"):']
        if self.operation == "difference":
            lines.append(f"    result = {'np.abs' if self.absolute else ''}(values[:, 0] - values[:, 1])")
        elif self.operation == "ratio":
            zero = "0.0" if self.zero == "zero" else "np.nan"
            lines.append("    first, second = values.T")
            lines.append(f"    result = np.where((second == 0) & ~np.isnan(first), {zero}, first / second)")
        elif self.missing == "missing":
            lines.append(f"    result = np.{_FUNCTIONS[self.operation]}(values, axis=1)")
        else:
            lines.append(f"    result = np.nan{_FUNCTIONS[self.operation]}(values, axis=1)")
            lines.append("result[np.isnan(values).all(axis=1)] = np.nan")
        return "\n".join(
            [
                *lines,
                "result[~np.isfinite(result)] = np.nan",
                f"frame = frame.with_columns(pl.Series({self.new_name()!r}, result, nan_to_null=True))",
                f"kinds[{self.new_name()!r}] = 'number'",
            ]
        )
