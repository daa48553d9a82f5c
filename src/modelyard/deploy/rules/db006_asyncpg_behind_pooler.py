"""DB006: asyncpg's prepared statements behind a pooler in transaction mode."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.masking import masked
from modelyard.deploy.code.python.code import Call
from modelyard.deploy.code.python.databases import engine_options
from modelyard.deploy.finding import Fix, Severity, Span
from modelyard.deploy.project.databases import Use, probed, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

POOLER = re.compile(r"-pooler\.|:6543\b|pgbouncer", re.IGNORECASE)
UNCACHED = ("statement_cache_size", "prepared_statement_cache_size")


class DB006(Rule):
    """asyncpg keeps prepared statements behind a pooler that hands each transaction to another connection.

    **What it does.** Where the project names a pooler in transaction mode (`-pooler.` of Neon, port 6543 of Supabase,
    `pgbouncer`) in code, examples or manifests, looks whether asyncpg is told not to keep prepared statements.

    **Why it matters.** The pooler gives the next transaction another connection, which does not know the statement, or
    knows another one by the same name: `prepared statement "__asyncpg_stmt_1__" already exists`, at random.

    **How to fix.** `connect_args={"statement_cache_size": 0, "prepared_statement_name_func": lambda:
    f"__asyncpg_{uuid4()}__"}` with `NullPool`, or use the direct host (Neon) or session mode on port 5432 (Supabase).

    **Limits.** Without an address in the repository nothing tells that a pooler is used.
    """

    kind: Literal["DB006"] = "DB006"
    title: ClassVar[str] = "asyncpg with a transaction pooler"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each use of asyncpg that keeps statements, when a pooler is named."""
        for use, platforms in together([use for use in project.databases if _is_asyncpg(use, project)]):
            call = use.connection.call
            pooler = _pooler(use, project)
            if call is None or pooler is None:
                continue
            if _is_uncached(call, use, project):
                yield self.passed(call.span, "prepared statements are not kept")
                continue
            yield self.finding(
                [call.span, pooler],
                f"asyncpg keeps prepared statements, and the address leads to a transaction pooler ({pooler.place}).",
                confidence=0.85,
                chain=project.python.chain(use.connection.module, use.connection.node),
                platforms=platforms,
                fix=Fix(
                    text="Pass statement_cache_size=0 and a unique prepared_statement_name_func (or use NullPool), "
                    "or connect to the direct host."
                ),
            )


def _is_asyncpg(use: Use, project: Project) -> bool:
    """Say whether a connection is made by asyncpg."""
    if use.connection.name.startswith("asyncpg."):
        return True
    if use.connection.kind != "async engine":
        return False
    told = {str(url.value) for url in use.urls} | {
        one.value or "" for one in project.names.sets if one.name in use.names
    }
    told |= {url.text for url in probed(project, use, "postgresql://user:password@host/name")}
    return any("asyncpg" in one for one in told) or "asyncpg" in _asked(use, project)


def _asked(use: Use, project: Project) -> set[str]:
    """Return the packages that the deployable asks for."""
    if use.deployable is None:
        return set()
    return {one.name for one in project.requirements(use.deployable).asked}


def _pooler(use: Use, project: Project) -> Span | None:
    """Return where an address of a pooler is named for this connection."""
    for url in use.urls:
        if POOLER.search(str(url.value)):
            return next(iter(url.places), use.connection.span)
    for one in project.names.sets:
        if one.name in use.names and POOLER.search(masked(one.value or "")):
            return one.span
    return None


def _is_uncached(call: Call, use: Use, project: Project) -> bool:
    options = engine_options(project.python, call)
    if options is None:
        return True
    arguments = options.get("connect_args")
    told = {**options, **(arguments if isinstance(arguments, dict) else {})}
    is_zero = any(told.get(name) == 0 for name in UNCACHED)
    in_address = any(f"{name}=0" in str(url.value) for name in UNCACHED for url in use.urls)
    is_unknown = "connect_args" in options and not isinstance(arguments, dict)
    return is_zero or in_address or is_unknown or "NullPool" in str(options.get("poolclass"))
