"""JavaScript and TypeScript as trees: grammars, captures, and the small facts that rules ask of a node."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

from modelyard.deploy.code.files import SourceFile

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query, Tree

Grammar = Literal["typescript", "tsx", "javascript"]
GRAMMARS: dict[str, Grammar] = {
    **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
    ".tsx": "tsx",
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), "javascript"),
    **dict.fromkeys((".vue", ".svelte", ".astro", ".html", ".htm"), "typescript"),
}
"""The grammar of a file by its ending."""
LARGE_BYTES = 100_000
"""Parsed in 0.3 s whatever it holds; 1.5 MB of `f<` take 4 s."""
EMBEDDING = (".vue", ".svelte", ".html", ".htm")
"""Pages that hold scripts between tags."""
SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
FRONT_MATTER = re.compile(rb"\A\s*---\r?\n(.*?)\n---", re.DOTALL)
DATA_SCRIPT = re.compile(rb"""\btype\s*=\s*["']?(?!module|text/javascript|text/babel|application/javascript)\w""")
WRAPPERS = {
    *("parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "type_assertion"),
    *("await_expression",),
}
"""Nodes that leave a value as it is."""
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def suffix_of(path: str) -> str:
    """Return the ending of a path with its dot, lower case."""
    name = path.rpartition("/")[2]
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""


@cache
def _language(grammar: Grammar) -> "Language":
    import tree_sitter_javascript
    import tree_sitter_typescript
    from tree_sitter import Language

    if grammar == "javascript":
        return Language(tree_sitter_javascript.language())
    if grammar == "tsx":
        return Language(tree_sitter_typescript.language_tsx())
    return Language(tree_sitter_typescript.language_typescript())


def source_bytes(file: SourceFile) -> bytes:
    """Return what is parsed of a file, in UTF-8: all of it, or only its scripts with all else blanked in place."""
    data = file.text.encode("utf-8", "replace")
    ending = suffix_of(file.path)
    if ending in EMBEDDING:
        parts = [found.span(2) for found in SCRIPT.finditer(data) if not DATA_SCRIPT.search(found[1])]
    elif ending == ".astro":
        parts = [found.span(1) for found in FRONT_MATTER.finditer(data)]
    else:
        return data
    blank = bytearray(byte if byte in b"\r\n" else 0x20 for byte in data)
    for start, end in parts:
        blank[start:end] = data[start:end]
    return bytes(blank)


def parse(data: bytes, grammar: Grammar) -> "Tree":
    """Return the tree of a text; what does not parse becomes ERROR nodes in it.

    A large text is parsed in steps between which a limit of time can end it.
    """
    from tree_sitter import Parser

    parser = Parser(_language(grammar))
    if len(data) <= LARGE_BYTES:
        return parser.parse(data)
    return parser.parse(lambda offset, _: data[offset : offset + LARGE_BYTES], progress_callback=lambda *_: False)


def captured(root: "Node", grammar: Grammar, types: tuple[str, ...]) -> list["Node"]:
    """Return the nodes of these types below a node, in the order of the text; the search runs in C.

    Types that a grammar does not have (JSX in `.ts`) yield nothing.
    """
    from tree_sitter import QueryCursor

    query = _query(grammar, types)
    found = QueryCursor(query).captures(root).get("node", []) if query is not None else []
    return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))


@cache
def _query(grammar: Grammar, types: tuple[str, ...]) -> "Query | None":
    from tree_sitter import Query

    language = _language(grammar)
    known = [name for name in types if language.id_for_node_kind(name, True)]
    return None if not known else Query(language, "[" + " ".join(f"({name})" for name in known) + "] @node")


def text_of(node: "Node | None") -> str:
    """Return a node's text; `""` for no node."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def unwrapped(node: "Node") -> "Node":
    """Return the expression inside parentheses, casts and `await`."""
    while node.type in WRAPPERS and node.named_children:
        node = node.named_children[-1 if node.type == "type_assertion" else 0]
    return node


def above(node: "Node") -> Iterator["Node"]:
    """Yield what a node stands in, the nearest first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def dotted(node: "Node | None") -> str:
    """Return a name as it is written, `a.b.c`; `""` for what is not a chain of names. `?.` counts as a dot."""
    parts: list[str] = []
    while node is not None:
        node = unwrapped(node)
        if node.type in ("member_expression", "nested_identifier"):
            parts.append(text_of(node.child_by_field_name("property")))
            node = node.child_by_field_name("object")
        elif node.type == "subscript_expression":
            key = string_value(node.child_by_field_name("index"))
            if key is None:
                return ""
            parts.append(key)
            node = node.child_by_field_name("object")
        elif node.type in ("identifier", "this", "meta_property", "import", "property_identifier", "jsx_identifier"):
            parts.append(text_of(node))
            break
        elif node.type == "call_expression":
            parts.append(f"{dotted(node.child_by_field_name('function'))}()")
            break
        else:
            return ""
    return ".".join(reversed(parts))


def string_value(node: "Node | None") -> str | None:
    """Return the value of a string or of a template, with `${}` for each expression in it; None for other nodes."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    parts: list[str] = []
    position = node.start_byte + 1
    data = node.text or b""
    for child in node.named_children:
        if child.type not in ("escape_sequence", "template_substitution"):
            continue
        parts.append(_between(data, position - node.start_byte, child.start_byte - node.start_byte))
        escape = text_of(child)[1:]
        parts.append("${}" if child.type == "template_substitution" else ESCAPES.get(escape, escape))
        position = child.end_byte
    parts.append(_between(data, position - node.start_byte, len(data) - 1))
    return "".join(parts)


def _between(data: bytes, start: int, end: int) -> str:
    return data[start:end].decode("utf-8", "replace")


def members(node: "Node | None") -> Iterator[tuple[str, "Node"]]:
    """Yield key and value of an object literal; shorthand members yield their identifier, methods themselves."""
    for child in node.named_children if node is not None and node.type == "object" else ():
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                yield string_value(key) or text_of(key), value
        elif child.type == "shorthand_property_identifier":
            yield text_of(child), child
        elif child.type == "method_definition":
            yield text_of(child.child_by_field_name("name")), child


def member(node: "Node | None", *path: str) -> "Node | None":
    """Return the value at a path of keys of an object literal, casts and parentheses taken off."""
    for key in path:
        node = next(
            (value for name, value in members(unwrapped(node) if node is not None else None) if name == key), None
        )
    return unwrapped(node) if node is not None else None
