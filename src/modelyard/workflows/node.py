"""The Node family: one step of a workflow, from typed ports to typed ports."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Kind
from modelyard.workflows.values import Held, Outcome, Step, TableValue, Value, Work

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
    in_model: ClassVar[bool] = True
    """Whether a model repeats this node on new rows; where rows come from and how they are split is no part of it."""
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

    def is_learning(self) -> bool:
        """Whether `learn` looks at values with these parameters; what the class says unless they decide it."""
        return self.learns

    def versions(self) -> list[int]:
        """Return the versions of everything that decides the result, for the cache key."""
        return [self.version]

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

    def made_of(self, learned: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Return new columns with the columns they are made of, so that a model asks for no column it does not need.

        What is not listed is taken to be made of every column that the node names or replaces.
        """
        return {}

    def sparse(self, table: Table, learned: dict[str, Any]) -> Any:
        """Return all columns that `apply` makes of these rows as one sparse matrix, in their order; None: it cannot."""
        return None

    def term_columns(self, learned: dict[str, Any]) -> dict[str, list[str]]:
        """Return for each text column the new columns that count a term of it, for nodes that make such columns."""
        return {}

    def term_places(self, text: str, learned: dict[str, Any], column: str) -> dict[str, list[tuple[str, int, int]]]:
        """Return for each new column that counts a term what stands in the text for it, and from where to where."""
        return {}

    def apply_all(self, table: Table, learned: dict[str, Any], raw: Held) -> Table:
        """Return a run's table changed; `raw` holds the same rows as they left the dataset.

        For nodes that treat training rows in another way than new ones, or need a column that was dropped on the way.
        """
        return self.apply(table, learned)

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Do the node's work on the values at its input ports: learn from training rows, then apply to all.

        A node that leaves rows out, orders them anew or has other ports overrides this.
        """
        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"{self.kind_name()} takes a table, not {type(given).__name__}")
        table = given.table.get()
        learned = self.learn(table.rows("train"))
        after = self.apply_all(table, learned, given.raw)
        step = (Step(self.model_dump(mode="json"), learned),) if self.in_model else ()
        return Outcome({"table": replace(given, table=work.hold(after), steps=given.steps + step)})

    def code(self) -> str:
        """Return the equivalent Python: statements of the script that `export.py` puts together.

        They may use and change `frame` (all rows, Polars), and use `train` (the rows to learn from), `target` (the
        target's name) and `kinds` (column name to kind, to be kept up to date).
        """
        return ""

    def code_on(self, schema: Schema) -> str:
        """Return `code` given the columns that reach the node; for nodes whose code depends on them."""
        return self.code()

    def code_found(self, draft: dict[str, Any]) -> str:
        """Return `code` given the model that the node made (models.draft); for nodes that search."""
        return self.code()
