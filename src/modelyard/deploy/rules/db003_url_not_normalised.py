"""DB003: `postgres://` reaches SQLAlchemy."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.databases import Connection
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.databases import Use, given_by_render, probed, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PROBE = "postgres://user:password@host/name"
PLAIN = "postgresql://user:password@host/name"
"""As providers show it, and as Render gives it to a service: without a driver."""


class DB003(Rule):
    """An address that begins with `postgres://` reaches SQLAlchemy.

    **What it does.** Sets the name that holds the address to `postgres://…`, follows it through the code, and looks at
    what `create_engine` would be given. The same with `postgresql://…` for asynchronous engines, where a blueprint
    refers to a database of Render or an example shows such an address.

    **Why it matters.** Several providers and many older pages hand out `postgres://`. SQLAlchemy has no such dialect
    (`Can't load plugin: sqlalchemy.dialects:postgres`) and the program stops at start. `postgresql://` without a driver
    means a synchronous one, which `create_async_engine` refuses.

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
        yield from self._without_driver(project, [use for use in engines if use.connection.kind == "async engine"])
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

    def _without_driver(self, project: Project, engines: list[Use]) -> Iterator[Said]:
        """Yield the asynchronous engines whose address is known to name no driver."""
        seen: set[Connection] = set()
        for use in engines:
            is_told = use.connection in seen or use.connection.name == "databases.Database"
            for name, place in () if is_told else _plain_names(project, use):
                given = {**use.given, name: PLAIN}
                node, module = use.connection.url, use.connection.module
                urls = project.python.possible(node, module, given) if node is not None else ()
                if any(url.text == PLAIN for url in urls):
                    seen.add(use.connection)
                    yield self.finding(
                        [use.connection.span, place],
                        f"{name} is given as postgresql://…, which names no asynchronous driver: "
                        "create_async_engine refuses it, and the program stops at start.",
                        severity="error",
                        confidence=0.9,
                        chain=project.python.chain(module, use.connection.node),
                        platforms=(use.platform,),
                        fix=Fix(
                            text='Name the driver: `.replace("postgresql://", "postgresql+asyncpg://", 1)`, and '
                            "translate sslmode."
                        ),
                    )
                    break


def _plain_names(project: Project, use: Use) -> Iterator[tuple[str, Span]]:
    """Yield the names of an engine's address that are set to one without a driver, and what says so."""
    yield from given_by_render(project, use)
    for told in project.names.sets:
        if told.name in use.names and (told.value or "").startswith("postgresql://"):
            yield told.name, told.span


def _edits(use: Use) -> tuple[Edit, ...]:
    """Return the edit that replaces the beginning where the address is given to the engine."""
    url, module = use.connection.url, use.connection.module
    if url is None or use.connection.call is None:
        return ()
    _, end = module.extent(url)
    text = '.replace("postgres://", "postgresql://", 1)'
    is_simple = module.source(url).replace(".", "").replace("_", "").isalnum()
    return (Edit(file=module.file.path, start=end, end=end, text=text),) if is_simple else ()
