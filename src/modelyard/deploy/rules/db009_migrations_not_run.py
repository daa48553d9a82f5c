"""DB009: there are migrations, and nothing runs them."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.python.code import is_aside
from modelyard.deploy.finding import Fix, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

RUNS = re.compile(
    r"alembic[\"',\s]+(?:-[\w-]+[\"',\s]+\S+[\"',\s]+)*upgrade|flask[\"',\s]+db[\"',\s]+upgrade"
    r"|manage\.py[\"',\s]+migrate|aerich[\"',\s]+upgrade"
)
CALLS = ("alembic.command.upgrade", "flask_migrate.upgrade")
STARTERS = ("Procfile", "render.yaml", "render.yml", "fly.toml", "railway.json", "package.json", "Makefile", "justfile")
FOLDERS = re.compile(r"(^|/)(alembic|migrations)/(versions/[^/]+\.py|env\.py)$")


class DB009(Rule):
    """There are migrations, and nothing runs them.

    **What it does.** Where the code base has `alembic.ini` or a folder of migrations, looks for what runs them: the
    start command, scripts, Dockerfiles, `render.yaml`, workflows, and live calls of Alembic's or Flask-Migrate's API.

    **Why it matters.** The service starts on an empty or outdated database and fails at the first query that needs the
    new column, on the platform only.

    **How to fix.** Run `alembic upgrade head` in the entrypoint before the server starts, under an advisory lock when
    several processes may start at once; on Render's paid plans `preDeployCommand` does it.

    **Limits.** A script that holds the command counts wherever it is started from. Migrations that a person runs by
    hand are reported: say so in a comment of the audit.
    """

    kind: Literal["DB009"] = "DB009"
    title: ClassVar[str] = "Migrations are not run"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding when nothing runs the migrations, else a pass with the place that does."""
        found = _migrations(project)
        if not found or not project.python.reached:
            return
        runner = _runner(project)
        if runner is not None:
            yield self.passed(runner, "migrations are run")
            return
        creates = any(True for _ in project.python.calls(".create_all"))
        running = project.platforms_of(project.python.reached[0].file.path)
        yield self.finding(
            found[0].span(),
            "Nothing runs the migrations: not the start command, a script, a workflow, or the program itself."
            + (" create_all makes new tables only, it changes none." if creates else ""),
            confidence=0.7 if creates else 0.85,
            platforms=tuple(
                dict.fromkeys(one.platform for one in project.deployables if one.entry and one.entry.module)
            )
            or running,
            fix=Fix(text="Run `alembic upgrade head` before the server starts, under a lock."),
        )


def _migrations(project: Project) -> list[SourceFile]:
    ini = [file for file in project.code.named("alembic.ini") if file.is_tracked]
    return ini or [file for path, file in sorted(project.code.files.items()) if FOLDERS.search(path)]


def _runner(project: Project) -> Span | None:
    """Return where the migrations are run."""
    for one in project.deployables:
        for words in one.command.before if one.command else ():
            if one.command and RUNS.search(" ".join(words)):
                return one.command.span
    for call in project.python.calls(*CALLS):
        return call.span
    for path, file in sorted(project.code.files.items()):
        if _starts_things(path, file) and (line := _line(file)) is not None:
            return file.span(line)
    return None


def _starts_things(path: str, file: SourceFile) -> bool:
    """Say whether a file is one that starts programs: a script, an image, a manifest, a workflow, reached Python."""
    is_script = path.endswith((".sh", ".bash", ".yml", ".yaml", ".toml")) and "compose" not in path
    is_image = "dockerfile" in file.name.lower()
    is_python = path.endswith(".py") and not is_aside(path)
    return is_script or is_image or is_python or file.name in STARTERS


def _line(file: SourceFile) -> int | None:
    if not RUNS.search(file.text):
        return None
    for number, line in enumerate(file.lines, 1):
        if RUNS.search(line.partition("#")[0]):
            return number
    return None
