"""What is wrong with a graph, and which columns each node gives: found without reading a row."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.data.columns import Schema
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import family
from modelyard.workflows.graph import SCHEMA_VERSION, Connection, Graph, NodeDocument, ordered
from modelyard.workflows.node import Node, NodeProblem, Port
from modelyard.workflows.nodes.dataset import DatasetNode
from modelyard.workflows.values import DatasetFacts

Datasets = Callable[[str], DatasetFacts | None]
"""Finds a dataset by id; None when there is none (any more)."""


class Problem(BaseModel):
    """One thing wrong: with a node, one of its parameters (dotted path), or the whole graph (`node` None)."""

    model_config = ConfigDict(frozen=True)

    node: str | None
    field: str | None
    message: str
    severity: Literal["error", "warning"] = "error"


class Check(BaseModel):
    """The problems of a graph, and the schema at each table output of each node."""

    model_config = ConfigDict(frozen=True)

    problems: list[Problem]
    schemas: dict[str, dict[str, Schema]]

    @property
    def has_errors(self) -> bool:
        """Whether anything stands in the way of a run."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True)
class _Reached:
    """A schema at a port; `is_sound` is False behind a problem, where the columns are only a guess for forms."""

    schema: Schema
    is_sound: bool


@dataclass
class _Examination:
    """One pass over a graph."""

    graph: Graph
    datasets: Datasets
    problems: list[Problem] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    """Nodes whose parameters are valid."""
    into: dict[tuple[str, str], Connection] = field(default_factory=dict)
    """The connection into each input port, where it is sound."""
    reached: dict[tuple[str, str], _Reached] = field(default_factory=dict)

    def add(self, node: str | None, message: str, name: str | None = None, severity: str = "error") -> None:
        self.problems.append(
            Problem.model_validate({"node": node, "field": name, "message": message, "severity": severity})
        )

    def has_error(self, node_id: str) -> bool:
        return any(problem.node == node_id and problem.severity == "error" for problem in self.problems)


def check_document(document: Any, datasets: Datasets) -> Check:
    """Check any document: what is no graph at all is a problem too."""
    try:
        graph = Graph.read(document)
    except Invalid as error:
        found = [Problem(node=None, field=_dotted(item), message=item.message) for item in error.fields]
        return Check(problems=found, schemas={})
    return check(graph, datasets)


def check(graph: Graph, datasets: Datasets) -> Check:
    """Return every problem of the graph, and the columns that flow through it."""
    seen = _Examination(graph, datasets)
    _check_whole(seen)
    for node in graph.nodes:
        _check_parameters(seen, node)
    _check_connections(seen)
    _check_inputs(seen)
    _check_columns(seen)
    _check_targets(seen)
    schemas: dict[str, dict[str, Schema]] = defaultdict(dict)
    for (node_id, port), at in seen.reached.items():
        if _port(_kind(graph.node(node_id)), "outputs", port, "table"):
            schemas[node_id][port] = at.schema
    return Check(problems=seen.problems, schemas=dict(schemas))


def parse_node(node: NodeDocument) -> Node:
    """Return the node's kind with its parameters; raise Invalid."""
    parsed: Node = family("node").parse({**node.parameters, "kind": node.kind})
    return parsed


def _kind(node: NodeDocument | None) -> type[Node] | None:
    return family("node").get(node.kind) if node else None


def _port(
    kind: type[Node] | None, side: Literal["inputs", "outputs"], name: str, shape: str | None = None
) -> Port | None:
    ports: tuple[Port, ...] = getattr(kind, side) if kind else ()
    return next((port for port in ports if port.name == name and shape in (None, port.shape)), None)


def _label(node: NodeDocument | None) -> str:
    kind = _kind(node)
    return (node.title if node else None) or (kind.title if kind else None) or (node.kind if node else "?")


def _check_whole(seen: _Examination) -> None:
    graph = seen.graph
    if graph.schema_version > SCHEMA_VERSION:
        seen.add(None, "This workflow was saved by a newer version of Modelyard; update to run it.", "schema")
    if not graph.nodes:
        seen.add(None, "The workflow is empty; add a dataset first.")
    elif not any(node.kind == DatasetNode.kind_name() for node in graph.nodes):
        seen.add(None, "There is no dataset node, so no rows come in.")
    for node_id, count in Counter(node.id for node in graph.nodes).items():
        if count > 1:
            seen.add(node_id, f"{count} nodes have the id {node_id!r}; delete all but one.")
    cycle = ordered(graph).cycle
    if cycle:
        named = " → ".join(_label(graph.node(node_id)) for node_id in (*cycle, cycle[0]))
        for node_id in cycle:
            seen.add(node_id, f"These nodes go round in a circle: {named}. Remove one of the connections.")


def _check_parameters(seen: _Examination, node: NodeDocument) -> None:
    kind = _kind(node)
    if kind is not None and (reason := kind.unavailable_reason()):
        seen.add(node.id, f"{kind.title} is {reason}", "kind")
    try:
        seen.nodes[node.id] = parse_node(node)
    except Invalid as error:
        for item in error.fields:
            seen.add(node.id, item.message, _parameter_path(item, node.parameters))


def _parameter_path(error: FieldError, parameters: dict[str, Any]) -> str | None:
    """Return the dotted path without the kind's name that a discriminated union puts into it."""
    place: Any = parameters
    path = list(error.path)
    if len(path) > 1 and path[0] not in parameters:
        path = path[1:]
    kept: list[str] = []
    for part in path:
        is_member = isinstance(place, dict) and part in place
        if not is_member and isinstance(place, dict) and part == place.get("kind"):
            continue
        kept.append(str(part))
        place = place[part] if is_member else _item(place, part)
    return ".".join(kept) or None


def _item(place: Any, part: str | int) -> Any:
    is_index = isinstance(place, list) and isinstance(part, int) and part < len(place)
    return place[part] if is_index else None


def _check_connections(seen: _Examination) -> None:
    for connection in seen.graph.connections:
        message = _connection_problem(seen, connection)
        target = seen.graph.node(connection.to_node)
        if message:
            seen.add(connection.to_node if target else None, message)
        else:
            seen.into[connection.to_node, connection.to_port] = connection


def _connection_problem(seen: _Examination, connection: Connection) -> str | None:
    source, target = seen.graph.node(connection.from_node), seen.graph.node(connection.to_node)
    if source is None or target is None:
        gone = connection.from_node if source is None else connection.to_node
        return f"A connection leads to the node {gone!r}, which is not there."
    if _kind(source) is None or _kind(target) is None:
        return None  # the unknown kind is a problem already; its ports are not known here
    given = _port(_kind(source), "outputs", connection.from_port)
    taken = _port(_kind(target), "inputs", connection.to_port)
    if given is None:
        return f"{_label(source)!r} has no output {connection.from_port!r}."
    if taken is None:
        return f"{_label(target)!r} has no input {connection.to_port!r}."
    if given.shape != taken.shape:
        return f"{_label(source)!r} gives a {given.shape}, but {_label(target)!r} takes a {taken.shape}."
    if (target.id, taken.name) in seen.into:
        return f"Two connections lead into {taken.label.lower()!r} of {_label(target)!r}; remove one."
    return None


def _check_inputs(seen: _Examination) -> None:
    leaving = {connection.from_node for connection in seen.graph.connections}
    for node in seen.graph.nodes:
        kind = _kind(node)
        if kind is None:
            continue
        for port in kind.inputs:
            if (node.id, port.name) not in seen.into:
                seen.add(node.id, f"Nothing is connected to its input {port.label.lower()!r}.")
        if not kind.inputs and node.id not in leaving and len(seen.graph.nodes) > 1:
            seen.add(node.id, "Nothing is connected to its output.", None, "warning")


def _check_columns(seen: _Examination) -> None:
    for node_id in ordered(seen.graph).ids:
        node = seen.nodes.get(node_id)
        if isinstance(node, DatasetNode):
            _check_source(seen, node_id, node)
        elif (came := _incoming(seen, node_id)) is not None:
            _check_node(seen, node_id, node, came)


def _check_source(seen: _Examination, node_id: str, node: DatasetNode) -> None:
    facts = seen.datasets(node.dataset) if node.dataset else None
    _add_all(seen, node_id, node.source_problems(facts))
    if facts and facts.schema is not None:
        schema = node.schema_from(facts.schema)
        seen.reached[node_id, node.outputs[0].name] = _Reached(schema, not seen.has_error(node_id))


def _incoming(seen: _Examination, node_id: str) -> _Reached | None:
    """Return the schema that reaches the node by its first connected input."""
    found = (
        seen.reached.get((connection.from_node, connection.from_port))
        for (to_node, _), connection in seen.into.items()
        if to_node == node_id
    )
    return next((at for at in found if at is not None), None)


def _check_node(seen: _Examination, node_id: str, node: Node | None, came: _Reached) -> None:
    schema, is_sound = came.schema, came.is_sound and node is not None
    if node is not None and came.is_sound:
        if node.is_learning() and not schema.has_split:
            seen.add(node_id, _before_the_split(seen, node_id))
        _add_all(seen, node_id, node.problems(schema))
        is_sound = not seen.has_error(node_id)
        schema = node.schema_after(schema) if is_sound else schema
    kind = _kind(seen.graph.node(node_id))
    for port in kind.outputs if kind else ():
        seen.reached[node_id, port.name] = _Reached(schema, is_sound)


def _before_the_split(seen: _Examination, node_id: str) -> str:
    has_split = any(node.kind == "split" for node in seen.graph.nodes)
    learner = _label(seen.graph.node(node_id))
    advice = "move it behind the split" if has_split else "put a split before it"
    return f"{learner!r} learns from rows, so it would learn from the test rows too; {advice}."


def _add_all(seen: _Examination, node_id: str, problems: list[NodeProblem]) -> None:
    for problem in problems:
        seen.add(node_id, problem.message, problem.field, problem.severity)


def _check_targets(seen: _Examination) -> None:
    named = {node_id: target for node_id, target in _targets(seen) if target}
    if len(set(named.values())) < 2:
        return
    listed = ", ".join(f"{target!r} in {_label(seen.graph.node(node_id))!r}" for node_id, target in named.items())
    for node_id in named:
        seen.add(node_id, f"A workflow predicts one target, but two are named: {listed}.", "target")


def _targets(seen: _Examination) -> Iterator[tuple[str, str | None]]:
    for node_id, node in seen.nodes.items():
        if isinstance(node, DatasetNode):
            at = seen.reached.get((node_id, node.outputs[0].name))
            yield node_id, at.schema.target if at else node.target


def _dotted(error: FieldError) -> str:
    return ".".join(str(part) for part in error.path)
