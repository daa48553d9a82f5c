"""DB014: the start depends on the database being awake."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.databases import CREATES, DRIVERS, POOLS, creates
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class DB014(Rule):
    """The start depends on the database being awake.

    **What it does.** Looks for `create_all`, and for connections of drivers and pools, that are made while the program
    is imported or in its lifespan, without a retry and without a `try` that lets the program go on.

    **Why it matters.** Free databases sleep. The first connection may take several seconds or fail; the program then
    exits, and the platform shows a failed start for something that would have worked a moment later.

    **How to fix.** Connect in the lifespan with a few tries and growing pauses; make tables in a migration.

    **Limits.** A retry made by the driver's own options is not known.
    """

    kind: Literal["DB014"] = "DB014"
    title: ClassVar[str] = "Start needs the database awake"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each unguarded connection at start."""
        uses = project.databases
        if not uses or all(use.is_sqlite for use in uses):
            return
        for call in project.python.calls(*CREATES, *DRIVERS, *POOLS):
            if not project.startup.is_at_start(call) or not (creates(call) or call.name in (*DRIVERS, *POOLS)):
                continue
            if project.startup.is_guarded(call):
                yield self.passed(call.span, "the start goes on when the database sleeps")
                continue
            when = "while it is imported" if call.function is None else "at start"
            yield self.finding(
                call.span,
                f"The program needs the database {when}; when it sleeps, the start fails.",
                confidence=0.8,
                chain=project.python.chain(call.module, call.node),
                platforms=project.platforms_of(call.module.file.path),
                fix=Fix(text="Try a few times with growing pauses in the lifespan, and make tables in a migration."),
            )
