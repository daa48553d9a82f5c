"""Which parameters of a graph's nodes name datasets, and which hold secrets: read from the kinds, whatever they are."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from modelyard.kernel.kinds import family
from modelyard.workflows.graph import Graph, NodeDocument


def dataset_ids(graph: Graph) -> list[str]:
    """Return the datasets that the graph names, each once, in the order of its nodes."""
    named = (value for node in graph.nodes for _, value in _named_datasets(node))
    return list(dict.fromkeys(named))


def with_datasets(graph: Graph, find: Callable[[str], str | None]) -> Graph:
    """Return the graph with each dataset exchanged for what `find` gives for it."""
    changes: dict[str, Mapping[str, Any]] = {
        node.id: {name: find(value) for name, value in _named_datasets(node)} for node in graph.nodes
    }
    return graph.with_parameters({node_id: change for node_id, change in changes.items() if change})


def without_secrets(graph: Graph) -> Graph:
    """Return the graph without the parameters that must not leave this yard."""
    nodes = [
        node.model_copy(update={"parameters": _without(node.parameters, hidden)})
        if (hidden := secret_fields(node.kind))
        else node
        for node in graph.nodes
    ]
    return graph.model_copy(update={"nodes": nodes})


@cache
def secret_fields(kind: str) -> frozenset[str]:
    """Return the names of the secret parameters of a node's kind and of what may stand in it, such as engines."""
    found = family("node").get(kind)
    return frozenset(_secrets(found.model_json_schema())) if found else frozenset()


def _secrets(schema: Any) -> Iterator[str]:
    """Yield the names of write-only properties anywhere in a JSON Schema."""
    if isinstance(schema, list):
        for each in schema:
            yield from _secrets(each)
    if isinstance(schema, dict):
        stated = schema.get("properties", {})
        yield from (name for name, field in stated.items() if _is_secret(field))
        for each in schema.values():
            yield from _secrets(each)


def _is_secret(stated: Any) -> bool:
    is_stated = isinstance(stated, dict)
    return is_stated and (bool(stated.get("writeOnly")) or any(_is_secret(each) for each in stated.get("anyOf", ())))


def _without(value: Any, hidden: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(member, hidden) for name, member in value.items() if name not in hidden}
    return [_without(member, hidden) for member in value] if isinstance(value, list) else value


def _named_datasets(node: NodeDocument) -> Iterator[tuple[str, str]]:
    for name in _dataset_fields(node.kind):
        value = node.parameters.get(name)
        if isinstance(value, str) and value:
            yield name, value


@cache
def _dataset_fields(kind: str) -> tuple[str, ...]:
    found = family("node").get(kind)
    fields = found.model_fields if found else {}
    return tuple(name for name, field in fields.items() if _widget(field.json_schema_extra) == "dataset")


def _widget(extra: Any) -> Any:
    return extra.get("x-widget") if isinstance(extra, dict) else None
