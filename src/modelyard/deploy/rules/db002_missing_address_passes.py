"""DB002: a missing database address passes silently."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Folded
from modelyard.deploy.finding import Fix, FixKind, Severity
from modelyard.deploy.project.databases import Use, failing_fast, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "@db:", "@db/", "@postgres:", "@postgres/", "sqlite")  # noqa: S104


class DB002(Rule):
    """A database address that is missing on the platform passes silently.

    **What it does.** Evaluates the address of each connection with an environment that does not set it, as the
    platform would start the program, and reports a fallback to SQLite or to a server on the same machine that nothing
    stops: no `raise` for a platform or for production comes before it.

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
        unset = [use for use in project.databases if use.names and not use.is_when_set]
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
            to = (
                "SQLite" if url.text.startswith("sqlite") or connection.kind == "sqlite" else "a server on this machine"
            )
            yield self.finding(
                list(dict.fromkeys([connection.span, *url.places])),
                f"Without {name} the program goes on with {to} instead of stopping.",
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
        for use, _ in together([use for use in project.databases if use.names and _stops(use)]):
            yield self.passed(use.connection.span, f"{use.names[0]} has no fallback")


def _is_local(url: Folded, use: Use) -> bool:
    """Say whether an address is a fallback that only makes sense on a person's own machine: SQLite's files are."""
    if use.connection.kind == "sqlite":
        return bool(url.text)
    return isinstance(url.value, str) and any(word in url.value for word in LOCAL)


def _stops(use: Use) -> bool:
    return all(url.value is None for url in use.urls)
