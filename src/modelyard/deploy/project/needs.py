"""Packages that the live Python of a deployable needs, by its imports and by what frameworks load at run time."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.installing import normalised
from modelyard.deploy.code.packages import DEEPEST, STANDARD, is_namespace, known_packages_of
from modelyard.deploy.code.python.code import Given, Module, Route
from modelyard.deploy.code.python.coming import comes_to
from modelyard.deploy.code.secrets import is_secret_name
from modelyard.deploy.finding import Span
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.databases import Use, given_by_render, probed
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
PLAIN = "postgresql://user:password@host/name"
SYNC_DRIVERS = ("psycopg2-binary", "psycopg2", "psycopg", "psycopg-binary", "pg8000")
"""Any of these will do for a synchronous engine on PostgreSQL."""
OF_NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "EmailStr": ("pydantic", ("email-validator",)),
    "SessionMiddleware": ("starlette", ("itsdangerous",)),
    "Jinja2Templates": ("starlette", ("jinja2",)),
}
"""Names that need another package: where they come from, and what they need."""
ONCE_USED = ("EmailStr",)
"""Those whose import needs nothing yet: pydantic looks for the other package when a model has such a field."""
OF_PANDAS: dict[str, tuple[str, ...]] = {
    "pandas.read_excel": ("openpyxl", "xlrd", "python-calamine", "pyxlsb"),
    "pandas.ExcelWriter": ("openpyxl", "xlsxwriter"),
    ".to_excel": ("openpyxl", "xlsxwriter"),
    "pandas.read_parquet": ("pyarrow", "fastparquet"),
    ".to_parquet": ("pyarrow", "fastparquet"),
}
"""What reads and writes tables for pandas, which brings none of it along."""
OF_PLACES = re.compile(r"(?:URL|URI|DSN|HOST|ENDPOINT|PROJECT|BUCKET|ACCOUNT|ID)(?:_|$)", re.IGNORECASE)
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
    reached = brought(project, one)
    own = _own_names(project)
    for module in project.python.reached:
        if module.file.path in reached:
            yield from _imports(project, module, own, dict(one.environment))
    is_uvicorn = one.entry is not None and one.entry.server in ("uvicorn", "gunicorn")
    yield from _of_frameworks(project, reached, is_uvicorn=is_uvicorn)
    yield from _drivers(project, reached, one)
    if one.entry is not None and one.command is not None and one.command.chain and one.entry.run is None:
        server = SERVERS.get(one.entry.server)
        if server is not None and not one.entry.is_run:
            yield Need((server,), f"the command {server}", one.command.span)


def brought(project: "Project", one: Deployable) -> set[str]:
    """Return the Python files that a deployable reaches, less those that its image leaves out."""
    reached = {path for start, _ in one.python_files for path in project.python.beneath(start)}
    if one.dockerfile is None:
        return reached
    files = context_of(project.code, one).image(one.dockerfile)
    sources = {source: path for path, source in files.context.items()}
    return {path for path in reached if files.takes(sources.get(path, path))}


def _own_names(project: "Project") -> frozenset[str]:
    """Return the names that an import of this code base's own modules begins with."""
    found: set[str] = set()
    for path in project.code.files:
        if path.endswith((".py", ".pyi", ".so")):
            parts = path.rpartition(".")[0].split("/")
            found.update(parts)
    return frozenset(found)


def _imports(project: "Project", module: Module, own: frozenset[str], given: Given) -> Iterator[Need]:
    for name, node, is_guarded in project.python.imports(module):
        if name in STANDARD or name in own or not project.python.is_live(module, node) or _is_for_types(module, node):
            continue
        span = module.span(node)
        is_left_out = is_guarded or _is_switched_off(project, module, node, given)
        for one in _modules(name, node):
            # What packages share a namespace with is not known from the name alone.
            packages = known_packages_of(one) or ((normalised(name),) if one == name else ())
            if packages:
                yield Need(packages, f"import {one}", span, one, is_left_out, module, node)


def _is_switched_off(project: "Project", module: Module, node: ast.AST, given: Given) -> bool:
    """Say whether an import's function is called only where a switch of the environment is on, and it is off.

    A key or an address is no switch: the platform has it, whatever stands here.
    """
    python, function = project.python, module.scopes.function(node)
    if function is None or function.decorator_list:
        return False
    calls = list(python.calls(python.naming.qualified(function, module)))
    names = [python.condition_names(call.node, call.module, given) for call in calls]
    if not calls or not all(names) or any(_is_set_there(name) for each in names for name in each):
        return False
    return comes_to(python, node, module, given) is False


def _is_set_there(name: str) -> bool:
    """Say whether a name is one that people set on the platform: a key, or where something is."""
    return is_secret_name(name) or OF_PLACES.search(name) is not None


def _modules(name: str, node: ast.stmt) -> tuple[str, ...]:
    """Return the dotted modules that a statement imports below a namespace that packages share; else the name alone."""
    if not is_namespace(name):
        return (name,)
    if isinstance(node, ast.ImportFrom):
        return tuple(dict.fromkeys(_top(f"{node.module}.{one.name}") for one in node.names))
    below = (one.name for one in node.names) if isinstance(node, ast.Import) else ()
    return tuple(_top(one) for one in below if one.startswith(f"{name}."))


def _top(module: str) -> str:
    """Return as much of a dotted name as tells its package."""
    return ".".join(module.split(".")[:DEEPEST])


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
        if module.file.path in reached:
            yield from _of_imported_names(project, module)
    for call in project.python.calls(".CryptContext"):
        listed = call.argument(0, "schemes")
        for scheme in listed.elts[:1] if isinstance(listed, ast.List | ast.Tuple) else ():
            if isinstance(scheme, ast.Constant) and scheme.value in SCHEMES and call.module.file.path in reached:
                packages = SCHEMES[str(scheme.value)]
                yield Need(packages, f"the scheme {scheme.value}", call.span, "", False, call.module, call.node)
    for call in project.python.calls(*OF_PANDAS):
        is_pandas = call.name in OF_PANDAS or "pandas" in call.module.file.text
        if call.module.file.path in reached and is_pandas and call.argument(None, "engine") is None:
            method = call.name.rpartition(".")[2]
            tables = OF_PANDAS.get(call.name) or OF_PANDAS[f".{method}"]
            yield Need(tables, f"pandas' {method}", call.span, "", False, call.module, call.node)


def _of_imported_names(project: "Project", module: Module) -> Iterator[Need]:
    wanted = [name for name in OF_NAMES if name in module.file.text]
    for top, node, _ in project.python.imports(module) if wanted else ():
        for name in wanted:
            source, packages = OF_NAMES[name]
            of_source = (source, "fastapi") if source == "starlette" else (source,)
            is_meant = top in of_source and name in ast.unparse(node)
            if is_meant and (name not in ONCE_USED or _is_used(module, name)):
                yield Need(packages, name, module.span(node), "", False, module, node)


def _is_used(module: Module, name: str) -> bool:
    """Say whether a name stands anywhere but in an import, a quoted annotation included."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.alias) and node.asname and node.name == name:
            return True
        said = getattr(node, "id", "") or getattr(node, "attr", "") or getattr(node, "value", "")
        if isinstance(node, ast.Name | ast.Attribute | ast.Constant) and isinstance(said, str) and name in said:
            return True
    return False


def _of(packages: tuple[str, ...], why: str, route: Route) -> Need:
    return Need(packages, why, route.span, module=route.module, node=route.handler)


def _drivers(project: "Project", reached: set[str], one: Deployable) -> Iterator[Need]:
    """Yield the drivers that the addresses of engines name, with what the manifest sets."""
    given: Given = dict(one.environment)
    for call in project.python.calls(*ENGINES):
        node = call.argument(0, "url")
        if node is None or call.module.file.path not in reached:
            continue
        for folded in project.python.possible(node, call.module, given):
            found = re.match(r"\w+\+(\w+)://", folded.text)
            if found and found[1] in DRIVERS:
                yield Need(DRIVERS[found[1]], f"the driver {found[1]}", call.span, "", False, call.module, call.node)
    for use in project.databases:
        its = use.connection
        is_its = its.kind == "engine" and its.module.file.path in reached and use.platform == one.platform
        if is_its and _opens_postgresql(project, use):
            yield Need(SYNC_DRIVERS, "a synchronous engine on PostgreSQL", its.span, "", False, its.module, its.node)


def _opens_postgresql(project: "Project", use: Use) -> bool:
    """Say whether an engine is given a plain address of PostgreSQL, by the code or by what is written for its names."""
    plain = ("postgresql://", "postgres://")
    if any(url.text.startswith(plain) for url in use.urls):
        return True
    node, module = use.connection.url, use.connection.module
    for name, _ in given_by_render(project, use):
        held = {**use.given, name: PLAIN}
        if node is not None and any(url.text == PLAIN for url in project.python.possible(node, module, held)):
            return True
    given = [url.text for url in probed(project, use, PLAIN)]
    asked = project.requirements(use.deployable).asked if use.deployable is not None else ()
    is_meant = any(one.name == "asyncpg" for one in asked) or any(
        one.name in use.names and (one.value or "").startswith(plain) for one in project.names.sets
    )
    return is_meant and any(text.startswith("postgresql://") for text in given)


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
