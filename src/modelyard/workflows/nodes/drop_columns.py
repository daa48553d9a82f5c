"""The node that leaves columns out."""

from typing import Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import absent


class DropColumns(Node):
    """Leave columns out of everything that follows.

    Identifiers, free text and columns that would not be known when predicting belong here. The model does not ask for
    a column that is dropped. A column named here that is not in the table is a problem, so that a renamed column is
    noticed.
    """

    title: ClassVar[str] = "Drop columns"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "columns-3"
    telling: ClassVar[tuple[str, ...]] = ("columns",)

    kind: Literal["drop_columns"] = "drop_columns"
    columns: tuple[str, ...] = Parameter((), description="The columns to leave out.", widget="columns")

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Every column must be there, and the target must stay."""
        known = set(schema.names)
        found = [
            NodeProblem(absent(schema, name), f"columns.{index}")
            for index, name in enumerate(self.columns)
            if name not in known
        ]
        if schema.target in self.columns:
            index = self.columns.index(schema.target)
            found.append(NodeProblem(f"{schema.target!r} is the target and cannot be dropped.", f"columns.{index}"))
        if not self.columns:
            found.append(NodeProblem("No column is chosen, so nothing is dropped.", "columns", "warning"))
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema without the columns."""
        return schema.without(self.columns)

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table without the columns; new rows need not have them."""
        gone = [name for name in self.columns if name in table.frame.columns]
        return Table(table.frame.drop(gone), table.schema.without(self.columns), table.split)

    def code(self) -> str:
        """Drop by name."""
        return f"frame = frame.drop({list(self.columns)!r})"
