"""The node that gives columns other names."""

from collections import Counter
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import absent, rebuilt


class NewName(BaseModel):
    """A column and the name it gets."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="New name")

    column: str = Field(description="The column to rename.", json_schema_extra={"x-widget": "column"})
    name: str = Field(description="Its new name.", min_length=1, max_length=200)


class RenameColumns(Node):
    """Give columns other names, in everything that follows.

    The model still asks for the names of the dataset: it renames by itself. The target keeps its name, because the
    dataset node names it for the whole workflow.
    """

    title: ClassVar[str] = "Rename columns"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "tag"
    telling: ClassVar[tuple[str, ...]] = ("names",)

    kind: Literal["rename_columns"] = "rename_columns"
    names: tuple[NewName, ...] = Parameter((), description="Columns and their new names.", max_length=10_000)

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Columns must be there, and no two columns may end up with one name."""
        known, new = set(schema.names), self._new_names()
        after = Counter(new.get(name, name) for name in schema.names)
        given = Counter(item.column for item in self.names)
        found: list[NodeProblem] = []
        for index, item in enumerate(self.names):
            path = f"names.{index}"
            if item.column not in known:
                found.append(NodeProblem(absent(schema, item.column), f"{path}.column"))
            elif item.column == schema.target:
                found.append(NodeProblem(f"{item.column!r} is the target and keeps its name.", f"{path}.column"))
            elif given[item.column] > 1:
                found.append(NodeProblem(f"{item.column!r} is renamed twice.", f"{path}.column"))
            elif after[item.name] > 1:
                found.append(NodeProblem(f"Two columns would be called {item.name!r}.", f"{path}.name"))
        if not self.names:
            found.append(NodeProblem("No column is renamed.", "names", "warning"))
        return found

    def _new_names(self) -> dict[str, str]:
        return {item.column: item.name for item in self.names}

    def made_of(self, learned: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Return the old name of each new one."""
        return {new: (column,) for column, new in self._new_names().items()}

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the new names."""
        new = self._new_names()
        renamed = {c.name: (c.model_copy(update={"name": new[c.name]}),) for c in schema.columns if c.name in new}
        return rebuilt(schema, renamed)

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the new names."""
        frame = table.frame.rename(self._new_names(), strict=False)
        return Table(frame, self.schema_after(table.schema), table.split)

    def code(self) -> str:
        """Rename with Polars."""
        new = self._new_names()
        return f"""names = {new!r}
frame = frame.rename(names)
kinds = {{names.get(name, name): kind for name, kind in kinds.items()}}"""
