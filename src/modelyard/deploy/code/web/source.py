"""One parsed script of a front end: its imports, texts and calls."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.web.imports import SPEAKS, Head, Import, head_of_text, read_head
from modelyard.deploy.code.web.syntax import (
    GRAMMARS,
    above,
    captured,
    dotted,
    member,
    parse,
    source_bytes,
    string_value,
    suffix_of,
    text_of,
    unwrapped,
)
from modelyard.deploy.file_time import OfOneFile
from modelyard.deploy.finding import Edit, Span

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

FUNCTIONS = {
    *("function_declaration", "function_expression", "arrow_function", "method_definition"),
    *("generator_function", "generator_function_declaration"),
}
DECLARED = {
    *("function_declaration", "generator_function_declaration", "class_declaration", "variable_declarator"),
}
MAX_LINE = 20_000
"""A longer line was written by a tool: the file is a build's output."""
MAX_FOLDS = 24


@dataclass(frozen=True)
class Text:
    """One string or template of a source."""

    text: str
    """With `${}` in the place of each expression of a template."""
    span: Span
    file: SourceFile
    start: int
    end: int


@dataclass(frozen=True)
class WebCall:
    """One call or `new` in a source."""

    name: str
    """As written, `axios.create`, `localStorage.setItem`; `?.` counts as a dot."""
    node: "Node"
    source: "Source"

    @property
    def span(self) -> Span:
        """The call's lines."""
        return self.source.span(self.node)

    @property
    def arguments(self) -> list["Node"]:
        """The arguments, comments left out."""
        given = self.node.child_by_field_name("arguments")
        return [one for one in given.named_children if one.type != "comment"] if given is not None else []

    def argument(self, position: int) -> "Node | None":
        """Return an argument by its position, casts taken off; None when it is not given."""
        given = self.arguments
        return unwrapped(given[position]) if position < len(given) else None


Elsewhere = Callable[["Source", Import], "Source | None"]
"""The source that an import of a source leads to."""


class Source(OfOneFile):
    """One script, parsed at first use."""

    def __init__(self, file: SourceFile, elsewhere: "Elsewhere | None" = None) -> None:
        self.file = file
        self.elsewhere = elsewhere
        self.grammar = GRAMMARS[suffix_of(file.path)]

    @property
    def its_path(self) -> str:
        """The path of its file."""
        return self.file.path

    @cached_property
    def is_built(self) -> bool:
        """Whether a tool wrote it: minified, or a bundle."""
        return ".min." in self.file.name or any(len(line) > MAX_LINE for line in self.file.lines)

    @cached_property
    def root(self) -> "Node":
        """The tree; an empty one for what a tool wrote."""
        return self._tree.root_node

    @property
    def _data(self) -> bytes:
        return b"" if self.is_built else source_bytes(self.file)

    @cached_property
    def _tree(self) -> "Tree":
        return parse(self._data, self.grammar)

    def forget(self) -> None:
        """Give the tree back, which takes twenty times the text; it is parsed again when asked for."""
        for name in ("_tree", "root", "calls", "constants", "exports"):
            self.__dict__.pop(name, None)

    def nodes(self, *types: str, below: "Node | None" = None) -> list["Node"]:
        """Return the nodes of these types, in the order of the text."""
        return captured(below or self.root, self.grammar, types)

    def at(self, start: int, end: int) -> "Node | None":
        """Return the smallest node that holds these bytes."""
        return self.root.descendant_for_byte_range(start, end)

    def occurrences(self, pattern: "re.Pattern[bytes]") -> Iterator["Node"]:
        """Yield the smallest node around each match of a pattern in the parsed text."""
        for found in pattern.finditer(self._data):
            if (node := self.at(found.start(), found.end())) is not None:
                yield node

    def span(self, node: "Node") -> Span:
        """Return a node's lines as evidence."""
        return self.file.span(node.start_point.row + 1, node.end_point.row + 1)

    def offset(self, byte: int) -> int:
        """Return where a byte of the parsed text stands in the file's text."""
        if self._is_plain:
            return byte
        return len(self.file.text.encode("utf-8", "replace")[:byte].decode("utf-8", "replace"))

    @cached_property
    def _is_plain(self) -> bool:
        return self.file.text.isascii()

    def edit(self, node: "Node", text: str) -> Edit:
        """Return the edit that puts `text` in a node's place."""
        return Edit(file=self.file.path, start=self.offset(node.start_byte), end=self.offset(node.end_byte), text=text)

    @cached_property
    def _head(self) -> Head:
        """What it begins with; the tree is not kept for this, as most sources are only asked what they import."""
        if not SPEAKS.search(self.file.text):
            return Head()
        return read_head(parse(head_of_text(self._data), self.grammar).root_node, self.grammar, self.file)

    @property
    def directives(self) -> frozenset[str]:
        """`use client`, `use server` and the like, where they stand before everything else."""
        return self._head.directives

    @property
    def imports(self) -> tuple[Import, ...]:
        """What it imports, re-exports and requires; imports of types alone are left out."""
        return self._head.imports

    @cached_property
    def calls(self) -> tuple[WebCall, ...]:
        """Every call and `new`, in the order of the text."""
        found = []
        for node in self.nodes("call_expression", "new_expression"):
            field = "function" if node.type == "call_expression" else "constructor"
            found.append(WebCall(dotted(node.child_by_field_name(field)), node, self))
        return tuple(found)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every string and template but those of types, imports and directives."""
        found = []
        for node in self.nodes("string", "template_string"):
            if not _is_no_value(node) and (text := string_value(node)) is not None:
                start, end = self.offset(node.start_byte), self.offset(node.end_byte)
                found.append(Text(text, self.span(node), self.file, start, end))
        return tuple(found)

    @cached_property
    def constants(self) -> dict[str, "Node"]:
        """What the file's own `const` names are set to, whichever function they stand in."""
        found: dict[str, Node] = {}
        for node in self.nodes("variable_declarator"):
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None and name.type == "identifier" and value is not None:
                found.setdefault(text_of(name), value)
        return found

    @cached_property
    def exports(self) -> "dict[str, Node]":
        """What the file exports, by name: functions, classes, the values of constants."""
        found: dict[str, Node] = {}
        for node in self.nodes("export_statement"):
            declared = node.child_by_field_name("declaration")
            if any(child.type == "default" for child in node.children):
                found["default"] = declared or node.child_by_field_name("value") or node
            for one in [declared, *(declared.named_children if declared is not None else ())]:
                if one is not None and one.type in DECLARED:
                    found[text_of(one.child_by_field_name("name"))] = one.child_by_field_name("value") or one
            for one in self.nodes("export_specifier", below=node):
                name = one.child_by_field_name("alias") or one.child_by_field_name("name")
                found.setdefault(text_of(name), one)
        return found

    def export(self, name: str) -> "Node | None":
        """Return what the file exports under one name; a file that does not hold the name is not parsed for it."""
        return self.exports.get(name) if name in self.file.text else None

    def fold(self, node: "Node | None", depth: int = 0) -> str | None:
        """Return the text an expression is worth, with `${}` for unknown parts; None when it is not a text at all."""
        if node is None or depth > MAX_FOLDS:
            return None
        node = unwrapped(node)
        if node.type == "string":
            return string_value(node)
        if node.type == "template_string":
            return self._folded_template(node, depth)
        if node.type == "binary_expression" and text_of(node.child_by_field_name("operator")) == "+":
            left = self.fold(node.child_by_field_name("left"), depth + 1)
            right = self.fold(node.child_by_field_name("right"), depth + 1)
            return None if left is None and right is None else (left or "${}") + (right or "${}")
        if node.type == "identifier":
            return self._folded_name(text_of(node), depth)
        if node.type == "member_expression":
            base, key = node.child_by_field_name("object"), text_of(node.child_by_field_name("property"))
            held = self.constants.get(text_of(base))
            return self.fold(member(held, key), depth + 1) if held is not None else None
        return None

    def _folded_name(self, name: str, depth: int) -> str | None:
        if (value := self.constants.get(name)) is not None:
            return self.fold(value, depth + 1)
        if self.elsewhere is None:
            return None
        for one in self.imports:
            for local, theirs in one.names:
                if local == name and (target := self.elsewhere(self, one)) is not None and target is not self:
                    return target.fold_exported(theirs, depth + 1)
        return None

    def fold_exported(self, name: str, depth: int = 0) -> str | None:
        """Return the text that an export of this file is worth; None when it is no text."""
        if depth > MAX_FOLDS:
            return None
        if name == "default":
            for node in self.nodes("export_statement"):
                if (value := node.child_by_field_name("value")) is not None:
                    return self.fold(value, depth + 1)
        return self._folded_name(name, depth)

    def _folded_template(self, node: "Node", depth: int) -> str | None:
        text = string_value(node) or ""
        for part in (one for one in node.named_children if one.type == "template_substitution"):
            inner = self.fold(part.named_children[0] if part.named_children else None, depth + 1)
            text = text.replace("${}", "\0" if inner is None else inner.replace("${}", "\0"), 1)
        return text.replace("\0", "${}")

    def function_of(self, node: "Node") -> "Node | None":
        """Return the innermost function a node stands in."""
        return next((one for one in above(node) if one.type in FUNCTIONS), None)

    def functions_around(self, node: "Node") -> Iterator[tuple[str, "Node"]]:
        """Yield name and node of the functions a node stands in, the innermost first; `""` for one without a name."""
        for one in above(node):
            if one.type in FUNCTIONS:
                yield function_name(one), one


def function_name(function: "Node") -> str:
    """Return the name of a function: its own, or the one it is assigned to; `""` without."""
    if own := function.child_by_field_name("name"):
        return text_of(own)
    parent = function.parent
    if parent is not None and parent.type == "variable_declarator":
        return text_of(parent.child_by_field_name("name"))
    return text_of(parent.child_by_field_name("key")) if parent is not None and parent.type == "pair" else ""


def _is_no_value(node: "Node") -> bool:
    parent = node.parent
    if parent is None or parent.type in ("literal_type", "import_statement", "export_statement"):
        return True
    if parent.type == "expression_statement":
        return True
    if parent.type == "arguments" and parent.parent is not None:
        called = parent.parent.child_by_field_name("function")
        return called is not None and text_of(called) in ("require", "import")
    return False
