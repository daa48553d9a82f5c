"""DB015: tables are dropped or changed at start."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.databases import situations
from modelyard.deploy.project.images import merged
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

DROPS = re.compile(
    r"\b(drop\s+(table|schema|database|column)|truncate\s+(table\s+)?\w|delete\s+from\s+\w+\s*(;|$)"
    r"|alter\s+table\s+[\s\S]{0,200}?\b(drop|rename|alter\s+column|type)\b)",
    re.IGNORECASE,
)
CHANGES = re.compile(r"\balter\s+table\b", re.IGNORECASE)
COMMANDS = re.compile(
    r"\balembic\b.*\bdowngrade\b|\bdb downgrade\b|\bprisma migrate reset\b|--force-reset\b|\bdropdb\b"
    r"|\bmanage\.py (?:flush|reset_db)\b"
)
"""Commands that take tables or what is in them away."""
RUNS = (".execute", ".executescript", ".exec_driver_sql", ".executemany", ".fetch", ".exec")


class DB015(Rule):
    """Tables are dropped or changed at start.

    **What it does.** Looks for `drop_all` and for SQL that drops, empties or alters tables in what runs while the
    program is imported, in its lifespan, or in functions that those call, with the environment the project sets; and
    for commands before the server's that do it (`alembic downgrade`).

    **Why it matters.** A free host starts the program again after each sleep and each deployment. What a developer
    wanted once happens every time, to everybody's data; two processes that start together do it at the same time.

    **How to fix.** Move it to a migration, which runs once and is written down.

    **Limits.** SQL that is read from files is not looked at.
    """

    kind: Literal["DB015"] = "DB015"
    title: ClassVar[str] = "Destructive DDL at start"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each such statement, and each such command before the server's."""
        for one, platforms in merged(project.on("hf", "render")):
            for words in one.command.before if one.command is not None else ():
                if one.command is not None and COMMANDS.search(text := " ".join(words)):
                    yield self.finding(
                        one.command.span,
                        f"`{text[:60]}` runs at every start.",
                        confidence=0.9,
                        chain=one.command.chain,
                        platforms=platforms,
                        fix=Fix(text="Leave it out: a start only brings the tables up to date."),
                    )
        for call in project.python.calls(".drop_all", ".run_sync", *RUNS):
            told = _told(call, project) if project.startup.is_at_start(call) else None
            if told is None:
                continue
            places = situations(project, call.module.file.path)
            platforms = tuple(
                dict.fromkeys(
                    platform
                    for platform, _, given in places
                    if project.python.holds(call.node, call.module, given) is not False
                )
            )
            if not platforms:
                yield self.passed(call.span, "does not run with the environment that the project sets")
                continue
            what, severity = told
            yield self.finding(
                call.span,
                f"{what} at every start.",
                severity=severity,
                confidence=0.9,
                chain=project.python.chain(call.module, call.node),
                platforms=platforms,
                fix=Fix(text="Move it to a migration."),
            )


def _told(call: Call, project: Project) -> tuple[str, Severity] | None:
    """Return what a call does to the tables, and how grave that is; None when it does nothing to them."""
    first = call.argument(0)
    if call.name.endswith(".drop_all"):
        return "All tables are dropped", "error"
    if first is None:
        return None
    if call.name.endswith(".run_sync"):
        return ("All tables are dropped", "error") if call.module.source(first).endswith("drop_all") else None
    sql = _sql(call, project)
    if found := DROPS.search(sql):
        return f"`{' '.join(found[0].split())[:60]}` runs", "error"
    if CHANGES.search(sql):
        return "A table is altered", "warning"
    return None


def _sql(call: Call, project: Project) -> str:
    """Return the text a statement is made of, `text(…)` taken off."""
    first = call.argument(0)
    if first is None:
        return ""
    inner = getattr(first, "args", None)
    folded = project.python.fold(inner[0] if inner else first, call.module)
    return folded.text if folded else ""
