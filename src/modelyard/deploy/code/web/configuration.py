"""What the configuration of a framework sets, wherever its object is handed through."""

from typing import TYPE_CHECKING

from modelyard.deploy.code.web.source import Source
from modelyard.deploy.code.web.syntax import above, member, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


def setting(source: Source, *path: str) -> "Node | None":
    """Return what a configuration sets at a path of keys (`images`, `unoptimized`), or sets by assignment; or None."""
    for node in source.nodes("object"):
        if not any(one.type == "object" for one in above(node)) and (found := member(node, *path)) is not None:
            return found
    for node in source.nodes("assignment_expression"):
        if text_of(node.child_by_field_name("left")).endswith("." + ".".join(path)):
            return node.child_by_field_name("right")
    return None


def is_true(node: "Node | None") -> bool:
    """Say whether a setting is literally true."""
    return node is not None and node.type == "true"


def is_exported(source: Source | None) -> bool:
    """Say whether a Next configuration asks for a static export, in any of its branches."""
    node = setting(source, "output") if source is not None else None
    if source is None or node is None:
        return False
    texts = [source.fold(node)] + [source.fold(one) for one in source.nodes("string", below=node)]
    return "export" in texts
