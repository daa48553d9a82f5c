"""What a source begins with: its directives, and what it imports."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.web.syntax import Grammar, captured, string_value, text_of
from modelyard.deploy.finding import Span

if TYPE_CHECKING:
    from tree_sitter import Node

SPEAKS = re.compile(r"\b(?:import|export|require|use client|use server)\b")
"""Without one of these words a source neither imports nor has a directive."""
CALLS_IN_BYTES = re.compile(rb"\b(?:import|require)(?:\.resolve)?\s*\(")
FROM = re.compile(rb"""(?:\bfrom\s*|\bimport\s*)["'][^"'\n]+["']""")
MIN_HEAD = 400
"""Bytes that directives and the comments above them need."""
CALLS = re.compile(r"\b(?:import|require)(?:\.resolve)?\s*\(")


@dataclass(frozen=True)
class Import:
    """One import of a source."""

    specifier: str
    """As written: `./api`, `@/lib/api`, `react`."""
    names: tuple[tuple[str, str], ...]
    """Local name and name in the other file (`default`, `*`); empty for an import that only runs the file."""
    file: SourceFile
    lines: tuple[int, int]
    """The first and the last, from 1."""
    is_dynamic: bool = False

    @property
    def span(self) -> Span:
        """The statement's lines."""
        return self.file.span(*self.lines)


@dataclass(frozen=True)
class Head:
    """What a source begins with."""

    directives: frozenset[str] = frozenset()
    imports: tuple[Import, ...] = ()


def head_of_text(data: bytes) -> bytes:
    """Return as much of a source as its directives and imports need: to the line of the last import, which comes early.

    A source that imports within its functions is returned whole.
    """
    if CALLS_IN_BYTES.search(data):
        return data
    end = 0
    for found in FROM.finditer(data):
        end = found.end()
    stop = data.find(b"\n", max(end, MIN_HEAD))
    return data if stop < 0 else data[: stop + 1]


def read_head(root: "Node", grammar: Grammar, file: SourceFile) -> Head:
    """Return the directives and imports of a parsed source; imports of types alone are left out."""
    stated = captured(root, grammar, ("import_statement", "export_statement"))
    found = [one for node in stated for one in _stated(node, file)]
    if CALLS.search(file.text):
        found += [one for node in captured(root, grammar, ("call_expression",)) for one in _called(node, file)]
    return Head(frozenset(_directives(root)), tuple(found))


def _directives(root: "Node") -> Iterator[str]:
    for node in root.named_children:
        if node.type in ("comment", "hash_bang_line"):
            continue
        first = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
        if first is None or (text := string_value(first)) is None:
            return
        yield text


def _stated(node: "Node", file: SourceFile) -> Iterator[Import]:
    specifier = string_value(node.child_by_field_name("source"))
    if specifier is None or (len(node.children) > 1 and node.children[1].type == "type"):
        return
    clause = next((one for one in node.named_children if one.type in ("import_clause", "export_clause")), None)
    names = tuple(_imported(clause)) if clause is not None else (("*", "*"),) if node.type[0] == "e" else ()
    if clause is None or names:
        yield Import(specifier, names, file, _lines(node))


def _called(node: "Node", file: SourceFile) -> Iterator[Import]:
    name = text_of(node.child_by_field_name("function"))
    given = node.child_by_field_name("arguments")
    if name not in ("import", "require", "require.resolve") or given is None or not given.named_children:
        return
    if specifier := string_value(given.named_children[0]):
        yield Import(specifier, (("*", "*"),), file, _lines(node), is_dynamic=name == "import")


def _lines(node: "Node") -> tuple[int, int]:
    return node.start_point.row + 1, node.end_point.row + 1


def _imported(clause: "Node") -> Iterator[tuple[str, str]]:
    for node in clause.named_children:
        if node.type == "identifier":
            yield text_of(node), "default"
        elif node.type == "namespace_import":
            yield text_of(node.named_children[0]), "*"
        elif node.type == "named_imports":
            yield from _imported(node)
        elif node.type in ("import_specifier", "export_specifier") and node.children[0].type != "type":
            name = text_of(node.child_by_field_name("name"))
            yield text_of(node.child_by_field_name("alias")) or name, name
