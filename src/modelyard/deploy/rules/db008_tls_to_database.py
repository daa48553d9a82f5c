"""DB008: TLS to the database is dropped or not required."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.databases import engine_options
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.databases import Use, probed, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PROBE = "postgresql://user:password@host/name?sslmode=require"
WEAK = re.compile(r"sslmode=(disable|allow|prefer)\b|[?&]ssl=(disable|false|0)\b", re.IGNORECASE)
LOCAL = re.compile(r"@(localhost|127\.0\.0\.1|db|postgres|database|host\.docker\.internal)[:/]")
OFF = (False, "disable", "allow", "prefer")


class DB008(Rule):
    """TLS to the database is dropped or not required.

    **What it does.** Looks for `sslmode=disable` and its like in addresses, for `ssl=False` among the arguments, and
    sets the name that holds the address to one with `sslmode=require` to see whether the code cuts that off without
    asking for TLS elsewhere.

    **Why it matters.** Between a free host and a database elsewhere lies the open internet. Without TLS the password
    and the data travel readable; most providers refuse the connection.

    **How to fix.** Keep `sslmode=require`, or pass `connect_args={"sslmode": "require"}` (psycopg) or
    `{"ssl": "require"}` (asyncpg).

    **Limits.** Addresses on the same machine are left out.
    """

    kind: Literal["DB008"] = "DB008"
    title: ClassVar[str] = "No TLS to the database"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each connection that gives TLS up, and for each example that does."""
        remote = [use for use in project.databases if not use.is_sqlite]
        for use, platforms in together(remote):
            why = _why(use, project)
            if why:
                yield self.finding(
                    use.connection.span,
                    why,
                    confidence=0.85,
                    chain=project.python.chain(use.connection.module, use.connection.node),
                    platforms=platforms,
                    fix=Fix(text="Require TLS: sslmode=require for psycopg, ssl=require for asyncpg."),
                )
        names = {name for use in remote for name in use.names}
        platforms = tuple(dict.fromkeys(use.platform for use in remote))
        for one in project.names.sets:
            if one.name in names and _is_weak(one.value or "") and one.where != "compose":
                yield self.finding(
                    one.span,
                    f"{one.name} is shown with TLS switched off.",
                    confidence=0.8,
                    platforms=platforms,
                    fix=Fix(text="Show it with sslmode=require."),
                )


def _is_weak(value: str) -> bool:
    return bool(WEAK.search(value)) and not LOCAL.search(value)


def _why(use: Use, project: Project) -> str:
    """Return what is wrong with the TLS of a connection; nothing when it is right or cannot be told."""
    call = use.connection.call
    if any(_is_weak(url.text) for url in use.urls):
        return "The address switches TLS to the database off."
    options = engine_options(project.python, call) if call is not None else {}
    if options is None:
        return ""
    given = options.get("connect_args", {})
    told = {**options, **(given if isinstance(given, dict) else {"ssl": True})}
    if any(told.get(name, True) in OFF and name in told for name in ("ssl", "sslmode")):
        return "The connection is made with TLS switched off."
    urls = probed(project, use, PROBE)
    is_cut = bool(urls) and all(url.is_whole and url.text.startswith("postgres") for url in urls)
    if is_cut and all("ssl" not in url.text for url in urls) and not any("ssl" in name for name in told):
        return "The code cuts sslmode off the address and asks for TLS nowhere else."
    return ""
