"""Why the latest result of a node no longer holds: the graph and the data as they are against those of its run."""

from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.workflows.check import parse_node
from modelyard.workflows.frozen import dataset_nodes
from modelyard.workflows.graph import Graph, NodeDocument, predecessors
from modelyard.workflows.nodes.dataset import DatasetNode

NAMED = 3
"""How many changed parameters a reason names."""


@dataclass(frozen=True)
class Stand:
    """A graph whose datasets are named in full (`frozen.resolved`), with the content hash of each dataset."""

    graph: Graph
    contents: Mapping[str, str]


def cause(now: Stand, then: Stand, node_id: str) -> str | None:
    """Return the sentence that names what changed since: at the node itself, else at the nearest node before it.

    None when nothing did: the kept result was removed, or made by an earlier version of a kind.
    """
    own = _change_at(now, then, node_id)
    if own is not None:
        return own
    needs, seen, ring = predecessors(now.graph), {node_id}, [node_id]
    while ring := sorted({before for at in ring for before in needs.get(at, set())} - seen):
        seen.update(ring)
        for before in ring:
            change = _change_at(now, then, before)
            if change is not None:
                return f"{_name(now.graph, before)}, before it, changed: {change[0].lower()}{change[1:]}"
    return None


def _change_at(now: Stand, then: Stand, node_id: str) -> str | None:
    """Say what is different at one node itself, or None."""
    here, there = now.graph.node(node_id), then.graph.node(node_id)
    if here is None or there is None:
        return "It was added since." if here is not None else None
    if here.kind != there.kind:
        return "It was another kind of node then."
    if changed := _changed_parameters(here, there):
        return _told(here, changed)
    if replaced := _replaced_dataset(now, then, node_id):
        return replaced
    return _changed_inputs(now.graph, then.graph, node_id)


def _changed_parameters(here: NodeDocument, there: NodeDocument) -> list[str]:
    """Return the parameters whose values differ; a default that is stated is no difference."""
    if here.parameters == there.parameters:
        return []
    try:
        before, after = (parse_node(document).model_dump(mode="json") for document in (there, here))
    except Invalid:
        before, after = there.parameters, here.parameters
    return [name for name in {**after, **before} if after.get(name) != before.get(name)]


def _told(node: NodeDocument, changed: list[str]) -> str:
    if node.kind == DatasetNode.kind_name() and "dataset" in changed:
        return "Another dataset was chosen."
    names = [name.replace("_", " ") for name in changed]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"Its parameters were changed: {', '.join(names[:NAMED])}{more}."


def _replaced_dataset(now: Stand, then: Stand, node_id: str) -> str | None:
    dataset = next((node.dataset for at, node in dataset_nodes(now.graph) if at == node_id), None)
    if not dataset or now.contents.get(dataset) == then.contents.get(dataset):
        return None
    return "The dataset was replaced." if dataset in now.contents else "The dataset is not there any more."


def _changed_inputs(now: Graph, then: Graph, node_id: str) -> str | None:
    here, there = _inputs(now, node_id), _inputs(then, node_id)
    if here == there:
        return None
    for port, source in here.items():
        if there.get(port) != source:
            return f"It now takes what {_name(now, source[0])} gives."
    return "Nothing leads to it any more."


def _inputs(graph: Graph, node_id: str) -> dict[str, tuple[str, str]]:
    return {c.to_port: (c.from_node, c.from_port) for c in graph.connections if c.to_node == node_id}


def _name(graph: Graph, node_id: str) -> str:
    """Return what the node is called on the canvas."""
    node = graph.node(node_id)
    if node is None:
        return node_id
    kind = family("node").get(node.kind)
    return node.title or (kind.title if kind else None) or node.kind
