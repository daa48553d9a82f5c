"""Graphs that the tests of the workflows room share."""

from itertools import pairwise
from typing import Any

from modelyard.data.columns import Schema
from modelyard.workflows.graph import Connection, Graph, NodeDocument
from modelyard.workflows.values import DatasetFacts
from tests.workflows.tables import mixed_frame, schema_of

MIXED = schema_of(mixed_frame(), target="label", task="classification")


def node(node_id: str, kind: str, **parameters: Any) -> NodeDocument:
    """Return a node document."""
    return NodeDocument(id=node_id, kind=kind, parameters=parameters)


def link(before: str, after: str, port: str = "table") -> Connection:
    """Return a connection between ports of the same name."""
    return Connection(from_node=before, from_port=port, to_node=after, to_port=port)


def chain(*nodes: NodeDocument, ends: tuple[NodeDocument, ...] = ()) -> Graph:
    """Return the nodes connected one after another, and `ends` connected to the model of the last."""
    links = [link(before.id, after.id) for before, after in pairwise(nodes)]
    links += [link(nodes[-1].id, end.id, "model") for end in ends]
    return Graph(nodes=[*nodes, *ends], connections=links)


def full_chain(*between: NodeDocument, engine: dict[str, Any] | None = None, **train: Any) -> Graph:
    """Return dataset → split → between → train → evaluate and visualise."""
    parameters = {**({"engine": engine} if engine else {}), **train}
    return chain(
        node("data", "dataset", dataset="ds_1"),
        node("split", "split"),
        *between,
        node("train", "train", **parameters),
        ends=(node("evaluate", "evaluate"), node("visualise", "visualise")),
    )


def facts(schema: Schema | None = MIXED, **stated: Any) -> DatasetFacts:
    """Return a dataset that is ready."""
    given = {"id": "ds_1", "name": "mixed", "state": "ready", "content_hash": "0" * 64, "n_rows": 200, **stated}
    return DatasetFacts(schema=schema, **given)


def known(*datasets: DatasetFacts) -> Any:
    """Return the look-up of datasets for `check`."""
    return {item.id: item for item in datasets or (facts(),)}.get
