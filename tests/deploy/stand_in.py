"""A rule for tests of the engine: it says what the test wants, of the lines that hold a word."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from modelyard.deploy.finding import PLATFORMS, Edit, Finding, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class Word(Rule):
    """A line holds a word.

    Built in tests only; nothing of the product knows it.
    """

    kind: Literal["T001"] = "T001"
    title: ClassVar[str] = "A word"
    group: ClassVar[str] = "Security"
    severity: ClassVar[Severity] = "error"
    word: str = "bad"
    better: str | None = "good"
    fix_kind_: FixKind = "safe"
    on: tuple[Platform, ...] = PLATFORMS
    tells_line: bool = True

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each such line, with the edit that writes the better word."""
        for file in project.code.ending(".py", ".txt", ".md", ".yaml", ".tsx", ".html"):
            for number, line in enumerate(file.lines, 1):
                if self.word in line.split("audit:")[0]:
                    yield self._found(file, number, line)

    def _found(self, file: Any, number: int, line: str) -> Finding:
        start = file.offset(number, line.index(self.word))
        edits = (
            ()
            if self.better is None
            else (Edit(file=file.path, start=start, end=start + len(self.word), text=self.better),)
        )
        where = f" at {file.path}:{number}" if self.tells_line else ""
        return self.finding(
            file.span(number),
            f"There is {self.word!r}{where}.",
            fix=Fix(kind=self.fix_kind_, text=f"Write {self.better}.", edits=edits),
            platforms=self.on,
        )
