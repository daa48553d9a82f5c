"""Packages that the live Python of a deployable needs, by its imports and by what frameworks load at run time."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.packages import STANDARD, packages_of
from modelyard.deploy.code.python.code import Module, Route
from modelyard.deploy.finding import Span
from modelyard.deploy.project.deployable import Deployable

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

OF_FORMS = re.compile(r"\bUploadFile\b|\bOAuth2PasswordRequestForm\b")
FORM_CALLS = ("Form", "File")
DRIVERS = {
    "asyncpg": ("asyncpg",),
    "aiosqlite": ("aiosqlite",),
    "psycopg2": ("psycopg2-binary", "psycopg2"),
    "psycopg": ("psycopg", "psycopg-binary"),
    "pg8000": ("pg8000",),
    "pymysql": ("pymysql",),
    "aiomysql": ("aiomysql",),
    "asyncmy": ("asyncmy",),
    "mysqldb": ("mysqlclient",),
    "mysqlconnector": ("mysql-connector-python",),
}
ENGINES = (".create_engine", ".create_async_engine")
SCHEMES = {"bcrypt": ("bcrypt",), "bcrypt_sha256": ("bcrypt",), "argon2": ("argon2-cffi",)}
SERVERS = {"uvicorn": "uvicorn", "gunicorn": "gunicorn", "hypercorn": "hypercorn", "streamlit": "streamlit"}


@dataclass(frozen=True)
class Need:
    """One package that is needed at one place."""

    packages: tuple[str, ...]
    """Any of these will do; the first is the one to add."""
    why: str
    """`import jose`, `an upload`, `the driver asyncpg`."""
    span: Span
    name: str = ""
    """The imported name, `""` for what is not an import."""
    is_guarded: bool = False
    module: Module | None = None
    node: ast.AST | None = None


def needs_of(project: "Project", one: Deployable) -> Iterator[Need]:
    """Yield what the Python that a deployable reaches needs; the standard library and its own modules left out."""
    reached = {path for start, _ in one.python_files for path in project.python.beneath(start)}
    own = _own_names(project)
    for module in project.python.reached:
        if module.file.path in reached:
            yield from _imports(project, module, own)
    is_uvicorn = one.entry is not None and one.entry.server in ("uvicorn", "gunicorn")
    yield from _of_frameworks(project, reached, is_uvicorn=is_uvicorn)
    if one.entry is not None and one.command is not None and one.command.chain and one.entry.run is None:
        server = SERVERS.get(one.entry.server)
        if server is not None and not one.entry.is_run:
            yield Need((server,), f"the command {server}", one.command.span)


def _own_names(project: "Project") -> frozenset[str]:
    """Return the names that an import of this code base's own modules begins with."""
    found: set[str] = set()
    for path in project.code.files:
        if path.endswith((".py", ".pyi", ".so")):
            parts = path.rpartition(".")[0].split("/")
            found.update(parts)
    return frozenset(found)


def _imports(project: "Project", module: Module, own: frozenset[str]) -> Iterator[Need]:
    for name, node, is_guarded in project.python.imports(module):
        if name in STANDARD or name in own or not project.python.is_live(module, node) or _is_for_types(module, node):
            continue
        span = module.span(node)
        yield Need(packages_of(name), f"import {name}", span, name, is_guarded, module, node)


def _is_for_types(module: Module, node: ast.AST) -> bool:
    """Say whether an import stands under `if TYPE_CHECKING`."""
    around = module.scopes.around(node)
    return any(isinstance(one, ast.If) and "TYPE_CHECKING" in ast.unparse(one.test) for one in around)


def _of_frameworks(project: "Project", reached: set[str], *, is_uvicorn: bool) -> Iterator[Need]:
    for route in project.python.routes:
        if route.module.file.path not in reached:
            continue
        if _takes_a_form(route.handler):
            yield _of(("python-multipart",), "a form or upload", route)
        if route.method == "WEBSOCKET" and is_uvicorn:
            yield Need(
                ("websockets", "wsproto"), "a WebSocket route", route.span, "", False, route.module, route.handler
            )
    for module in project.python.reached:
        if module.file.path in reached and "EmailStr" in module.file.text:
            for name, node, _ in project.python.imports(module):
                if name == "pydantic" and "EmailStr" in ast.unparse(node):
                    yield Need(("email-validator",), "EmailStr", module.span(node), "", False, module, node)
    for call in project.python.calls(".CryptContext"):
        listed = call.argument(0, "schemes")
        for scheme in listed.elts[:1] if isinstance(listed, ast.List | ast.Tuple) else ():
            if isinstance(scheme, ast.Constant) and scheme.value in SCHEMES and call.module.file.path in reached:
                packages = SCHEMES[str(scheme.value)]
                yield Need(packages, f"the scheme {scheme.value}", call.span, "", False, call.module, call.node)
    yield from _drivers(project, reached)


def _of(packages: tuple[str, ...], why: str, route: Route) -> Need:
    return Need(packages, why, route.span, module=route.module, node=route.handler)


def _drivers(project: "Project", reached: set[str]) -> Iterator[Need]:
    for call in project.python.calls(*ENGINES):
        node = call.argument(0, "url")
        if node is None or call.module.file.path not in reached:
            continue
        for folded in project.python.possible(node, call.module):
            found = re.match(r"\w+\+(\w+)://", folded.text)
            if found and found[1] in DRIVERS:
                yield Need(DRIVERS[found[1]], f"the driver {found[1]}", call.span, "", False, call.module, call.node)


def _takes_a_form(handler: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether FastAPI would parse a form for a handler's parameters."""
    arguments = [*handler.args.posonlyargs, *handler.args.args, *handler.args.kwonlyargs]
    for one in arguments:
        if one.annotation is not None and OF_FORMS.search(ast.unparse(one.annotation)):
            return True
        if one.annotation is not None and any(_is_form_call(node) for node in ast.walk(one.annotation)):
            return True
    return any(_is_form_call(one) for one in (*handler.args.defaults, *handler.args.kw_defaults) if one is not None)


def _is_form_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORM_CALLS
