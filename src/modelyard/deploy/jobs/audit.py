"""The job that audits a code base."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import NotFound
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.deploy.code.files import CodeBase
    from modelyard.deploy.finding import Report, Span
    from modelyard.deploy.tables import Audit
    from modelyard.runs.tables import Run

AROUND = 3
"""Lines of code shown before and after a finding."""
MOST_LINES = 16


class AuditCode(Job):
    """Audits a code base: uploaded as a ZIP, in a folder of this server, or this installation's own bundle.

    Nothing of it is run, imported or unpacked to disk.
    """

    title: ClassVar[str] = "Audit"
    memory_bytes: ClassVar[int] = 150 * 2**20
    icon: ClassVar[str] = "shield-check"
    scope: ClassVar[Scope] = "deploy:write"
    internal: ClassVar[bool] = True

    kind: Literal["audit"] = "audit"
    audit: str = Parameter(description="The audit.", max_length=32)
    name: str = Parameter(description="The project's name.", max_length=200)
    upload_hash: str = Parameter("", description="SHA-256 of the ZIP, for an upload.")
    folder: str = Parameter("", description="The folder, for one of this server.", max_length=1000)
    bundled_for: str = Parameter("", description="The platform whose bundle of this yard is audited.", max_length=32)

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which project is audited."""
        return f"Audit of {self.name}", "audit", self.audit

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Read the code base, apply all rules, keep the report."""
        from modelyard.deploy.auditing.audit import all_rules, audit
        from modelyard.deploy.auditing.baseline import fingerprint
        from modelyard.deploy.auditing.settings import settings_of, without_excluded
        from modelyard.deploy.project.project import Project
        from modelyard.deploy.reports.page import as_page

        began = time.monotonic()
        ctx.step("Reading the files", 0.0)
        rules = all_rules()
        code = self._code(ctx)
        settings = settings_of(code, {rule.kind_name(): rule for rule in rules})
        code = without_excluded(code, settings.exclude)
        ctx.step(f"Applying {len(rules)} rules to {len(code.files):,} files", 0.2)
        report = audit(Project(code), rules, settings=settings)
        ctx.step("Writing the report", 0.9)
        known: dict[str, int] = {}
        for one in report.findings:
            known[fingerprint(one)] = known.get(fingerprint(one), 0) + 1
        return {
            "report_hash": ctx.artifacts.put_bytes(json.dumps(_shown(report, code)).encode()).hash,
            "page_hash": ctx.artifacts.put_bytes(as_page(report, code).encode()).hash,
            "verdicts": {platform: one.verdict for platform, one in report.platforms.items()},
            "counts": {
                severity: sum(one.severity == severity for one in report.findings)
                for severity in ("critical", "error", "warning", "info")
            },
            "fingerprints": known,
            "n_files": len(code.files),
            "seconds": round(time.monotonic() - began, 2),
        }

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Put the report beside its audit."""
        row = self._row(ctx)
        for name, value in result.items():
            setattr(row, name, value)
        row.state = "ready"
        ctx.session.flush()
        return {"audit_id": row.id, "verdicts": row.verdicts, "counts": row.counts}

    def failed(self, ctx: Context, run: "Run") -> None:
        """Say on the audit why there is no report."""
        row = self._row(ctx)
        row.state = "failed"
        row.error = str((run.error or {}).get("message") or "It was cancelled.")

    def _code(self, ctx: JobContext) -> "CodeBase":
        from modelyard.deploy.bundling.yard import bundle_of_yard
        from modelyard.deploy.code.archive import read_zip
        from modelyard.deploy.code.files import CodeBase, read_code_base

        if self.upload_hash:
            return read_zip(ctx.artifacts.fetch(self.upload_hash, ctx.scratch), self.name)
        if self.bundled_for:
            return CodeBase.of(bundle_of_yard(ctx.settings, self.bundled_for), name=self.name)
        return read_code_base(Path(self.folder))

    def _row(self, ctx: Context) -> "Audit":
        from modelyard.deploy.tables import Audit

        row = ctx.session.get(Audit, self.audit)
        if row is None:
            raise NotFound(f"The audit {self.audit!r} is gone.")
        return row


def _shown(report: "Report", code: "CodeBase") -> dict[str, Any]:
    """Return the report as JSON of schema 1, with what pages show beside it."""
    from modelyard.deploy.auditing.baseline import fingerprint
    from modelyard.deploy.reports.document import as_document

    document = as_document(report, code)
    for said, one in zip(document["findings"], report.findings, strict=True):
        said["excerpt"] = _excerpt(one.evidence[0], code)
        said["fingerprint"] = fingerprint(one)
    return document


def _excerpt(span: "Span", code: "CodeBase") -> list[dict[str, Any]]:
    """Return the lines around a place, secrets masked."""
    file = code.get(span.file)
    if file is None or not file.text:
        return []
    last = min(span.end_line + AROUND, len(file.lines), span.line + MOST_LINES)
    return [{"line": line, "text": file.excerpt(line)} for line in range(max(1, span.line - AROUND), last + 1)]
