"""What changed between two graphs: nodes, their parameters, connections; where nodes stand is told apart."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.workflows.check import parse_node
from modelyard.workflows.graph import Connection, Graph, NodeDocument

_STATED = frozenset({"id", "kind", "title", "parameters", "position"})
_PARTS = frozenset({"nodes", "connections"})
_PLACE = frozenset({"id", "position", "width", "height"})


class Change(BaseModel):
    """One value that is another now; `path` is dotted, a value that is not there is None."""

    model_config = ConfigDict(frozen=True)

    path: str
    before: Any = None
    after: Any = None


class NodeChange(BaseModel):
    """A node that came, went, or has other parameters."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    title: str
    change: Literal["added", "removed", "changed"]
    parameters: tuple[Change, ...] = ()
    """What differs; for a node that came or went, what it states."""


class ConnectionChange(BaseModel):
    """A connection that came or went, with the titles of its ends."""

    model_config = ConfigDict(frozen=True)

    change: Literal["added", "removed"]
    from_node: str
    from_port: str
    from_title: str
    to_node: str
    to_port: str
    to_title: str


class GraphDiff(BaseModel):
    """Everything that differs between two graphs."""

    model_config = ConfigDict(frozen=True)

    nodes: tuple[NodeChange, ...] = ()
    connections: tuple[ConnectionChange, ...] = ()
    others: tuple[Change, ...] = ()
    """What belongs to no node: notes, groups, what a newer version added."""
    moved: tuple[str, ...] = ()
    """Nodes that only stand elsewhere; no result depends on it."""

    @property
    def is_empty(self) -> bool:
        """Whether the two graphs give the same results and say the same."""
        return not (self.nodes or self.connections or self.others)


def compare(before: Graph, after: Graph) -> GraphDiff:
    """Return what leads from `before` to `after`; a parameter that is not stated counts as its default."""
    old, new = _by_id(before), _by_id(after)
    both = [node_id for node_id in old if node_id in new]
    moved = [node_id for node_id in both if old[node_id].position != new[node_id].position]
    return GraphDiff(
        nodes=tuple(_node_changes(old, new)),
        connections=tuple(_connection_changes(before, after)),
        others=tuple(_values("", _rest(before), _rest(after))),
        moved=tuple(moved),
    )


def _by_id(graph: Graph) -> dict[str, NodeDocument]:
    found: dict[str, NodeDocument] = {}
    for node in graph.nodes:
        found.setdefault(node.id, node)  # a draft may hold an id twice: the first one counts
    return found


def _node_changes(old: Mapping[str, NodeDocument], new: Mapping[str, NodeDocument]) -> Iterator[NodeChange]:
    for node_id, node in old.items():
        other = new.get(node_id)
        if other is None:
            yield _told(node, "removed", _values("", node.parameters, {}))
        elif found := tuple(_between(node, other)):
            yield _told(other, "changed", found)
    for node_id, node in new.items():
        if node_id not in old:
            yield _told(node, "added", _values("", {}, node.parameters))


def _told(
    node: NodeDocument,
    change: Literal["added", "removed", "changed"],
    parameters: Iterator[Change] | tuple[Change, ...],
) -> NodeChange:
    return NodeChange(id=node.id, kind=node.kind, title=node_title(node), change=change, parameters=tuple(parameters))


def node_title(node: NodeDocument | None) -> str:
    """Return what a node is called on the canvas."""
    kind = family("node").get(node.kind) if node else None
    return (node.title if node else None) or (kind.title if kind else None) or (node.kind if node else "?")


def _between(before: NodeDocument, after: NodeDocument) -> Iterator[Change]:
    for name in ("kind", "title"):
        if (was := getattr(before, name)) != (now := getattr(after, name)):
            yield Change(path=name, before=was, after=now)
    yield from _values("", *_parameters(before, after))
    yield from _values("", _extras(before), _extras(after))


def _parameters(before: NodeDocument, after: NodeDocument) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both nodes' parameters with defaults filled in, or as stated when one of them cannot be read."""
    if before.kind == after.kind:
        try:
            was, now = (parse_node(node).model_dump(mode="json") for node in (before, after))
        except Invalid:
            return before.parameters, after.parameters
        for name in was:
            if _kind_of(was[name]) != _kind_of(now.get(name)):
                # All defaults of two kinds say nothing of the change: only what somebody stated does.
                was[name], now[name] = _stated(before, name, was), _stated(after, name, now)
        return was, now
    return before.parameters, after.parameters


def _kind_of(value: Any) -> Any:
    return value.get("kind") if isinstance(value, dict) else None


def _stated(node: NodeDocument, name: str, filled: Mapping[str, Any]) -> Any:
    return node.parameters.get(name, {"kind": _kind_of(filled[name])} if _kind_of(filled[name]) else None)


def _values(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what differs, member by member; another kind of thing (an engine, say) is one change."""
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was == now and type(was) is type(now):
            continue
        place = f"{path}.{name}" if path else name
        if isinstance(was, dict) and isinstance(now, dict) and was.get("kind") == now.get("kind"):
            yield from _values(place, was, now)
        else:
            yield Change(path=place, before=was, after=now)


def _extras(node: NodeDocument) -> dict[str, Any]:
    return {name: value for name, value in node.model_dump(mode="json").items() if name not in _STATED}


def _rest(graph: Graph) -> dict[str, Any]:
    return {name: _listed(value) for name, value in graph.document().items() if name not in _PARTS}


def _listed(value: Any) -> Any:
    """Return things with ids (notes, groups) by id and without their place, so that each is compared with itself."""
    if not isinstance(value, list) or not all(isinstance(item, dict) and "id" in item for item in value):
        return value
    return {str(item["id"]): {name: item[name] for name in item if name not in _PLACE} for item in value}


def _connection_changes(before: Graph, after: Graph) -> Iterator[ConnectionChange]:
    old, new = _ends(before), _ends(after)
    for ends in old:
        if ends not in new:
            yield _connection("removed", ends, before)
    for ends in new:
        if ends not in old:
            yield _connection("added", ends, after)


def _ends(graph: Graph) -> dict[tuple[str, str, str, str], Connection]:
    return {(c.from_node, c.from_port, c.to_node, c.to_port): c for c in graph.connections}


def _connection(change: Literal["added", "removed"], ends: tuple[str, str, str, str], graph: Graph) -> ConnectionChange:
    from_node, from_port, to_node, to_port = ends
    titles = (node_title(graph.node(from_node)), node_title(graph.node(to_node)))
    return ConnectionChange(
        change=change,
        from_node=from_node,
        from_port=from_port,
        from_title=titles[0],
        to_node=to_node,
        to_port=to_port,
        to_title=titles[1],
    )
