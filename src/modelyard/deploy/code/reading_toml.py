"""TOML as plain data, by the standard library, with the line of every part, by tree-sitter."""

import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node

Path = tuple[str | int, ...]


def toml_parts(text: str) -> tuple[Any, dict[Path, int]] | str:
    """Return a document's data and the line of each path into it, or why it cannot be read."""
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
        return data, _lines(text)
    except tomllib.TOMLDecodeError as error:
        return f"not valid TOML: {error}"
    except RecursionError:
        return "nested too deep"


def _lines(text: str) -> dict[Path, int]:
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    lines: dict[Path, int] = {(): 1}
    seen: Counter[Path] = Counter()
    for node in tree.root_node.named_children:
        if node.type == "pair":
            _pair(node, (), lines)
        elif node.type in ("table", "table_array_element"):
            _table(node, lines, seen)
    return lines


def _table(node: "Node", lines: dict[Path, int], seen: Counter[Path]) -> None:
    key, *pairs = node.named_children
    path = _inside_arrays(_key(key), seen)
    if node.type == "table_array_element":
        lines.setdefault(path, _line(node))
        path = (*path, seen[path])
        seen[path[:-1]] += 1
    lines.setdefault(path, _line(node))
    for pair in pairs:
        if pair.type == "pair":
            _pair(pair, path, lines)


def _inside_arrays(keys: Path, seen: Counter[Path]) -> Path:
    """Return a table's path with the index of the last element of each array of tables it lies in."""
    path: Path = ()
    for i, key in enumerate(keys):
        path = (*path, key)
        if i < len(keys) - 1 and seen[path]:
            path = (*path, seen[path] - 1)
    return path


def _pair(node: "Node", above: Path, lines: dict[Path, int]) -> None:
    key, *rest = node.named_children
    path = above
    for part in _key(key):
        path = (*path, part)
        lines.setdefault(path, _line(node))
    if rest:
        _value(rest[-1], path, lines)


def _value(node: "Node", path: Path, lines: dict[Path, int]) -> None:
    if node.type == "inline_table":
        for pair in node.named_children:
            if pair.type == "pair":
                _pair(pair, path, lines)
    elif node.type == "array":
        for i, one in enumerate(one for one in node.named_children if one.type != "comment"):
            lines[(*path, i)] = _line(one)
            _value(one, (*path, i), lines)


def _key(node: "Node") -> Path:
    if node.type == "dotted_key":
        return tuple(part for child in node.named_children for part in _key(child))
    text = (node.text or b"").decode("utf-8", "replace")
    if node.type != "quoted_key":
        return (text,)
    return (str(tomllib.loads(f"key = {text}")["key"]),)


def _line(node: "Node") -> int:
    return node.start_point[0] + 1
