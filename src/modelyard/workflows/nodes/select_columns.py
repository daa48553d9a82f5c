"""The node that keeps some columns only."""

from typing import Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import present_names


class SelectColumns(Node):
    """Keep the chosen columns, and leave all others out of everything that follows.

    The target stays in any case. Columns keep the order in which they come. The opposite is Drop columns; the
    difference shows when the dataset grows: here a new column is not taken, there it is.
    """

    title: ClassVar[str] = "Select columns"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "list-checks"
    telling: ClassVar[tuple[str, ...]] = ("columns",)

    kind: Literal["select_columns"] = "select_columns"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to keep; empty means every column.", widget="columns"
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Every column must be there."""
        found = present_names(schema, self.columns or ())
        if self.columns is not None and not set(self.columns) - {schema.target}:
            found.append(NodeProblem("No feature is chosen, so nothing is left to learn from.", "columns", "warning"))
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema of the chosen columns and the target."""
        return schema.without(self._gone(schema))

    def _gone(self, schema: Schema) -> list[str]:
        if self.columns is None:
            return []
        kept = {*self.columns, schema.target}
        return [name for name in schema.names if name not in kept]

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table without the other columns."""
        return Table(table.frame.drop(self._gone(table.schema)), self.schema_after(table.schema), table.split)

    def code(self) -> str:
        """Select by name."""
        if self.columns is None:
            return ""
        return (
            f"kept = {{*{list(self.columns)!r}, target}}\nframe = frame.select(c for c in frame.columns if c in kept)"
        )
