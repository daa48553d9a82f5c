"""DB003: `postgres://` reaches SQLAlchemy."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.databases import Use, probed, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PROBE = "postgres://user:password@host/name"


class DB003(Rule):
    """An address that begins with `postgres://` reaches SQLAlchemy.

    **What it does.** Sets the name that holds the address to `postgres://…`, follows it through the code, and looks at
    what `create_engine` would be given.

    **Why it matters.** Several providers and many older pages hand out `postgres://`. SQLAlchemy has no such dialect
    (`Can't load plugin: sqlalchemy.dialects:postgres`) and the program stops at start.

    **How to fix.** Replace the beginning before the engine is made, with the driver you install:
    `url.replace("postgres://", "postgresql+psycopg://", 1)`.

    **Limits.** Addresses that are put together from several names are left out, and so are changes made by functions
    whose result cannot be told without running them.
    """

    kind: Literal["DB003"] = "DB003"
    title: ClassVar[str] = "postgres:// is not normalised"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each engine that an address with `postgres://` would reach unchanged."""
        engines = [use for use in project.databases if use.connection.kind in ("engine", "async engine")]
        for use, platforms in together([use for use in engines if use.connection.name != "databases.Database"]):
            urls = [url for url in [*use.urls, *probed(project, use, PROBE)] if url.is_whole]
            if any(url.text.startswith("postgres://") for url in urls):
                name = use.names[0] if use.names else "The address"
                edits = _edits(use)
                yield self.finding(
                    use.connection.span,
                    f"{name} goes to SQLAlchemy as it is: one that begins with postgres:// stops the program at start.",
                    confidence=0.85,
                    chain=project.python.chain(use.connection.module, use.connection.node),
                    platforms=platforms,
                    fix=Fix(
                        kind="suggested" if edits else "none",
                        text='Replace the beginning: `.replace("postgres://", "postgresql://", 1)`, with your driver.',
                        edits=edits,
                    ),
                )
            elif any(url.text.startswith("postgresql") for url in urls):
                yield self.passed(use.connection.span, "postgres:// is replaced")


def _edits(use: Use) -> tuple[Edit, ...]:
    """Return the edit that replaces the beginning where the address is given to the engine."""
    url, module = use.connection.url, use.connection.module
    if url is None or use.connection.call is None:
        return ()
    _, end = module.extent(url)
    text = '.replace("postgres://", "postgresql://", 1)'
    is_simple = module.source(url).replace(".", "").replace("_", "").isalnum()
    return (Edit(file=module.file.path, start=end, end=end, text=text),) if is_simple else ()
