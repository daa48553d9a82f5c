"""Shapes of audits in requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from modelyard.deploy.finding import Finding, FixKind, Platform, Report, Said, Severity, Verdict
from modelyard.deploy.tables import Audit, AuditedThing, AuditState


class AuditIn(BaseModel):
    """What to audit that is not uploaded: a folder of this server, or the package that this server runs."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["folder", "self"]
    path: Annotated[str, Field(max_length=1000, description="The folder, for `folder`.")] = ""
    name: Annotated[str, Field(max_length=200)] = ""


class AuditOut(BaseModel):
    """One audit: what came out, and what changed since the one before of the same project."""

    id: str
    name: str
    thing: AuditedThing
    folder: str
    state: AuditState
    run_id: str | None
    error: str | None
    verdicts: dict[Platform, Verdict]
    counts: dict[Severity, int]
    n_files: int
    seconds: float | None
    n_new: int | None
    """Findings that the audit before did not have; null for the first."""
    n_gone: int | None
    created_at: datetime

    @classmethod
    def of(cls, row: Audit, before: Audit | None) -> Self:
        """Return the shape of a row, beside the audit before it."""
        new, gone = changes(before.fingerprints, row.fingerprints) if before and row.state == "ready" else (None, None)
        return cls.model_validate({**{name: getattr(row, name) for name in _SHOWN}, "n_new": new, "n_gone": gone})


_SHOWN = [name for name in AuditOut.model_fields if name not in ("n_new", "n_gone")]


def changes(before: dict[str, Any], now: dict[str, Any]) -> tuple[int, int]:
    """Return how many findings are new, and how many are gone."""
    new = sum(max(n - before.get(known, 0), 0) for known, n in now.items())
    gone = sum(max(n - now.get(known, 0), 0) for known, n in before.items())
    return new, gone


class AuditPage(BaseModel):
    """Audits, newest first."""

    items: list[AuditOut]
    next: str | None


class ShownFix(Said):
    """How a finding is mended, with the change to the files as a diff."""

    kind: FixKind
    text: str
    by_person: tuple[str, ...]
    diff: str


class CodeLine(Said):
    """One line of code."""

    line: int
    text: str


class ShownFinding(Finding):
    """A finding as pages show it: with the code around its place, and what it is known by across audits."""

    fix: ShownFix  # type: ignore[assignment]  # a diff is shown in the place of edits
    excerpt: tuple[CodeLine, ...] = ()
    fingerprint: str = ""


class AuditReportOut(Report):
    """A report as pages show it."""

    findings: tuple[ShownFinding, ...]


class AuditComparison(BaseModel):
    """What changed since the audit before of the same project."""

    before: str | None
    new: list[str]
    """Fingerprints of findings that the one before did not have."""
    gone: list[ShownFinding]
    """Findings of the one before that are not there any more."""
