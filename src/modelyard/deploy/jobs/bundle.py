"""The job that makes a bundle and audits it."""

import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import NotFound
from modelyard.kernel.kinds import Parameter, family
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.deploy.platform import Platform
    from modelyard.deploy.subject import Subject
    from modelyard.deploy.tables import Bundle
    from modelyard.runs.tables import Run


class MakeBundle(Job):
    """Writes the files that a platform builds and runs, packs them as a ZIP, and holds them against the auditor."""

    title: ClassVar[str] = "Bundle"
    memory_bytes: ClassVar[int] = 170 * 2**20
    icon: ClassVar[str] = "package"
    scope: ClassVar[Scope] = "deploy:write"
    internal: ClassVar[bool] = True

    kind: Literal["bundle"] = "bundle"
    bundle: str = Parameter(description="The bundle.", max_length=32)
    name: str = Parameter(description="What is bundled.", max_length=200)
    platform: dict[str, Any] = Parameter(description="The platform with its parameters.")
    endpoint: str = Parameter("", description="Id of the endpoint; empty: the whole yard.", max_length=32)
    artifacts: str = Parameter("database", description="Where models and datasets live: database or s3.")
    extras: tuple[str, ...] = Parameter((), description="Extras of Modelyard to install.")

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say what is bundled."""
        return f"Bundle of {self.name}", "bundle", self.bundle

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Write the files, audit them, keep both."""
        from modelyard.deploy.bundling.archive import contents_of, write_zip
        from modelyard.deploy.bundling.judging import code_of, judged
        from modelyard.deploy.keeping import keep_report

        platform: Platform = family("platform").parse(self.platform)
        ctx.step("Packing", 0.0)
        subject = self._subject(ctx, platform)
        files = platform.files(subject)
        ctx.step(f"Writing {len(files)} files", 0.5)
        path = ctx.scratch / "bundle.zip"
        write_zip(files, path)
        contents = contents_of(files, platform, subject)
        ctx.step("Auditing the bundle", 0.7)
        code = code_of(files, self.name)
        return {
            "bundle": {
                "zip_hash": ctx.artifacts.put_file(path).hash,
                "contents_hash": ctx.artifacts.put_bytes(json.dumps(contents).encode()).hash,
                "n_files": len(files),
                "size_bytes": sum(map(len, files.values())),
            },
            "audit": keep_report(ctx.artifacts, judged(code, platform), code),
        }

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Put the files and the audit beside the bundle."""
        from modelyard.deploy.tables import Audit
        from modelyard.kernel.ids import new_id

        row = self._row(ctx)
        audit = Audit(
            id=new_id("au"),
            owner_id=row.owner_id,
            run_id=run.id,
            name=f"{row.name} for {family('platform').parse(self.platform).title}"[:200],
            thing="bundle",
            state="ready",
            created_at=ctx.clock(),
            **result["audit"],
        )
        ctx.session.add(audit)
        ctx.session.flush()
        for name, value in result["bundle"].items():
            setattr(row, name, value)
        row.state, row.audit_id = "ready", audit.id
        ctx.session.flush()
        return {"bundle_id": row.id, "audit_id": audit.id, "verdicts": audit.verdicts}

    def failed(self, ctx: Context, run: "Run") -> None:
        """Say on the bundle why there is none, and what to do."""
        row = self._row(ctx)
        error = run.error or {"message": "It was cancelled."}
        row.state = "failed"
        row.error = " ".join(filter(None, [error.get("message"), error.get("hint")]))[:2000]

    def _subject(self, ctx: JobContext, platform: "Platform") -> "Subject":
        """Return what is bundled: an endpoint is packed for its owner, who asked for it."""
        from modelyard.access.actors import full_scopes
        from modelyard.deploy.bundling.endpoint import one_endpoint
        from modelyard.deploy.bundling.parts import part_of_yard
        from modelyard.kernel.clock import utc_now
        from modelyard.kernel.context import Actor

        if not self.endpoint:
            return part_of_yard(ctx.settings, platform.part, artifacts=self.artifacts, extras=self.extras)
        owner = Actor(id=ctx.owner_id, name="run", scopes=full_scopes())
        with ctx.session() as session:
            packing = Context(owner, session, ctx.settings, ctx.artifacts, utc_now)
            return one_endpoint(packing, self.endpoint, door=platform.door)

    def _row(self, ctx: Context) -> "Bundle":
        from modelyard.deploy.tables import Bundle

        row = ctx.session.get(Bundle, self.bundle)
        if row is None:
            raise NotFound(f"The bundle {self.bundle!r} is gone.")
        return row
