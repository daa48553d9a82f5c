"""Where Python code connects to databases, and what the addresses tell."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from modelyard.deploy.code.python.code import Call, Module, PythonCode
from modelyard.deploy.finding import Span

Kind = Literal["engine", "async engine", "driver", "sqlite"]
"""SQLAlchemy's engines; a driver of a database server used directly; SQLite opened by path."""
ENGINES = {
    "sqlalchemy.create_engine": "engine",
    "sqlalchemy.engine.create_engine": "engine",
    "sqlmodel.create_engine": "engine",
    "sqlalchemy.ext.asyncio.create_async_engine": "async engine",
    "sqlalchemy.ext.asyncio.engine.create_async_engine": "async engine",
    "sqlmodel.ext.asyncio.create_async_engine": "async engine",
    "databases.Database": "async engine",
}
DRIVERS = (
    *("psycopg2.connect", "psycopg.connect", "psycopg.Connection.connect", "psycopg.AsyncConnection.connect"),
    *("asyncpg.connect", "pymysql.connect", "mysql.connector.connect", "MySQLdb.connect", "aiomysql.connect"),
)
POOLS = (
    *("asyncpg.create_pool", "psycopg_pool.ConnectionPool", "psycopg_pool.AsyncConnectionPool", "aiomysql.create_pool"),
    *("psycopg2.pool.SimpleConnectionPool", "psycopg2.pool.ThreadedConnectionPool"),
    *(
        "tortoise.contrib.fastapi.register_tortoise",
        "tortoise.Tortoise.init",
        "tortoise.contrib.fastapi.RegisterTortoise",
    ),
)
OPENED_LATER = ("psycopg_pool.", "tortoise.")
"""What the names of pools begin with that connect when they are first asked."""
CREATES = (".metadata.create_all", ".create_all", ".run_sync")
"""Methods that ask for the tables, and connect for that."""
SQLITE = (
    *("sqlite3.connect", "aiosqlite.connect", "peewee.SqliteDatabase", "sqlitedict.SqliteDict", "apsw.Connection"),
    *("playhouse.sqlite_ext.SqliteExtDatabase", "sqlite3.dbapi2.connect", "sqlite_utils.Database"),
)
WRITES = (".commit", ".add", ".add_all", ".insert", ".insert_one", ".merge")
"""Methods of sessions, connections and collections by which requests leave something."""
_TABLES = (".create_all", ".to_sql")
"""Methods that make tables, which nothing else has."""
_HANDLE = re.compile(r"^(sqlalchemy|sqlmodel|flask_sqlalchemy)\.|(session|db|database|conn|connection)\.\w+$", re.I)
"""Names of what a database is written through; sets, lists and frames have `add`, `insert` and `merge` as well."""
_URL_KEYWORDS = ("url", "dsn", "conninfo", "database", "db_url", "name_or_url", "filename")
_FLASK = "SQLALCHEMY_DATABASE_URI"
_MEMORY = re.compile(r":memory:|mode=memory|^sqlite(\+\w+)?:(//)?/?$")
_SQLITE_URL = re.compile(r"^sqlite(?:\+\w+)?:///?(?P<path>.*)$", re.DOTALL)
_WRITING_SQL = re.compile(
    r"\b(insert\s+(or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from|create\s+table|replace\s+into)\b", re.I
)


@dataclass(frozen=True, eq=False)
class Connection:
    """One place that connects to a database, or says to which one."""

    kind: Kind
    name: str
    """What connects: `sqlalchemy.create_engine`."""
    url: ast.expr | None
    node: ast.AST
    module: Module
    call: Call | None

    @property
    def span(self) -> Span:
        """Its lines."""
        return self.module.span(self.node)

    @property
    def is_pooled(self) -> bool:
        """Whether it keeps connections for later use."""
        return self.kind in ("engine", "async engine") or self.name in POOLS


def connections(python: PythonCode) -> Iterator[Connection]:
    """Yield every live connection: engines, drivers, SQLite files, Flask's configuration."""
    for call in python.calls(*ENGINES, *DRIVERS, *POOLS, *SQLITE, ".from_conn_string"):
        if call.name.endswith(".from_conn_string") and "sqlite" not in call.name.lower():
            continue
        kind = ENGINES.get(call.name) or ("driver" if call.name in (*DRIVERS, *POOLS) else "sqlite")
        first = None if call.name.startswith("tortoise.") else call.argument(0)
        url = first or next((one.value for one in call.node.keywords if one.arg in _URL_KEYWORDS), None)
        yield Connection(_kind(kind), call.name, url, call.node, call.module, call)
    for module in python.reached:
        if _FLASK not in module.file.text:
            continue
        for node in module.scopes.of(ast.Assign, ast.keyword):
            value = _configured(node)
            if value is not None and python.is_live(module, node):
                yield Connection("engine", f"flask {_FLASK}", value, node, module, None)


def _kind(text: str) -> Kind:
    for kind in ("engine", "async engine", "driver", "sqlite"):
        if kind == text:
            return kind
    raise ValueError(text)


def _configured(node: ast.AST) -> ast.expr | None:
    """Return the address that Flask-SQLAlchemy's setting is given."""
    match node:
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=name))], value=value) if name == _FLASK:
            return value
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == _FLASK:
            return value
        case ast.keyword(arg=name, value=value) if name == _FLASK:
            return value
    return None


def sqlite_path(value: object, *, is_path: bool) -> str | None:
    """Return the file that an address of SQLite names; None for memory and for other databases.

    `is_path` says that the value is a path already, as `sqlite3.connect` takes it.
    """
    if not isinstance(value, str) or _MEMORY.search(value):
        return None
    if is_path:
        return value.removeprefix("file:").partition("?")[0] or None
    found = _SQLITE_URL.match(value)
    return found["path"].partition("?")[0] or None if found else None


def engine_options(python: PythonCode, call: Call) -> dict[str, object] | None:
    """Return the keywords of an engine with what is known of their values; None when some cannot be told."""
    known: dict[str, object] = {}
    for one in call.node.keywords:
        folded = python.fold(one.value, call.module)
        if one.arg is not None:
            known[one.arg] = folded.value if folded else python.naming.name(one.value, call.module)
        elif folded and isinstance(folded.value, dict) and folded.value:
            known |= {str(key): value for key, value in folded.value.items()}
        else:
            return None
    return known


def creates(call: Call) -> bool:
    """Say whether a call asks for the tables: `run_sync` only where it is given `create_all`."""
    if not call.name.endswith(".run_sync"):
        return call.name.endswith(CREATES)
    first = call.argument(0)
    return first is not None and call.module.source(first).endswith("create_all")


def is_only_read(value: str, python: PythonCode) -> bool:
    """Say whether SQLite is opened for reading: the address says so, or no live code writes, in SQL or by objects."""
    if "mode=ro" in value or "immutable=1" in value:
        return True
    return not _writes_sql(python) and not _writes_objects(python)


def _writes_sql(python: PythonCode) -> bool:
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and _WRITING_SQL.search(node.value)
        for module in python.reached
        for node in module.scopes.nodes()
    )


def _writes_objects(python: PythonCode) -> bool:
    """Say whether live code makes tables, or hands objects to a session."""
    return any(call.name.endswith(_TABLES) or _HANDLE.search(call.name) for call in python.calls(*WRITES, *_TABLES))
