"""DB005: connection pools that together want more than a free database admits."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.databases import engine_options
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.databases import Use, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

DEFAULT_SIZE, DEFAULT_OVERFLOW = 5, 10
"""SQLAlchemy's own."""


class DB005(Rule):
    """Connection pools together want more than a free database admits.

    **What it does.** Adds up `pool_size` and `max_overflow` of each engine, times the workers that the start command
    asks for, and compares the sum with what the smallest free tiers admit.

    **Why it matters.** A pool that grows beyond the tier gets `too many connections` or waits for the pooler until it
    times out, at the very moment the service is busy; and another program on the same database is locked out.

    **How to fix.** `pool_size=5, max_overflow=5` and one worker are enough for a free instance.

    **Limits.** Only SQLAlchemy's sizes are read. The limit is that of the pooler of a free tier unless the project
    names a database that admits more.
    """

    kind: Literal["DB005"] = "DB005"
    title: ClassVar[str] = "Pool larger than the tier"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("free_pool_connections", "neon_direct_connections")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each engine whose pool is too large by itself or by its workers."""
        limit = _limit(project)
        for use, platforms in together([use for use in project.databases if not use.is_sqlite]):
            call = use.connection.call
            options = engine_options(project.python, call) if call and use.connection.kind != "driver" else None
            if call is None or options is None or "NullPool" in str(options.get("poolclass")):
                continue
            size, overflow = options.get("pool_size", DEFAULT_SIZE), options.get("max_overflow", DEFAULT_OVERFLOW)
            if not isinstance(size, int) or not isinstance(overflow, int):
                continue
            n_workers = _n_workers(use)
            n = (size + overflow) * n_workers
            if n <= limit:
                yield self.passed(call.span, f"at most {n} connections")
                continue
            times = f" times {n_workers} workers" if n_workers > 1 else ""
            yield self.finding(
                call.span,
                f"The pool may open {n} connections ({size} + {overflow}{times}); a free database admits {limit}.",
                confidence=0.8,
                platforms=platforms,
                fix=Fix(
                    kind="suggested" if (edits := _edits(use)) else "none",
                    text="Use pool_size=5, max_overflow=5 and one worker.",
                    edits=edits,
                ),
            )


def _limit(project: Project) -> int:
    """Return how many connections the database admits: Neon's direct limit where the project names Neon."""
    names_neon = any("neon.tech" in (one.value or "") for one in project.names.sets)
    return int(fact("neon_direct_connections" if names_neon else "free_pool_connections").value)


def _n_workers(use: Use) -> int:
    entry = use.deployable.entry if use.deployable else None
    return max(1, (entry.n_workers if entry else None) or 1)


def _edits(use: Use) -> tuple[Edit, ...]:
    """Return the edits that lower the numbers written at the engine itself."""
    call = use.connection.call
    if call is None or _n_workers(use) > 1:
        return ()
    module = use.connection.module
    return tuple(
        Edit(file=module.file.path, start=module.extent(one.value)[0], end=module.extent(one.value)[1], text="5")
        for one in call.node.keywords
        if one.arg in ("pool_size", "max_overflow") and module.source(one.value).isdecimal()
    )
