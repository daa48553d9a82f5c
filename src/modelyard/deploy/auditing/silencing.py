"""Findings that the audited project answers for: comments in its files, and its settings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from modelyard.deploy.auditing.settings import AuditSettings
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.finding import Finding, Skipped, Span

COMMENT = re.compile(
    r"(?P<mark>#|//|/\*|<!--|--|;|\{/\*)\s*audit:\s*ignore\[(?P<rules>[A-Za-z0-9*,\s]+)\]\s*(?P<reason>.*?)\s*(?:\*/\}?|-->)?\s*$"
)
MAX_LINES_ABOVE = 5
"""Comments that stand alone belong to the next line that is none; no more than so many of them in a row."""
STARTS_OF_COMMENTS = ("#", "//", "/*", "<!--", "--", ";", "{/*", "*")


@dataclass(frozen=True)
class Silence:
    """One comment that answers for findings of some rules."""

    rules: frozenset[str]
    reason: str
    place: str

    def covers(self, rule: str) -> bool:
        """Say whether findings of a rule are answered for."""
        return rule in self.rules or "*" in self.rules


def silenced(
    code: CodeBase, findings: Iterable[Finding], settings: AuditSettings
) -> tuple[list[Finding], list[Skipped]]:
    """Return the findings that nobody answers for, and what was left out because somebody does.

    What is said at the first place of a finding holds for all of it; at another place it takes that place away.
    """
    left: list[Finding] = []
    out: list[Skipped] = []
    for finding in findings:
        spans = [(span, _why(code, finding.rule, span, settings)) for span in finding.evidence]
        if (why := spans[0][1]) is not None:
            out.append(Skipped(rule=finding.rule, why=f"{finding.file}:{finding.line} is ignored {why}"))
        else:
            kept = tuple(span for span, why in spans if why is None)
            left.append(finding if len(kept) == len(spans) else finding.model_copy(update={"evidence": kept}))
    return left, out


def _why(code: CodeBase, rule: str, span: Span, settings: AuditSettings) -> str | None:
    for pattern, rules in settings.ignore_paths.items():
        if (rule in rules or "*" in rules) and _matches(pattern, span.file):
            return f"by the settings, for {pattern}"
    file = code.files.get(span.file)
    for silence in _silences(file, span) if file is not None else ():
        if silence.covers(rule):
            return f"by the comment at {silence.place}: {silence.reason or 'no reason is given'}"
    return None


def _matches(pattern: str, path: str) -> bool:
    import pathspec

    return pathspec.PathSpec.from_lines("gitignore", [pattern]).match_file(path)


def _silences(file: SourceFile, span: Span) -> Iterator[Silence]:
    """Yield the comments that belong to these lines: at their ends, or alone above the first."""
    for line in range(span.line, span.end_line + 1):
        yield from _read(file, line)
    for line in range(span.line - 1, max(0, span.line - 1 - MAX_LINES_ABOVE), -1):
        if not file.lines[line - 1].lstrip().startswith(STARTS_OF_COMMENTS):
            return
        yield from _read(file, line)


def _read(file: SourceFile, line: int) -> Iterator[Silence]:
    text = file.lines[line - 1] if line <= len(file.lines) else ""
    if "audit:" in text and len(text) < 2000 and (found := COMMENT.search(text)):
        rules = frozenset(part.strip().upper() for part in found["rules"].split(",") if part.strip())
        yield Silence(rules, found["reason"], f"{file.path}:{line}")
