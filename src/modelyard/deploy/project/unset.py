"""Reads of the environment whose missing value ends the program while it is imported."""

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelyard.deploy.code.python.code import EnvironmentRead

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

DATABASES_BY_NAME = (".MongoClient", ".AsyncMongoClient", ".AsyncIOMotorClient")
"""Clients that give a database for a name in brackets, and refuse None."""
NUMBERS = ("int", "float")


def ending_reads(project: "Project") -> Iterator[EnvironmentRead]:
    """Yield the reads at the top of modules that give None when nothing is set, where None cannot be gone on with.

    `os.getenv("A").split(",")`, `int(os.getenv("A"))`, and the name of a database: `client[os.getenv("A")]`, also
    where a constant carries it to another module.
    """
    named = set(_names_of_databases(project))
    for read in project.python.environment:
        if read.default is not None or read.is_required or read.module.scopes.function(read.node) is not None:
            continue
        if _is_gone_on_without(read):
            continue
        bound = _constant(read)
        if _is_used_at_once(read) or (bound is not None and (read.module.file.path, bound) in named):
            yield read


def _is_gone_on_without(read: EnvironmentRead) -> bool:
    """Say whether something around a read decides or catches, or gives another value."""
    around = read.module.scopes.around(read.node)
    return any(isinstance(one, ast.Try | ast.If | ast.IfExp | ast.BoolOp) for one in around)


def _is_used_at_once(read: EnvironmentRead) -> bool:
    match read.module.scopes.parent(read.node):
        case ast.Attribute():
            return True
        case ast.Call(func=ast.Name(id=name), args=[first]):
            return name in NUMBERS and first is read.node
    return False


def _constant(read: EnvironmentRead) -> str | None:
    """Return the name that a read is given to as it stands."""
    match read.module.scopes.parent(read.node):
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is read.node:
            return name
    return None


def _names_of_databases(project: "Project") -> Iterator[tuple[str, str]]:
    """Yield file and name of the constants that databases are asked for by while a module is imported."""
    python = project.python
    for module in python.reached:
        for node in module.scopes.of(ast.Subscript):
            if not isinstance(node, ast.Subscript) or module.scopes.function(node) is not None:
                continue
            if not (python.naming.name(node.value, module) or "").endswith(DATABASES_BY_NAME):
                continue
            held = python.naming.variable(node.slice, module)
            if held is not None:
                yield held[0].file.path, held[1]
