"""The job that audits a code base."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import NotFound
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.deploy.code.files import CodeBase
    from modelyard.deploy.tables import Audit
    from modelyard.runs.tables import Run


class AuditCode(Job):
    """Audits a code base: uploaded as a ZIP, in a folder of this server, or the package that this server runs.

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
    own: bool = Parameter(False, description="Whether it is the package that this server runs.")

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which project is audited."""
        return f"Audit of {self.name}", "audit", self.audit

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Read the code base, apply all rules, keep the report."""
        from modelyard.deploy.auditing.audit import all_rules, audit
        from modelyard.deploy.auditing.settings import settings_of, without_excluded
        from modelyard.deploy.keeping import keep_report
        from modelyard.deploy.project.project import Project

        began = time.monotonic()
        ctx.step("Reading the files", 0.0)
        rules = all_rules()
        code = self._code(ctx)
        settings = settings_of(code, {rule.kind_name(): rule for rule in rules})
        code = without_excluded(code, settings.exclude)
        ctx.step(f"Applying {len(rules)} rules to {len(code.files):,} files", 0.2)
        report = audit(Project(code), rules, settings=settings)
        ctx.step("Writing the report", 0.9)
        return {**keep_report(ctx.artifacts, report, code), "seconds": round(time.monotonic() - began, 2)}

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
        from modelyard.deploy.bundling.wheel import package_files
        from modelyard.deploy.code.archive import read_zip
        from modelyard.deploy.code.files import CodeBase, read_code_base

        if self.upload_hash:
            return read_zip(ctx.artifacts.fetch(self.upload_hash, ctx.scratch), self.name)
        if self.own:
            return CodeBase.of(dict(package_files()), name=self.name)
        return read_code_base(Path(self.folder))

    def _row(self, ctx: Context) -> "Audit":
        from modelyard.deploy.tables import Audit

        row = ctx.session.get(Audit, self.audit)
        if row is None:
            raise NotFound(f"The audit {self.audit!r} is gone.")
        return row
