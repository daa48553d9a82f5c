"""The graph document of a workflow: nodes and connections as data, half-filled and unknown ones included.

Notes and groups are for readers: they are saved with the graph, and no step's result depends on them.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import field_errors

SCHEMA_VERSION = 1
MAX_NODES = 500
MAX_CONNECTIONS = 2000
MAX_NOTES = 200
MAX_GROUPS = 200
MAX_NOTE_LENGTH = 5000

Name = Annotated[str, Field(min_length=1, max_length=100)]


class Document(BaseModel):
    """Base of the documents: what a newer version added is kept as it is."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


class Position(Document):
    """Where a node stands on the canvas."""

    x: float = Field(0, allow_inf_nan=False)
    y: float = Field(0, allow_inf_nan=False)


class NodeDocument(Document):
    """One node as saved: its parameters may be incomplete and its kind unknown here."""

    id: Name
    kind: Annotated[str, Field(max_length=100)]
    parameters: dict[str, Any] = Field(default_factory=dict)
    title: Annotated[str, Field(max_length=200)] | None = None
    position: Position = Position()


class Connection(Document):
    """From an output port to an input port."""

    from_node: Name
    from_port: Name
    to_node: Name
    to_port: Name


class NoteDocument(Document):
    """A text on the canvas."""

    id: Name
    text: Annotated[str, Field(max_length=MAX_NOTE_LENGTH)] = ""
    position: Position = Position()
    width: float = Field(208, ge=96, le=2000)
    height: float = Field(112, ge=48, le=2000)


class GroupDocument(Document):
    """A frame with a title around nodes and notes; where it stands follows from where they stand."""

    id: Name
    title: Annotated[str, Field(max_length=200)] = ""
    members: list[Name] = Field(default_factory=list, max_length=MAX_NODES + MAX_NOTES)
    is_collapsed: bool = False


class Graph(Document):
    """A workflow's nodes and connections, and what is written around them."""

    schema_version: int = Field(SCHEMA_VERSION, alias="schema", ge=1, le=1_000_000)
    nodes: list[NodeDocument] = Field(default_factory=list, max_length=MAX_NODES)
    connections: list[Connection] = Field(default_factory=list, max_length=MAX_CONNECTIONS)
    notes: list[NoteDocument] = Field(default_factory=list, max_length=MAX_NOTES)
    groups: list[GroupDocument] = Field(default_factory=list, max_length=MAX_GROUPS)

    @field_validator("notes", "groups")
    @classmethod
    def _has_different_ids(cls, items: list[Any]) -> list[Any]:
        if repeated := _repeated(item.id for item in items):
            raise ValueError(f"Two have the id {repeated!r}.")
        return items

    @field_validator("groups")
    @classmethod
    def _is_in_one_group_at_most(cls, groups: list[GroupDocument]) -> list[GroupDocument]:
        if repeated := _repeated(member for group in groups for member in group.members):
            raise ValueError(f"{repeated!r} is in two groups, or twice in one.")
        return groups

    @model_validator(mode="after")
    def _is_plain_json(self) -> Self:
        # What Python reads as JSON is more than databases and browsers take: NaN, infinities, half characters.
        try:
            json.dumps(self.document(), allow_nan=False, ensure_ascii=False).encode()
        except ValueError:
            raise ValueError("Numbers must be finite and texts valid Unicode.") from None
        return self

    @classmethod
    def read(cls, document: Any) -> Self:
        """Return the graph that the document states; raise Invalid with paths when it is no graph at all."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            fields = field_errors(error, ("graph",))
            raise Invalid(f"This is not a workflow's graph: {_told(fields[0])}", fields=fields) from None

    def document(self) -> dict[str, Any]:
        """Return the graph as JSON-able data, unknown fields included."""
        return self.model_dump(mode="json", by_alias=True)

    def node(self, node_id: str) -> NodeDocument | None:
        """Return the node of that id, or None."""
        return next((node for node in self.nodes if node.id == node_id), None)

    def with_parameters(self, changes: Mapping[str, Mapping[str, Any]]) -> Self:
        """Return the graph with some parameters of some nodes set."""
        nodes = [
            node.model_copy(update={"parameters": {**node.parameters, **changes[node.id]}})
            if node.id in changes
            else node
            for node in self.nodes
        ]
        return self.model_copy(update={"nodes": nodes})


@dataclass(frozen=True)
class Order:
    """The nodes in an order in which each follows what it needs, and one cycle when there is one."""

    ids: tuple[str, ...]
    cycle: tuple[str, ...] = ()


def ordered(graph: Graph) -> Order:
    """Return the topological order, ties in the order of the document; nodes on or behind a cycle are not in it."""
    needs = predecessors(graph)
    placed: dict[str, None] = {}
    waiting = [node.id for node in graph.nodes]
    while ready := [node_id for node_id in waiting if needs[node_id] <= placed.keys()]:
        placed |= dict.fromkeys(ready)
        waiting = [node_id for node_id in waiting if node_id not in placed]
    return Order(tuple(placed), _cycle(waiting, needs))


def predecessors(graph: Graph) -> dict[str, set[str]]:
    """Return for each node the nodes directly before it."""
    known = {node.id for node in graph.nodes}
    needs: dict[str, set[str]] = defaultdict(set, {node_id: set() for node_id in known})
    for connection in graph.connections:
        if connection.from_node in known and connection.to_node in known:
            needs[connection.to_node].add(connection.from_node)
    return needs


def with_ancestors(graph: Graph, node_ids: Iterable[str]) -> set[str]:
    """Return the nodes and everything they need."""
    needs, found, waiting = predecessors(graph), set[str](), list(node_ids)
    while waiting:
        node_id = waiting.pop()
        if node_id not in found:
            found.add(node_id)
            waiting.extend(needs[node_id])
    return found


def with_descendants(graph: Graph, node_id: str) -> set[str]:
    """Return the node and everything that needs it."""
    needs, found = predecessors(graph), {node_id}
    while more := {node.id for node in graph.nodes if node.id not in found and needs[node.id] & found}:
        found |= more
    return found


def _cycle(left: list[str], needs: dict[str, set[str]]) -> tuple[str, ...]:
    """Walk backwards among nodes that could not be placed: each needs another of them, so the walk meets itself."""
    if not left:
        return ()
    among = set(left)
    path = [left[0]]
    while (before := min(needs[path[-1]] & among)) not in path:
        path.append(before)
    return tuple(reversed(path[path.index(before) :]))


def _repeated(names: Iterable[str]) -> str | None:
    return next((name for name, times in Counter(names).items() if times > 1), None)


def _told(error: FieldError) -> str:
    return f"{'.'.join(str(part) for part in error.path)}: {error.message}"
