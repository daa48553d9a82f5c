"""CORS headers that a program writes itself, and the hosts that a middleware lets requests come by."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.python.code import Module
from modelyard.deploy.finding import Platform, Span

if TYPE_CHECKING:
    from modelyard.deploy.code.python.code import Call
    from modelyard.deploy.project.project import Project

ORIGIN, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"
OF_PLATFORMS: dict[Platform, str] = {"hf": "hf.space", "render": "onrender.com"}
"""What the name of every host of a platform ends with."""
TESTS = (ast.Compare, ast.Call)
LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "testserver", "::1")  # noqa: S104 — names of hosts, nothing is bound


@dataclass(frozen=True)
class Written:
    """One place that allows an origin and credentials."""

    module: Module
    node: ast.AST
    is_any: bool
    """`*` is written; else whatever origin asks is given back."""

    @property
    def span(self) -> Span:
        """Its lines."""
        return self.module.span(self.node)


def open_headers(project: "Project") -> Iterator[Written]:
    """Yield where live code lets every origin in with credentials by headers of its own."""
    for module in project.python.reached:
        if CREDENTIALS not in module.file.text.lower():
            continue
        for headers in _groups(module):
            origin, credentials = headers.get(ORIGIN), headers.get(CREDENTIALS)
            if origin is None or credentials is None or not project.python.is_live(module, origin):
                continue
            if isinstance(credentials, ast.Constant) and str(credentials.value).lower() == "true":
                is_any = isinstance(origin, ast.Constant) and origin.value == "*"
                if is_any or (_is_asked_for(origin, module) and not _is_tested(origin, module)):
                    yield Written(module, origin, is_any)


def _groups(module: Module) -> Iterator[dict[str, ast.expr]]:
    """Yield the headers that are written together: in one mapping, or by the statements of one function."""
    by_function: dict[ast.AST | None, dict[str, ast.expr]] = {}
    for node in module.scopes.of(ast.Assign, ast.Dict):
        match node:
            case ast.Dict(keys=keys, values=values):
                yield {
                    key.value.lower(): value
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Attribute(attr="headers"), slice=ast.Constant(value=str() as name))],
                value=value,
            ):
                by_function.setdefault(module.scopes.function(node), {})[name.lower()] = value
    yield from by_function.values()


def _is_asked_for(node: ast.expr, module: Module) -> bool:
    """Say whether a value is the origin that the request names."""
    if isinstance(node, ast.Name):
        found = module.scopes.lookup(node.id, module.scopes.scope(node))
        values = [one.value for one in found[1] if one.value is not None] if found else []
        return bool(values) and all(not isinstance(v, ast.Name) and _is_asked_for(v, module) for v in values)
    match node:
        case ast.BoolOp(values=[first, *_]):
            return _is_asked_for(first, module)
        case ast.Call(func=ast.Attribute(attr="get", value=ast.Attribute(attr="headers")), args=[first, *_]):
            return isinstance(first, ast.Constant) and str(first.value).lower() == "origin"
        case ast.Subscript(value=ast.Attribute(attr="headers"), slice=ast.Constant(value=name)):
            return str(name).lower() == "origin"
    return False


def _is_tested(node: ast.expr, module: Module) -> bool:
    """Say whether an `if` around it looks at more than whether there is an origin."""
    return any(
        isinstance(one, ast.If | ast.IfExp)
        and any(isinstance(part, ast.Compare | ast.Call) for part in ast.walk(one.test))
        for one in module.scopes.around(node)
    )


def refused_hosts(project: "Project") -> Iterator[tuple["Call", Platform, list[str]]]:
    """Yield each TrustedHostMiddleware that refuses the platform's own name of the service, with what it lets in."""
    for call in project.python.calls(".add_middleware", ".Middleware", ".TrustedHostMiddleware"):
        given = call.argument(0, "middleware_class")
        named = project.python.naming.name(given, call.module) if given is not None else None
        if not any((name or "").endswith("TrustedHostMiddleware") for name in (named, call.name)):
            continue
        node = next((one.value for one in call.node.keywords if one.arg == "allowed_hosts"), None)
        folded = project.python.fold(node, call.module) if node is not None else None
        if folded is None or not folded.is_whole or folded.names or not isinstance(folded.value, list | tuple):
            continue
        hosts = [str(one).lower() for one in folded.value]
        for platform in project.platforms_of(call.module.file.path):
            ending = OF_PLATFORMS.get(platform)
            is_let_in = "*" in hosts or any(one.endswith(str(ending)) for one in hosts)
            has_own = platform != "hf" and any(one not in LOCAL for one in hosts)
            if ending and not is_let_in and not has_own:
                yield call, platform, hosts
