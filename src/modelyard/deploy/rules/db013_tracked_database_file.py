"""DB013: a database file is tracked in git."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

ENDINGS = (".db", ".sqlite", ".sqlite3", ".db3", ".duckdb")
OF_TESTS = ("test/", "tests/", "fixtures/", "testdata/", "example/", "examples/", "docs/")


class DB013(Rule):
    """A database file is tracked in git.

    **What it does.** Looks for SQLite and DuckDB files among the files that git keeps, those of tests and examples
    left out.

    **Why it matters.** Whoever may read the repository may read the data, and every deployment starts again from the
    state that was committed: what users wrote since then is gone.

    **How to fix.** Take the file out of the index (`git rm --cached FILE`), name it in `.gitignore`, and keep the data
    in PostgreSQL. If it held anything private it is still in the history: rewrite that, or treat the data as known.

    **Limits.** A file of data that the program only reads (a dictionary, a gazetteer) is reported too: say so with
    `ignore` in `[tool.modelyard.audit]`.
    """

    kind: Literal["DB013"] = "DB013"
    title: ClassVar[str] = "Database file tracked in git"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding that names every such file."""
        files = [file for file in project.code.ending(*ENDINGS) if file.is_tracked and not _is_of_tests(file)]
        if not files:
            return
        names = ", ".join(file.path for file in files)
        yield self.finding(
            [file.span() for file in files],
            f"Database files are tracked in git: {names}.",
            fix=Fix(
                kind="suggested",
                text="Take them out of the index and name them in .gitignore.",
                edits=_ignore_them(project, files),
                by_person=tuple(f"git rm --cached {file.path}" for file in files),
            ),
        )


def _is_of_tests(file: SourceFile) -> bool:
    return any(f"/{folder}" in f"/{file.path}" for folder in OF_TESTS)


def _ignore_them(project: Project, files: list[SourceFile]) -> tuple[Edit, ...]:
    """Return the edit that adds the files to `.gitignore`, which is made when there is none; those in it stay."""
    there = project.code.get(".gitignore")
    named = {line.strip() for line in there.lines} if there is not None else set()
    lines = "".join(f"/{file.path}\n" for file in files if f"/{file.path}" not in named)
    if not lines:
        return ()
    if there is None:
        return (Edit(file=".gitignore", text=lines, creates=True),)
    end = len(there.text)
    return (Edit(file=".gitignore", start=end, end=end, text=lines if there.text.endswith("\n") else f"\n{lines}"),)
