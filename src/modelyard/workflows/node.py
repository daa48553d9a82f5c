"""The Node family: one step of a workflow, from typed ports to typed ports."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Kind

Shape = Literal["table", "model"]


@dataclass(frozen=True)
class Port:
    """A typed place where a connection starts or ends."""

    name: str
    label: str
    shape: Shape


TABLE_IN = Port("table", "Table", "table")
TABLE_OUT = Port("table", "Table", "table")
MODEL_IN = Port("model", "Model", "model")
MODEL_OUT = Port("model", "Model", "model")


@dataclass(frozen=True)
class NodeProblem:
    """What is wrong with a node's parameters, given the columns that reach it; `field` is a dotted path or None."""

    message: str
    field: str | None = None
    severity: Literal["error", "warning"] = "error"


class Node(Kind):
    """Base of the nodes. A node that prepares a table overrides `schema_after`, `learn`, `apply` and `code`."""

    inputs: ClassVar[tuple[Port, ...]] = (TABLE_IN,)
    outputs: ClassVar[tuple[Port, ...]] = (TABLE_OUT,)
    learns: ClassVar[bool] = False
    """Whether `learn` looks at values: such a node must stand after the split."""
    telling: ClassVar[tuple[str, ...]] = ()
    """The parameters worth showing on the canvas."""
    version: ClassVar[int] = 1
    """Part of the cache key: raise it when the same parameters give another result."""

    @classmethod
    def card_extra(cls) -> dict[str, Any]:
        """Return ports and telling parameters."""
        ports = {"inputs": cls.inputs, "outputs": cls.outputs}
        stated = {
            side: [{"name": p.name, "label": p.label, "shape": p.shape} for p in given] for side, given in ports.items()
        }
        return {**stated, "telling": list(cls.telling), "learns": cls.learns}

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Return what is wrong, given the schema that reaches the node. Must not raise."""
        return []

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema that leaves the node, without any row; called only when `problems` has no errors."""
        return schema

    def learn(self, table: Table) -> dict[str, Any]:
        """Return what training rows teach, as a JSON-able document; `table` holds training rows only."""
        return {}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table changed: training, validation, test and new rows alike (new rows may lack the target)."""
        return table

    def code(self) -> str:
        """Return the equivalent Python for a notebook: statements that change a Polars frame called `frame`."""
        return ""
