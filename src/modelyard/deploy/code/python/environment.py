"""Where the code of a program reads names of its environment."""

import ast
from collections.abc import Callable, Iterable, Iterator

from modelyard.deploy.code.python.naming import Naming
from modelyard.deploy.code.python.parts import Call, EnvironmentRead, Module
from modelyard.deploy.code.python.reads import read_by
from modelyard.deploy.code.python.settings import SettingsClasses

IsLive = Callable[[Module, ast.AST], bool]


def reads_in(
    modules: Iterable[Module], calls: Iterable[Call], naming: Naming, settings: SettingsClasses, is_live: IsLive
) -> Iterator[EnvironmentRead]:
    """Yield every read of the environment in live code: calls, items of `os.environ`, fields of settings."""
    for call in calls:
        if (read := read_by(call.name, call.node)) is not None:
            name, default = read
            is_required = default is None and not call.name.startswith("os.")
            yield EnvironmentRead(name, call.span, call.module, default, is_required, call.node)
    for module in modules:
        for node in module.scopes.of(ast.Subscript, ast.ClassDef):
            match node:
                case ast.Subscript(value=base, slice=ast.Constant(value=str() as name), ctx=ast.Load()) if naming.name(
                    base, module
                ) == "os.environ" and is_live(module, node):
                    yield EnvironmentRead(name, module.span(node), module, None, True, node)
                case ast.ClassDef() if node.bases and is_live(module, node):
                    yield from _fields(node, module, settings)


def _fields(owner: ast.ClassDef, module: Module, settings: SettingsClasses) -> Iterator[EnvironmentRead]:
    for one in settings.fields(owner, module).values():
        if one.module is module and one.node in owner.body:
            default = one.default
            yield EnvironmentRead(one.names[0], module.span(one.node), module, default, one.is_required, one.node)
