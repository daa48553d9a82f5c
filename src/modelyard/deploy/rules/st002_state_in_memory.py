"""ST002: sessions or jobs live in the memory of one process."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Module
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

KEPT = re.compile(
    r"session|(^|_)jobs?($|_)|tasks?_?(store|status|results?|db)|(^|_)(tasks|store|storage|history|histories)($|_)"
    r"|conversation|chats?_?(history|memory|sessions)|progress|(^|_)(users|uploads|documents|results|otps?|tokens|carts?)"
    r"(_db|_store)?$|fake_\w*db|in_memory|memory_store|(^|_)(db|database)$|refresh_tokens|blacklist|blocklist|revoked"
    r"|(^|_)(?:user|chat|session|thread|agent|bot)_?memor(?:y|ies)$",
    re.IGNORECASE,
)
MAKERS = {"dict", "list", "set", "collections.OrderedDict", "collections.defaultdict", "collections.deque"}
GIVING = {"append", "setdefault", "update", "add", "extend", "insert"}


class ST002(Rule):
    """Sessions, jobs or what users gave live in the memory of one process.

    **What it does.** Looks for mappings and lists of a module, of `self` and of `app.state` that are named for
    sessions, jobs, histories or stores, and that handlers (or what they call) add to.

    **Why it matters.** A free host sleeps and starts again many times a day: everybody is signed out, jobs that were
    promised are forgotten, conversations begin anew. With two workers each request finds another half of it.

    **How to fix.** Keep it in the database, or in a signed cookie when it is small.

    **Limits.** The name decides whether something is worth keeping; a cache that can be filled again is left out.
    """

    kind: Literal["ST002"] = "ST002"
    title: ClassVar[str] = "State in process memory"
    group: ClassVar[str] = "State"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each such name, with the places that add to it."""
        for module in project.python.reached:
            for name, place in _made(module, project):
                changes = list(_changes(name, place, module, project))
                if changes:
                    yield self.finding(
                        [module.span(place), *(where.span(node) for where, node in changes[:6])],
                        f"{name} lives in the memory of one process, and requests add to it: a restart empties it.",
                        confidence=0.8,
                        platforms=project.platforms_of(module.file.path),
                        fix=Fix(text="Keep it in the database, or in a signed cookie when it is small."),
                    )


def _made(module: Module, project: Project) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names of a module, of `self` and of `app.state` that are made empty, with their statements."""
    for node in module.scopes.of(ast.Assign, ast.AnnAssign):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not _is_empty(node.value, module, project):
            continue
        if not project.python.is_live(module, node):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = (
                target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
            )
            is_local = isinstance(target, ast.Name) and module.scopes.function(node) is not None
            if KEPT.search(name) and "cache" not in name.lower() and not is_local and _is_lasting(target):
                yield name, node


def _is_lasting(target: ast.expr) -> bool:
    """Say whether what is assigned outlives the call: a module's name, `self.x`, `app.state.x`."""
    if isinstance(target, ast.Name):
        return True
    base = target.value if isinstance(target, ast.Attribute) else None
    is_state = isinstance(base, ast.Attribute) and base.attr == "state"
    return is_state or (isinstance(base, ast.Name) and base.id == "self")


def _is_empty(node: ast.expr | None, module: Module, project: Project) -> bool:
    if isinstance(node, ast.Dict):
        return not node.keys
    if isinstance(node, ast.List):
        return not node.elts
    return isinstance(node, ast.Call) and project.python.naming.name(node.func, module) in MAKERS


def _changes(name: str, made: ast.AST, module: Module, project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the places where what requests come to adds to a name."""
    owner = module.scopes.enclosing_class(made)
    for where in project.python.reached if owner is None else (module,):
        if name not in where.file.text:
            continue
        for node in where.scopes.nodes():
            held = _added_to(node)
            function = where.scopes.function(node)
            if held is None or function is None or function not in project.handlers.served:
                continue
            if _is_same(held, name, where, module, project, is_own=owner is not None):
                yield where, node


def _added_to(node: ast.AST) -> ast.expr | None:
    """Return what a statement adds to: `x[key] = value`, `x.append(value)`."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=held)]) | ast.AugAssign(target=ast.Subscript(value=held)):
            return held
        case ast.Call(func=ast.Attribute(value=held, attr=attr)) if attr in GIVING:
            return held.value if isinstance(held, ast.Subscript) else held
    return None


def _is_same(held: ast.expr, name: str, where: Module, module: Module, project: Project, *, is_own: bool) -> bool:
    if isinstance(held, ast.Attribute) and held.attr == name:
        base = held.value
        if isinstance(base, ast.Attribute) and base.attr == "state":
            return True
        if isinstance(base, ast.Name) and base.id == "self":
            return is_own
    return not is_own and project.python.naming.variable(held, where) == (module, name)
