"""DB004: connections are not tested before use, with a database that goes to sleep."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.code.python.databases import DRIVERS, engine_options
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.databases import Use, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class DB004(Rule):
    """Connections are used without asking whether they are still there.

    **What it does.** Looks at the arguments of each SQLAlchemy engine that can lead to a database server for
    `pool_pre_ping` (or `NullPool`), and for driver connections that are made once at import and kept.

    **Why it matters.** Free databases (Neon, Supabase) go to sleep and close what is open, and so do the proxies before
    them. The first request after a pause then fails with `SSL connection has been closed unexpectedly`.

    **How to fix.** `create_engine(url, pool_pre_ping=True, pool_recycle=300)`; for a driver without a pool, open the
    connection when it is needed, or use the driver's pool.

    **Limits.** Arguments that come from a mapping built elsewhere count as right when it cannot be told.
    """

    kind: Literal["DB004"] = "DB004"
    title: ClassVar[str] = "Stale connections are used"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each engine and each kept connection."""
        for use, platforms in together([use for use in project.databases if not use.is_sqlite]):
            call = use.connection.call
            chain = project.python.chain(use.connection.module, use.connection.node)
            if call is None:
                continue
            if use.connection.kind in ("engine", "async engine") and call.name != "databases.Database":
                known = engine_options(project.python, call)
                if known is None or _is_for_sqlite(known):
                    continue
                if "pool_pre_ping" in known or "NullPool" in str(known.get("poolclass")):
                    yield self.passed(call.span, "connections are tested before use")
                    continue
                yield self.finding(
                    use.connection.span,
                    "The engine uses connections that a sleeping database has closed: no pool_pre_ping.",
                    chain=chain,
                    platforms=platforms,
                    fix=Fix(
                        kind="safe", text="Add `pool_pre_ping=True, pool_recycle=300`.", edits=(_added(use, call),)
                    ),
                )
            elif call.name in DRIVERS and call.function is None:
                yield self.finding(
                    call.span,
                    f"{call.name} is called once at import; when the database closes the connection, it stays closed.",
                    confidence=0.9,
                    chain=chain,
                    platforms=platforms,
                    fix=Fix(text="Open the connection from a pool when it is needed."),
                )


def _is_for_sqlite(known: dict[str, object]) -> bool:
    given = known.get("connect_args")
    return isinstance(given, dict) and "check_same_thread" in given


def _added(use: Use, call: Call) -> Edit:
    """Return the edit that adds the arguments after the last one."""
    last: ast.AST = max(
        [*call.node.args, *(one.value for one in call.node.keywords)],
        key=lambda one: (one.end_lineno or 0, one.end_col_offset or 0),
    )
    _, end = call.module.extent(last)
    return Edit(file=use.connection.module.file.path, start=end, end=end, text=", pool_pre_ping=True, pool_recycle=300")
