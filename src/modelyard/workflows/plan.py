"""What a run does, in order, and under which key each step's result is kept."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.workflows.check import parse_node
from modelyard.workflows.graph import Graph, NodeDocument, ordered, with_ancestors, with_descendants
from modelyard.workflows.node import Node
from modelyard.workflows.nodes.dataset import DatasetNode


@dataclass(frozen=True)
class PlannedStep:
    """One node to execute; `inputs` says for each input port which output of which node it takes."""

    id: str
    title: str
    node: Node
    inputs: Mapping[str, tuple[str, str]]


def plan(graph: Graph, until: str | None = None, anew: str | None = None) -> list[PlannedStep]:
    """Return the steps in order; the graph must have no errors there. See `wanted` for which they are."""
    order = ordered(graph)
    if order.cycle:
        raise Invalid("The workflow goes round in a circle.")
    included = wanted(graph, until, anew)
    documents = {node.id: node for node in graph.nodes}
    return [planned_step(graph, documents[node_id]) for node_id in order.ids if node_id in included]


def wanted(graph: Graph, until: str | None = None, anew: str | None = None) -> set[str]:
    """Return the nodes of a run: all, or `until` and what it needs, or `anew`, what follows it and what those need."""
    for field, node_id in (("until", until), ("anew", anew)):
        if node_id is not None and graph.node(node_id) is None:
            message = f"There is no node {node_id!r} in this workflow."
            raise Invalid(message, fields=[FieldError((field,), message)])
    if until is not None:
        return with_ancestors(graph, [until])
    if anew is not None:
        return with_ancestors(graph, with_descendants(graph, anew))
    return {node.id for node in graph.nodes}


def planned_step(graph: Graph, document: NodeDocument) -> PlannedStep:
    """Return one node with what it takes; raise Invalid when its parameters are wrong."""
    node = parse_node(document)
    inputs = {
        connection.to_port: (connection.from_node, connection.from_port)
        for connection in graph.connections
        if connection.to_node == document.id
    }
    return PlannedStep(document.id, document.title or node.title, node, inputs)


def step_key(step: PlannedStep, inputs: Mapping[str, Mapping[str, Any]], contents: Mapping[str, str]) -> str:
    """Return the SHA-256 under which the step's result is kept.

    `inputs` holds for each input port the reference of what reaches it (artifact hashes), `contents` the content hash
    of each dataset. Where a node stands and what it is called on the canvas is no part of it.
    """
    dataset = step.node.dataset if isinstance(step.node, DatasetNode) else None
    stated = {
        "node": step.node.model_dump(mode="json"),
        "versions": step.node.versions(),
        "inputs": inputs,
        "content": contents.get(dataset) if dataset else None,
    }
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
