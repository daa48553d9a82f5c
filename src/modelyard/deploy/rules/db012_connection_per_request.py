"""DB012: a new database connection for each request."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.databases import DRIVERS
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.databases import Use, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class DB012(Rule):
    """A new database connection is opened for each request.

    **What it does.** Looks for `psycopg2.connect`, `asyncpg.connect` and their like in functions that HTTP handlers
    come to, directly, through other functions, or as a dependency.

    **Why it matters.** Each connection costs a TLS handshake over the internet (100 ms and more), and a busy minute
    opens more of them than a free database admits.

    **How to fix.** Open a pool at start (`psycopg_pool.ConnectionPool`, `asyncpg.create_pool`, a SQLAlchemy engine) and
    take connections from it.

    **Limits.** Functions are followed a few steps. A pool that stands before the database does not help with the
    handshake, and is not looked for.
    """

    kind: Literal["DB012"] = "DB012"
    title: ClassVar[str] = "Connection per request"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each function that opens a connection on behalf of a request."""
        drivers = [use for use in project.databases if use.connection.name in DRIVERS and _is_asked(use, project)]
        for use, platforms in together(drivers):
            yield self.finding(
                use.connection.span,
                f"{use.connection.name} opens a connection for each request.",
                confidence=0.85,
                chain=project.python.chain(use.connection.module, use.connection.node),
                platforms=platforms,
                fix=Fix(text="Open a pool at start and take the connections from it."),
            )
        for use, _ in together([use for use in project.databases if use.connection.is_pooled and not use.is_sqlite]):
            yield self.passed(use.connection.span, "connections come from a pool")


def _is_asked(use: Use, project: Project) -> bool:
    """Say whether a request leads to the connection."""
    call = use.connection.call
    return call is not None and call.function is not None and call.function in project.handlers.served
