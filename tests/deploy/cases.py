"""Cases of rules, written in Markdown: a heading is a test, its fenced files are the project.

What stands before the first `##` heading belongs to every case. A comment `# error: words` (or `critical`, `warning`,
`info`; `//` instead of `#` where that reads better) at the end of a line, or alone on the line above, expects a finding
of that severity there whose message holds the words; it is taken out before the project is audited. A case without such
a comment expects silence. `### Fixed` under a case shows the files as the fix leaves them. A file's fence names its
path: ```` ```python app/main.py ````, followed by `untracked` when git does not keep it, or `utf-16` and the
like for another encoding, or `12MB` for a file of that size.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.deploy.code.files import CodeBase

FENCE = re.compile(r"^(`{3,})(\w*) +(\S+)(?: +(\S+))?$")
EXPECTED = re.compile(r"[ \t]*(?:#|//)[ ](?P<severity>critical|error|warning|info): (?P<words>.*)$")


@dataclass(frozen=True)
class Expected:
    """A finding that a case expects."""

    severity: str
    file: str
    line: int
    words: str


@dataclass
class Case:
    """One heading of a page of cases."""

    rule: str
    title: str
    files: dict[str, bytes] = field(default_factory=dict)
    untracked: set[str] = field(default_factory=set)
    expected: list[Expected] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> CodeBase:
        """The project of this case."""
        return CodeBase.of(self.files, untracked=frozenset(self.untracked))


def cases_in(page: Path) -> Iterator[Case]:
    """Yield the cases of a page, named by the rule it is about (`co002.md` → CO002)."""
    rule = page.stem.upper()
    common = case = Case(rule, "")
    is_fixed = False
    lines = iter(page.read_text().splitlines())
    for line in lines:
        if line.startswith("## "):
            if case is not common:
                yield case
            case = Case(rule, line[3:].strip(), dict(common.files), set(common.untracked), list(common.expected))
            is_fixed = False
        elif line.startswith("### "):
            is_fixed = line[4:].strip() == "Fixed"
        elif found := FENCE.match(line):
            body = list(iter(lambda: next(lines), found[1]))
            _add(case, found[3], body, found[4] or "", is_fixed=is_fixed)
    if case is not common:
        yield case


def _add(case: Case, path: str, body: list[str], how: str, *, is_fixed: bool) -> None:
    if is_fixed:
        case.fixed[path] = "\n".join(body) + "\n"
        return
    case.expected = [one for one in case.expected if one.file != path]
    kept: list[str] = []
    for line in body:
        if (found := EXPECTED.search(line)) is None:
            kept.append(line)
            continue
        rest = line[: found.start()]
        case.expected.append(Expected(found["severity"], path, len(kept) + 1, found["words"]))
        if rest.strip():
            kept.append(rest)
    if how == "untracked":
        case.untracked.add(path)
    size = re.fullmatch(r"(\d+)MB", how)
    encoding = how if how and how != "untracked" and not size else "utf-8"
    data = ("\n".join(kept) + "\n").encode(encoding)
    case.files[path] = data.ljust(int(size[1]) * 1_000_000) if size else data
