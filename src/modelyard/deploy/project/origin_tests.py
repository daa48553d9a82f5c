"""Origins that a program tests itself: by how they end or begin, or by what they hold."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.origin_patterns import HOSTS, STRANGER
from modelyard.deploy.code.suffixes import is_local
from modelyard.deploy.finding import Span

if TYPE_CHECKING:
    from modelyard.deploy.code.python.code import Module
    from modelyard.deploy.project.project import Project

SPEAKS = ("access-control-allow-origin", "is_allowed_origin", "corsmiddleware")
"""What a module holds that decides about origins."""
NAMES = ("origin", "request_origin", "req_origin", "origin_header")


@dataclass(frozen=True)
class Tested:
    """One test that lets a stranger in."""

    module: "Module"
    node: ast.expr
    span: Span
    origin: str
    """The stranger."""
    whose: str
    """Who that is, in words."""


def open_tests(project: "Project") -> Iterator[Tested]:
    """Yield the tests of live code that admit somebody else's origin."""
    for module in project.python.reached:
        text = module.file.text.lower()
        if "origin" not in text or not any(word in text for word in SPEAKS):
            continue
        for node in module.scopes.nodes():
            found = _tested(project, module, node)
            if found is not None and isinstance(node, ast.expr) and project.python.is_live(module, node):
                yield Tested(module, node, module.span(node), *found)


def _tested(project: "Project", module: "Module", node: ast.AST) -> tuple[str, str] | None:
    match node:
        case ast.Call(func=ast.Attribute(value=held, attr="endswith" | "startswith" as how), args=[given]):
            part = _text(project, module, given)
            if part and _is_origin(held):
                return _ending(part) if how == "endswith" else _beginning(part)
        case ast.Compare(left=given, ops=[ast.In()], comparators=[held]) if _is_origin(held):
            part = _text(project, module, given)
            host = part.partition("://")[2] or part if part else ""
            if host and not is_local(f"http://{host}") and "." in host:
                return f"https://{host}.{STRANGER}.example", f"any domain that holds {host}"
    return None


def _ending(part: str) -> tuple[str, str] | None:
    host = part.lstrip(".")
    if part.startswith("."):
        is_shared = host in HOSTS
        return (f"https://{STRANGER}{part}", f"every site on {host}") if is_shared else None
    is_whole = "://" in part or part.startswith("//")
    return None if is_whole or "." not in part else (f"https://{STRANGER}{part}", f"any domain that ends like {part}")


def _beginning(part: str) -> tuple[str, str] | None:
    host = part.partition("://")[2]
    if not host or is_local(part) or host.endswith("/"):
        return None
    return f"{part}.{STRANGER}.example", f"any domain that begins like {host}"


def _is_origin(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("lower", "strip"):
        return _is_origin(node.func.value)
    return name.lower() in NAMES


def _text(project: "Project", module: "Module", node: ast.expr) -> str:
    folded = project.python.fold(node, module)
    return folded.value if folded is not None and folded.is_whole and isinstance(folded.value, str) else ""
