"""The node where rows come in."""

from typing import ClassVar, Literal

from modelyard.data.columns import Column, Schema, Task
from modelyard.data.frames import Table
from modelyard.data.suggestions import task_for
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import TABLE_OUT, Node, NodeProblem, Port
from modelyard.workflows.nodes._columns import KIND_NAMES, absent
from modelyard.workflows.values import DatasetFacts, Outcome, TableValue, Value, Work

MAX_MISSING_FRACTION = 0.5
"""A target that is missing more often than this says more about who answered than about the answer."""


class DatasetNode(Node):
    """Take the rows of a dataset and name the column to predict.

    The target decides the task: a number is predicted by regression, a category or a yes/no by classification; choose
    the task yourself when numbers are names of classes. Without a target here, the dataset's own target is used.
    Clustering has no target: rows are grouped by all columns that reach the engine, so drop those that shall not count.
    """

    title: ClassVar[str] = "Dataset"
    group: ClassVar[str] = "data"
    icon: ClassVar[str] = "database"
    inputs: ClassVar[tuple[Port, ...]] = ()
    outputs: ClassVar[tuple[Port, ...]] = (TABLE_OUT,)
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("dataset", "target")

    kind: Literal["dataset"] = "dataset"
    dataset: str | None = Parameter(None, description="The dataset to take.", widget="dataset")
    target: str | None = Parameter(
        None, description="The column to predict; empty means the dataset's own target.", widget="column"
    )
    task: Literal["auto", "classification", "regression", "clustering"] = Parameter(
        "auto",
        description="What is predicted: a class, a number or, without a target, which rows are alike (clustering); "
        "`auto` decides by the target's kind.",
        advanced=True,
    )

    def schema_from(self, schema: Schema) -> Schema:
        """Return the dataset's schema with the target and task of this node."""
        if self.task == "clustering":
            return schema.model_copy(update={"target": None, "task": "clustering"})
        target = self.target or schema.target
        column = schema.get(target) if target else None
        if column is None:
            return schema.model_copy(update={"target": None, "task": None})
        inherited = schema.task if target == schema.target else None
        return schema.model_copy(update={"target": column.name, "task": self._task(column, inherited)})

    def _task(self, column: Column, inherited: Task | None) -> Task | None:
        if self.task != "auto":
            return self.task
        return inherited or task_for(column)

    def source_problems(self, facts: DatasetFacts | None) -> list[NodeProblem]:
        """Return what is wrong with the dataset and its target, as far as the profile tells."""
        if self.dataset is None:
            return [NodeProblem("No dataset is chosen.", "dataset")]
        if facts is None:
            return [NodeProblem("This dataset is gone; choose another.", "dataset")]
        if facts.schema is None:
            reading = "is still being read; wait a moment" if facts.state == "reading" else "could not be read"
            return [NodeProblem(f"The dataset {facts.name!r} {reading}.", "dataset")]
        return self._target_problems(facts.schema, facts.n_rows)

    def _target_problems(self, schema: Schema, n_rows: int | None) -> list[NodeProblem]:
        if self.task == "clustering":
            return self._clustering_problems(schema)
        name = self.target or schema.target
        if name is None:
            return [NodeProblem("No target is chosen: the column to predict.", "target")]
        column = schema.get(name)
        if column is None:
            return [NodeProblem(absent(schema, name), "target")]
        task = self.schema_from(schema).task
        messages = [_missing_problem(column), _kind_problem(column, task), _classes_problem(column, task, n_rows)]
        return [NodeProblem(message, "target") for message in messages if message]

    def _clustering_problems(self, schema: Schema) -> list[NodeProblem]:
        if self.target is None:
            return []
        if schema.get(self.target) is None:
            return [NodeProblem(absent(schema, self.target), "target")]
        message = f"Clustering has no target: {self.target!r} is a column like the others; drop it otherwise."
        return [NodeProblem(message, "target", "warning")]

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Read the rows."""
        if self.dataset is None:
            raise Invalid("No dataset is chosen.")
        table = work.dataset(self.dataset)
        held = work.hold(Table(table.frame, self.schema_from(table.schema)))
        return Outcome({"table": TableValue(held, held)})

    def code(self) -> str:
        """Read the Parquet file that the dataset can be downloaded as."""
        return f"frame = pl.read_parquet(paths[{self.dataset!r}])"


def _missing_problem(column: Column) -> str | None:
    missing = column.missing_fraction or 0.0
    if missing <= MAX_MISSING_FRACTION:
        return None
    return f"The target {column.name!r} is missing in {missing:.0%} of the rows; at most half may be missing."


def _kind_problem(column: Column, task: Task | None) -> str | None:
    if column.kind == "constant" or column.n_unique == 1:
        return f"The target {column.name!r} has only one value, so there is nothing to predict."
    if task is None or column.kind == "date":
        return f"The target {column.name!r} is {KIND_NAMES[column.kind]}; choose a number or a category to predict."
    if task == "regression" and column.dtype not in ("integer", "float"):
        return f"The target {column.name!r} is not a number; choose classification."
    return None


def _classes_problem(column: Column, task: Task | None, n_rows: int | None) -> str | None:
    if task != "classification" or not n_rows or column.n_unique is None:
        return None
    n_present = round(n_rows * (1 - (column.missing_fraction or 0.0)))
    if column.n_unique >= n_present > 1:
        return f"The target {column.name!r} has as many classes as rows; every row would be a class of its own."
    return None
