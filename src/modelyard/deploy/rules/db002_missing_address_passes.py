"""DB002: a missing database address passes silently."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Folded
from modelyard.deploy.code.python.databases import WRITES
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity
from modelyard.deploy.project.databases import Use, ends_start, failing_fast, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.stopping import refuses
from modelyard.deploy.rule import Rule, Said

OF_SERVERS = re.compile(r"URL|URI|DSN|HOST|POSTGRES|PG|NEON|SUPABASE|MYSQL", re.IGNORECASE)
HOSTS = ("localhost", "127.0.0.1", "db", "postgres", "0.0.0.0")  # noqa: S104 - what a fallback says, bound by nothing
LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "@db:", "@db/", "@postgres:", "@postgres/", "sqlite")  # noqa: S104
ASKS = (".execute", ".executemany")
"""Methods by which requests hand on SQL, which writes as a rule."""


class DB002(Rule):
    """A database address that is missing on the platform passes silently.

    **What it does.** Evaluates the address of each connection with an environment that does not set it, as the
    platform would start the program, and reports a fallback to SQLite or to a server on the same machine that nothing
    stops: no `raise` for a platform or for production comes before it. The same where the connection is then left out
    altogether, while requests write to it.

    **Why it matters.** One forgotten secret and the service starts, looks healthy, and writes to a file that the next
    restart throws away, or fails at the first request instead of at start, where the log would say why.

    **How to fix.** Raise at start when the name is not set and the program runs on a platform (`SPACE_ID`, `RENDER`).

    **Limits.** A name that `render.yaml` sets (`sync: false`, `fromDatabase`) counts as set. A program that refuses to
    start in production counts as careful, also where nothing says yet that this is production.
    """

    kind: Literal["DB002"] = "DB002"
    title: ClassVar[str] = "Missing database address passes silently"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each connection whose address falls back."""
        unset = [use for use in project.databases if use.names and not use.is_when_set and not _is_own_file(use)]
        local = [use for use in unset if any(_is_local(url, use) for url in use.urls)]
        falling = [use for use in local if not use.is_refused(project)]
        seen: set[tuple[str, ...]] = set()
        for use, platforms in together(falling):
            if use.names in seen:
                continue
            seen.add(use.names)
            connection = use.connection
            name = use.names[0]
            url = next(url for url in use.urls if _is_local(url, use))
            edits = failing_fast(connection.module, connection.node, name, platforms)
            is_sqlite = url.text.startswith("sqlite") or connection.kind == "sqlite"
            yield self.finding(
                list(dict.fromkeys([connection.span, *url.places])),
                f"Without {name} the program goes on with SQLite instead of stopping."
                if is_sqlite
                else _of_server(project, use, name),
                confidence=0.9 if len(use.urls) == 1 else 0.75,
                chain=project.python.chain(connection.module, connection.node),
                platforms=platforms,
                fix=Fix(
                    kind="suggested" if edits else "none",
                    text=f"Raise at start when {name} is not set on a platform.",
                    edits=edits,
                    by_person=(f"Set {name} as a secret on the platform.",),
                ),
            )
        yield from self._without_any(project)
        for use, platforms in together([use for use in project.databases if use.connection.url is None]):
            yield from self._by_parts(project, use, platforms)
        for use, _ in together([use for use in project.databases if use.names and _stops(use)]):
            yield self.passed(use.connection.span, f"{use.names[0]} has no fallback")

    def _without_any(self, project: Project) -> Iterator[Said]:
        """Say where the program goes on without any database, although requests write to it."""
        made = [use for use in project.databases if not use.is_when_set]
        for use, platforms in together([use for use in project.databases if use.is_when_set and use.names]):
            module, node = use.connection.module, use.connection.node
            is_sqlite = use.connection.kind == "sqlite"
            if is_sqlite or use.is_refused(project) or any(set(platforms) & {one.platform} for one in made):
                continue
            if not any(call.function is not None for call in project.python.calls(*WRITES, *ASKS)):
                continue
            yield self.finding(
                use.connection.span,
                f"Without {use.names[0]} the program goes on without any database, and what it is given is not kept.",
                confidence=0.8,
                chain=project.python.chain(module, node),
                platforms=platforms,
                fix=Fix(
                    text=f"Raise at start when {use.names[0]} is not set on a platform.",
                    by_person=(f"Set {use.names[0]} as a secret on the platform.",),
                ),
            )

    def _by_parts(self, project: Project, use: Use, platforms: tuple[Platform, ...]) -> Iterator[Said]:
        """Say where a driver is given its host alone, which falls back to this machine."""
        call, module = use.connection.call, use.connection.module
        node = call.argument(None, "host") if call is not None and use.connection.kind == "driver" else None
        for host in project.python.possible(node, module, use.given) if node is not None else ():
            is_fallback = host.value in HOSTS and host.names and not refuses(project, host.names, use.given)
            if is_fallback:
                yield self.finding(
                    use.connection.span,
                    _of_server(project, use, host.names[0]),
                    confidence=0.9,
                    chain=project.python.chain(module, use.connection.node),
                    platforms=platforms,
                    fix=Fix(
                        text=f"Raise at start when {host.names[0]} is not set on a platform.",
                        by_person=(f"Set {host.names[0]} on the platform.",),
                    ),
                )
                return


def _is_own_file(use: Use) -> bool:
    """Say whether the names only say where SQLite's file lies (`DB_PATH`): no address of a server is missing."""
    return use.connection.kind == "sqlite" and not any(OF_SERVERS.search(name) for name in use.names)


def _is_local(url: Folded, use: Use) -> bool:
    """Say whether an address is a fallback that only makes sense on a person's own machine: SQLite's files are."""
    if use.connection.kind == "sqlite":
        return bool(url.text)
    return isinstance(url.value, str) and any(word in url.value for word in LOCAL)


def _of_server(project: Project, use: Use, name: str) -> str:
    """Return what becomes of a program that falls back on a server of this machine, which no platform has."""
    if ends_start(project, use):
        return f"Without {name} the start ends for want of a server on this machine, and nothing says what is missing."
    return f"Without {name} the program goes on with a server on this machine instead of stopping."


def _stops(use: Use) -> bool:
    return all(url.value is None for url in use.urls)
