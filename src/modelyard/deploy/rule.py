"""The Rule family: each looks for one fault in a code base that is to be deployed."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import ConfigDict

from modelyard.deploy.finding import PLATFORMS, Finding, Fix, FixKind, Pass, Platform, Severity, Skipped, Span
from modelyard.deploy.project.project import Project
from modelyard.kernel.kinds import Kind

Said = Finding | Pass | Skipped
NO_FIX = Fix(text="Nothing that can be written automatically.")


class Rule(Kind):
    """Base of the rules. The docstring is the page: what it does, why it matters, how to fix, limits.

    A rule reads the project and yields findings, and a Pass with its evidence where it looked and all is well. It is
    silent where it does not apply, yields Skipped where it could not look, and never raises for what a file holds.
    """

    model_config = ConfigDict(use_attribute_docstrings=False)  # no rule has fields; looking for their texts is slow

    severity: ClassVar[Severity]
    """Of its findings, unless one says otherwise."""
    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    """Where it matters."""
    fix_kind: ClassVar[FixKind] = "none"
    """The best fix it can write."""
    facts: ClassVar[tuple[str, ...]] = ()
    """Names of the dated facts it rests on (`deploy/facts.toml`)."""

    @classmethod
    def card_extra(cls) -> dict[str, Any]:
        """Add what lists and reports show of a rule."""
        return {"severity": cls.severity, "platforms": list(cls.platforms), "fix_kind": cls.fix_kind}

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what this rule has to say about the project."""
        raise NotImplementedError

    def finding(
        self,
        spans: Span | Sequence[Span],
        message: str,
        *,
        fix: Fix = NO_FIX,
        severity: Severity | None = None,
        confidence: float = 0.95,
        chain: tuple[str, ...] = (),
        platforms: tuple[Platform, ...] | None = None,
        blocks: bool = False,
    ) -> Finding:
        """Return a finding at the first span; the others are further evidence of the same cause."""
        evidence = (spans,) if isinstance(spans, Span) else tuple(spans)
        first = evidence[0]
        return Finding(
            rule=self.kind_name(),
            severity=severity or self.severity,
            confidence=confidence,
            file=first.file,
            line=first.line,
            end_line=first.end_line,
            message=message,
            evidence=evidence,
            chain=chain,
            fix=fix,
            platforms=self.platforms if platforms is None else platforms,
            blocks=blocks,
        )

    def passed(self, span: Span, message: str) -> Pass:
        """Return that something was looked at and is right."""
        return Pass(rule=self.kind_name(), file=span.file, line=span.line, message=message)

    def skipped(self, why: str) -> Skipped:
        """Return that this could not be looked at."""
        return Skipped(rule=self.kind_name(), why=why)
