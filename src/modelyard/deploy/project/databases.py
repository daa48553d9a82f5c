"""Where the database connections of a project would be made, and what address each would have there."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.changes import indentation, inserted
from modelyard.deploy.code.python.code import Folded, Given, Module
from modelyard.deploy.code.python.coming import comes_to
from modelyard.deploy.code.python.databases import (
    CREATES,
    OPENED_LATER,
    Connection,
    connections,
    creates,
    sqlite_path,
)
from modelyard.deploy.finding import Edit, Platform, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.stopping import refuses

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

ON_PLATFORM: dict[Platform, Given] = {
    "hf": {"SPACE_ID": "owner/space", "SPACE_HOST": "owner-space.hf.space", "SYSTEM": "spaces"},
    "render": {"RENDER": "true", "RENDER_SERVICE_ID": "srv-1", "PORT": "10000"},
    "vercel": {"VERCEL": "1"},
}
"""Names that each platform sets itself."""
URL_NAME = re.compile(r"(DATABASE|DB|POSTGRES|PG|SQL|NEON|SUPABASE)\w*", re.IGNORECASE)
SWITCH = re.compile(
    r"^(USE|ENABLE|IS|HAS|FORCE|SKIP|NO)_|_(ENABLED|PATH|DIR|FILE|ECHO|POOL\w*|TIMEOUT|TYPE)$", re.IGNORECASE
)
"""Names that decide about a database without being its address."""
TOLD_BY: dict[Platform, str] = {"hf": "SPACE_ID", "render": "RENDER", "vercel": "VERCEL"}
"""The name by which a program knows where it runs."""


@dataclass(frozen=True, eq=False)
class Use:
    """One connection as it would be made on one platform."""

    connection: Connection
    platform: Platform
    deployable: Deployable | None
    """None where nothing says what would be deployed."""
    given: Given
    """What the environment holds there, as far as the project says."""
    urls: tuple[Folded, ...]
    """The addresses it can have there; empty when they cannot be told."""
    conditions: tuple[str, ...] = ()
    """Names of the environment that decide whether it is made."""
    is_when_set: bool = False
    """It is made only when a name that nothing in the project sets holds an address."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the environment that the address depends on and that nothing sets."""
        read = [name for url in self.urls for name in url.names]
        told = [name for name in (*read, *self.conditions) if name not in self.given and URL_NAME.search(name)]
        return _addresses(told, self.given) or tuple(dict.fromkeys(told))

    @property
    def is_sqlite(self) -> bool:
        """Whether every address it can have is SQLite's, whatever the environment holds."""
        if self.connection.kind == "sqlite":
            return True
        return bool(self.urls) and all(one.text.startswith("sqlite") and not one.names for one in self.urls)

    def is_refused(self, project: "Project") -> bool:
        """Whether the program refuses to start there when the address is missing."""
        return bool(self.names) and refuses(project, self.names, self.given)

    def sqlite_files(self) -> Iterator[tuple[str, Folded]]:
        """Yield the SQLite files it can open, each with the address that says so."""
        for url in self.urls:
            path = sqlite_path(url.value, is_path=self.connection.kind == "sqlite")
            if path is not None:
                yield path, url


def uses_of(project: "Project") -> tuple[Use, ...]:
    """Return each connection on each platform that would run it, where it is come to with or without an address."""
    return tuple(
        use
        for connection in connections(project.python)
        for platform, deployable, given in situations(project, connection.module.file.path)
        if (use := _use(project, connection, platform, deployable, given)) is not None
    )


def _use(
    project: "Project", connection: Connection, platform: Platform, deployable: Deployable | None, given: Given
) -> Use | None:
    python, node, module = project.python, connection.node, connection.module
    names = (*python.condition_names(node, module, given), *_names_tried(connection, project, given))
    is_when_set = False
    there = given
    if comes_to(python, node, module, given) is False:
        there = {**dict.fromkeys(_addresses(names, given)), **given}
        is_when_set = True
        if len(there) == len(given) or comes_to(python, node, module, there) is False:
            return None
    urls = python.possible(connection.url, module, there) if connection.url is not None else ()
    return Use(connection, platform, deployable, given, urls, names, is_when_set)


def ends_start(project: "Project", use: Use) -> bool:
    """Say whether the start is over when the database of a connection does not answer."""
    connection = use.connection
    if connection.kind == "driver" and connection.call is not None:
        return not connection.name.startswith(OPENED_LATER) and project.startup.ends_by(connection.call)
    engines = {one.connection for one in project.databases if one.connection.kind in ("engine", "async engine")}
    if engines != {connection}:
        return False
    asked = (f"{connection.name}.connect", f"{connection.name}.begin")
    return any(
        project.startup.ends_by(call)
        for call in project.python.calls(*asked, *CREATES)
        if call.name in asked or creates(call)
    )


def _addresses(names: Iterable[str], given: Given) -> tuple[str, ...]:
    """Return the names that hold a database's address, of those that nothing sets."""
    told = [name for name in names if name not in given and URL_NAME.search(name)]
    return tuple(dict.fromkeys(name for name in told if not SWITCH.search(name)))


def _names_tried(connection: Connection, project: "Project", given: Given) -> Iterator[str]:
    """Yield the names that the connection depends on which this one stands in for, when that fails."""
    scopes = connection.module.scopes
    handler = next((one for one in scopes.around(connection.node) if isinstance(one, ast.ExceptHandler)), None)
    tried = scopes.parent(handler) if handler is not None else None
    if isinstance(tried, ast.Try):
        inside = {node for statement in tried.body for node in ast.walk(statement)}
        for other in connections(project.python):
            if other.node in inside and other.url is not None:
                for url in project.python.possible(other.url, other.module, given):
                    yield from url.names


def situations(project: "Project", path: str) -> list[tuple[Platform, Deployable | None, Given]]:
    """Return where a Python file would run, with the environment it would find there."""
    running = project.running(path)
    if not running:
        return [(platform, None, ON_PLATFORM[platform]) for platform in project.platforms_of(path)]
    return [(one.platform, one, {**ON_PLATFORM[one.platform], **dict(one.environment)}) for one in running]


def probed(project: "Project", use: Use, url: str) -> tuple[Folded, ...]:
    """Return the addresses a connection would have if the names it depends on were set to this one."""
    return _with(project, use, use.names, url)


def probed_as_asked(project: "Project", use: Use, url: str) -> tuple[Folded, ...]:
    """Return the same for names that a blueprint sets to what it does not show (`sync: false`, `fromDatabase`)."""
    read = (name for one in use.urls for name in one.names if URL_NAME.search(name) and not SWITCH.search(name))
    return _with(project, use, tuple(name for name in read if use.given.get(name, "") is None), url)


def _with(project: "Project", use: Use, names: tuple[str, ...], url: str) -> tuple[Folded, ...]:
    """Return the addresses a connection would have if these names were set to this address."""
    if use.connection.url is None or not names:
        return ()
    given = {**use.given, **dict.fromkeys(names, url)}
    if project.python.holds(use.connection.node, use.connection.module, given) is False:
        return ()
    return project.python.possible(use.connection.url, use.connection.module, given)


def given_by_render(project: "Project", use: Use) -> Iterator[tuple[str, Span]]:
    """Yield the names that hold the address of a database of Render's, PostgreSQL always, and what gives them."""
    for blueprint in project.blueprints:
        for service in blueprint.services:
            if use.deployable is not None and service.data is use.deployable.settings:
                for one in blueprint.variables(service):
                    source = one.data.get("fromDatabase")
                    if isinstance(source, dict) and source.get("property") == "connectionString":
                        yield one.name, blueprint.span(one.path)


def together(uses: list[Use]) -> list[tuple[Use, tuple[Platform, ...]]]:
    """Return the uses of the same connection as one, with all their platforms."""
    found: dict[Connection, list[Use]] = {}
    for use in uses:
        found.setdefault(use.connection, []).append(use)
    return [(same[0], tuple(dict.fromkeys(one.platform for one in same))) for same in found.values()]


def failing_fast(module: Module, node: ast.AST, name: str, platforms: tuple[Platform, ...]) -> tuple[Edit, ...]:
    """Return the edits that stop a program on a platform when a name is not set, before a node is come to."""
    statement = module.scopes.statement(node)
    if statement is None:
        return ()
    space = indentation(module.file, statement.lineno)
    hosted = " or ".join(f'os.getenv("{TOLD_BY[platform]}")' for platform in platforms)
    text = (
        f'{space}if not os.getenv("{name}") and ({hosted}):\n'
        f'{space}    raise RuntimeError("Set {name}: the disk of this host is wiped at every restart.")'
    )
    return (*importing(module, "os"), inserted(module.file, statement.lineno, text))


def importing(module: Module, name: str) -> tuple[Edit, ...]:
    """Return the edit that imports a module of the standard library; none when it is imported already."""
    bindings = module.scopes.bindings[module.tree].get(name, [])
    if any(one.how == "import" and one.source == name for one in bindings):
        return ()
    return (inserted(module.file, _first_import(module), f"import {name}"),)


def _first_import(module: Module) -> int:
    """Return the line that a further import goes before: after the docstring and the imports from `__future__`."""
    line = 1
    for node in module.tree.body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (is_docstring or is_future):
            return node.lineno
        line = (node.end_lineno or node.lineno) + 1
    return line
