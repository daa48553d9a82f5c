"""YAML as plain data with the line of every part; aliases are shared, never copied."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

MAX_CHARACTERS = 200_000
"""Longer documents are lock files or data, which no rule reads as YAML; the parser is slow."""
MAX_VALUES = 100_000
"""Of a document with its aliases written out; more is a bomb."""
_INTEGER = re.compile(r"[-+]?\d+")
_OCTAL_OR_HEX = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?")
_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

Path = tuple[str | int, ...]


def yaml_parts(text: str, first_line: int) -> tuple[Any, dict[Path, int]] | str:
    """Return the first document's data and the line of each path into it, or why it cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(text) > MAX_CHARACTERS:
        return f"more than {MAX_CHARACTERS} characters of YAML"
    try:
        root = next(iter(_composed(YAML(typ="safe", pure=True), text)), None)
        if root is None:
            return None, {(): first_line}
        if _n_values(root, {}, set()) > MAX_VALUES:
            return f"its aliases stand for more than {MAX_VALUES} values"
        reader = _Reader(first_line)
        data = reader.value(root, (), is_placed=True)
    except YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "" if line is None else f" at line {line + first_line}"
        return f"not valid YAML{where}: {getattr(error, 'problem', None) or 'unreadable'}"
    except RecursionError:
        return "nested too deep"
    except ValueError as error:
        return f"not valid YAML: {error}"
    return data, reader.lines


def _composed(yaml: Any, text: str) -> "list[Node]":
    """Return the node of the first document, in a list that is empty when there is none."""
    _, parser = yaml.get_constructor_parser(text)
    yaml.composer.parser.get_event()
    return [yaml.composer.compose_document()] if not _is_at_end(parser) else []


def _is_at_end(parser: Any) -> bool:
    from ruamel.yaml.events import StreamEndEvent

    return bool(parser.check_event(StreamEndEvent))


def _n_values(node: "Node", known: dict[int, int], above: set[int]) -> int:
    """Return how many values a node stands for with its aliases written out; raises ValueError for a circle."""
    if id(node) in known:
        return known[id(node)]
    if id(node) in above:
        raise ValueError("an alias that holds itself")
    above.add(id(node))
    parts = node.value if isinstance(node.value, list) else []
    inner = [one for part in parts for one in (part if isinstance(part, tuple) else (part,))]
    known[id(node)] = 1 + sum(_n_values(one, known, above) for one in inner)
    above.discard(id(node))
    return known[id(node)]


class _Reader:
    """Turns nodes into data; what an alias repeats is placed where it was first written."""

    def __init__(self, first_line: int) -> None:
        self.lines: dict[Path, int] = {}
        self._first_line = first_line
        self._known: dict[int, Any] = {}

    def value(self, node: "Node", path: Path, *, is_placed: bool) -> Any:
        """Return a node's data."""
        if is_placed and path not in self.lines:
            self.lines[path] = node.start_mark.line + self._first_line
        if id(node) in self._known:
            return self._known[id(node)]
        data = self._data(node, path, is_placed=is_placed)
        self._known[id(node)] = data
        return data

    def _data(self, node: "Node", path: Path, *, is_placed: bool) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        if isinstance(node, MappingNode):
            return self._mapping(node, path, is_placed=is_placed)
        if isinstance(node, SequenceNode):
            return [self.value(one, (*path, i), is_placed=is_placed) for i, one in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: "Node", path: Path, *, is_placed: bool) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if str(key_node.tag).endswith(":merge"):
                found = self.value(value_node, path, is_placed=False)
                for one in found if isinstance(found, list) else [found]:
                    merged = {**one, **merged} if isinstance(one, dict) else merged
                continue
            key = str(key_node.value)
            if is_placed:
                self.lines[(*path, key)] = key_node.start_mark.line + self._first_line
            own[key] = self.value(value_node, (*path, key), is_placed=is_placed)
        return {**merged, **own}


def _scalar(node: "Node") -> Any:
    """Return a scalar as YAML 1.2 reads it; dates and unknown tags stay text."""
    from ruamel.yaml.nodes import ScalarNode

    text = str(node.value)
    if not isinstance(node, ScalarNode) or node.style is not None or not str(node.tag).startswith("tag:yaml.org,2002:"):
        return text
    if text in _NULL:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text) and len(text) < 40:
        return int(text)
    if _OCTAL_OR_HEX.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text
