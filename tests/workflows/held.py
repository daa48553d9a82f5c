"""Nodes executed on tables in memory, as a run executes them."""

from dataclasses import dataclass, field
from typing import Any

from modelyard.data.frames import Table
from modelyard.workflows.node import Node
from modelyard.workflows.values import Held, Outcome, TableValue


@dataclass
class InMemory:
    """A table that is held."""

    table: Table

    def get(self) -> Table:
        return self.table


@dataclass
class Holding:
    """The part of `Work` that preparing nodes use."""

    reports: list[str] = field(default_factory=list)

    def hold(self, table: Table) -> Held:
        return InMemory(table)

    def report(self, fraction: float, message: str) -> None:
        self.reports.append(message)


def executed(node: Node, table: Table, raw: Table | None = None) -> Outcome:
    """Return what a run's step gives; `raw` holds the same rows as they left the dataset."""
    held = InMemory(table)
    value = TableValue(held, held if raw is None else InMemory(raw))
    return node.execute({"table": value}, Holding())  # type: ignore[arg-type]  # a part of Work


def tables(outcome: Outcome) -> tuple[Table, Table]:
    """Return the prepared and the raw rows that leave the step."""
    value: Any = outcome.outputs["table"]
    return value.table.get(), value.raw.get()
