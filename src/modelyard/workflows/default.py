"""A sensible first workflow for a dataset."""

from itertools import pairwise
from typing import Any

from modelyard.data.columns import Schema
from modelyard.kernel.kinds import family
from modelyard.models.engine import Engine
from modelyard.workflows.graph import Connection, Graph, NodeDocument, Position
from modelyard.workflows.nodes.dataset import DatasetNode
from modelyard.workflows.values import DatasetFacts

PREFERRED_ENGINES = ("lightgbm", "hist_gradient_boosting")
TEST_FRACTION = 0.2
MIN_TEST_ROWS_PER_CLASS = 2
"""Stratifying needs a test row of each class; below two the parts are hardly alike anyway."""
_STEP_X = 260.0
_STEP_Y = 130.0


def default_graph(
    facts: DatasetFacts, *, target: str | None = None, seed: int = 0, budget_seconds: float | None = None
) -> Graph:
    """Return dataset → (drop, dates) → split → (fill, encode) → train → evaluate and visualise, as the table needs."""
    source = DatasetNode(dataset=facts.id, target=target)
    schema = source.schema_from(facts.schema or Schema(columns=()))
    engine = _engine()
    chain: list[tuple[str, dict[str, Any]]] = [("dataset", {"dataset": facts.id, "target": schema.target or target})]
    if useless := [column.name for column in schema.features if column.kind in ("id", "text", "constant")]:
        chain.append(("drop_columns", {"columns": useless}))
    if any(column.kind == "date" for column in schema.features):
        chain.append(("date_features", {"elapsed_days": True}))
    method = split_method(schema, facts.n_rows)
    chain.append(("split", {"method": method, "test_fraction": TEST_FRACTION, "seed": seed}))
    if not engine.takes_missing:
        chain.append(("fill_missing", {}))
    if not engine.takes_categories:
        chain.append(("encode_categories", {}))
    budget = {} if budget_seconds is None else {"budget_seconds": budget_seconds}
    chain.append(("train", {"engine": engine.model_dump(mode="json"), "seed": seed, **budget}))
    return _laid_out(chain, [("evaluate", {}), ("visualise", {})])


def split_method(schema: Schema, n_rows: int | None) -> str:
    """Return stratified for classes that each have test rows, otherwise random."""
    column = schema.get(schema.target) if schema.target else None
    if schema.task != "classification" or column is None or column.n_unique is None or n_rows is None:
        return "random"
    has_rows = column.n_unique * MIN_TEST_ROWS_PER_CLASS <= n_rows * TEST_FRACTION
    return "stratified" if has_rows else "random"


def _engine() -> Engine:
    found = [kind for name in PREFERRED_ENGINES if (kind := family("engine").get(name))]
    chosen: type[Engine] = next(kind for kind in found if kind.unavailable_reason() is None)
    return chosen()


def _laid_out(chain: list[tuple[str, dict[str, Any]]], ends: list[tuple[str, dict[str, Any]]]) -> Graph:
    nodes = [
        NodeDocument(id=f"n{i + 1}", kind=kind, parameters=parameters, position=Position(x=i * _STEP_X, y=0))
        for i, (kind, parameters) in enumerate(chain)
    ]
    links = [_link(before, after, "table") for before, after in pairwise(nodes)]
    trained = nodes[-1]
    for i, (kind, parameters) in enumerate(ends):
        position = Position(x=len(chain) * _STEP_X, y=(i - 0.5) * _STEP_Y)
        end = NodeDocument(id=f"n{len(nodes) + 1}", kind=kind, parameters=parameters, position=position)
        links.append(_link(trained, end, "model"))
        nodes.append(end)
    return Graph(nodes=nodes, connections=links)


def _link(before: NodeDocument, after: NodeDocument, port: str) -> Connection:
    return Connection(from_node=before.id, from_port=port, to_node=after.id, to_port=port)
