"""What can be done with audits: begin one, look, compare, take its report, delete it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from modelyard.deploy.auditing.audit import all_rules
from modelyard.deploy.auditing.baseline import fingerprint
from modelyard.deploy.finding import Finding, Report
from modelyard.deploy.jobs.audit import AuditCode
from modelyard.deploy.ownership import visible_audits
from modelyard.deploy.reports.forms import Form, as_form
from modelyard.deploy.tables import Audit, AuditedThing
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.ids import new_id
from modelyard.runs.verbs import submit

MAX_NAME = 200
OWN = "This yard's own code"


def audit_upload(ctx: Context, path: Path, *, filename: str) -> Audit:
    """Keep a ZIP and queue its audit."""
    ctx.require("deploy:write")
    name = Path(filename.replace("\\", "/")).name[:MAX_NAME]
    if not name.lower().endswith(".zip"):
        message = f"{name!r} is no ZIP."
        raise Invalid(message, hint="Pack the folder as a ZIP.", fields=[FieldError(("filename",), message)])
    blob = ctx.artifacts.put_file(path)
    return _begin(ctx, "upload", name[:-4] or name, upload_hash=blob.hash)


def audit_folder(ctx: Context, path: str, *, name: str = "") -> Audit:
    """Queue the audit of a folder of this server; raise Forbidden where folders are not read on somebody's word."""
    ctx.require("deploy:write")
    if not ctx.settings.allows_folders:
        raise Forbidden(
            "Folders of this server are not read.", hint="Upload a ZIP, or set MODELYARD_ALLOW_FOLDERS=true."
        )
    folder = Path(path).expanduser()
    if not folder.is_absolute() or not folder.is_dir():
        message = f"{path!r} is no folder of this server."
        raise Invalid(message, hint="Give its whole path.", fields=[FieldError(("path",), message)])
    return _begin(ctx, "folder", name or folder.name, folder=str(folder))


def audit_self(ctx: Context) -> Audit:
    """Queue the audit of the package that this server runs, as it is installed."""
    ctx.require("deploy:write")
    return _begin(ctx, "self", OWN)


def _begin(
    ctx: Context,
    thing: AuditedThing,
    name: str,
    *,
    folder: str = "",
    upload_hash: str | None = None,
) -> Audit:
    row = Audit(
        id=new_id("au"),
        owner_id=ctx.require("deploy:write"),
        name=name[:MAX_NAME],
        thing=thing,
        folder=folder,
        upload_hash=upload_hash,
        state="running",
        verdicts={},
        counts={},
        fingerprints={},
        n_files=0,
        created_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    job = AuditCode(audit=row.id, name=row.name, upload_hash=upload_hash or "", folder=folder, own=thing == "self")
    row.run_id = submit(ctx, job).id
    return row


def list_audits(ctx: Context, *, search: str = "", limit: int = 50, cursor: str | None = None) -> list[Audit]:
    """Return audits, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("deploy:read")
    chosen = visible_audits(ctx).where(Audit.name.icontains(search, autoescape=True))
    if cursor:
        chosen = chosen.where(Audit.id < cursor)
    return list(ctx.session.scalars(chosen.order_by(Audit.id.desc()).limit(limit)))


def get_audit(ctx: Context, audit_id: str) -> Audit:
    """Return one audit; raise NotFound."""
    ctx.require("deploy:read")
    row = ctx.session.scalar(visible_audits(ctx).where(Audit.id == audit_id))
    if row is None:
        raise NotFound(f"There is no audit {audit_id!r}.")
    return row


def befores(ctx: Context, rows: list[Audit]) -> dict[str, Audit]:
    """Return the finished audit before each one, of the same project, by the later one's id."""
    ctx.require("deploy:read")
    names = {row.name for row in rows}
    chosen = visible_audits(ctx).where(Audit.name.in_(names), Audit.state == "ready").order_by(Audit.id.desc())
    finished = list(ctx.session.scalars(chosen))
    pairs = {row.id: next((one for one in finished if one.name == row.name and one.id < row.id), None) for row in rows}
    return {later: before for later, before in pairs.items() if before is not None}


def read_report(ctx: Context, audit_id: str) -> dict[str, Any]:
    """Return the report of an audit as the JSON of schema 1; raise Conflict while there is none."""
    ctx.require("deploy:read")
    row = get_audit(ctx, audit_id)
    if row.report_hash is None:
        raise Conflict(
            f"There is no report of {row.name!r}.", hint="Its run has not ended, or failed: look at the run."
        )
    document: dict[str, Any] = json.loads(ctx.artifacts.read_bytes(row.report_hash))
    return document


def export_report(ctx: Context, audit_id: str, form: Form) -> str:
    """Return the report in another form."""
    ctx.require("deploy:read")
    document = read_report(ctx, audit_id)
    row = get_audit(ctx, audit_id)
    if form == "html" and row.page_hash is not None:
        return ctx.artifacts.read_bytes(row.page_hash).decode()
    return as_form(form, _report(document), all_rules())


def compare_with_before(ctx: Context, audit_id: str) -> tuple[Audit | None, list[str], list[dict[str, Any]]]:
    """Return the audit before of the same project, what is new by fingerprint, and the findings that are gone."""
    ctx.require("deploy:read")
    row = get_audit(ctx, audit_id)
    before = befores(ctx, [row]).get(row.id)
    if before is None or row.state != "ready":
        return before, [], []
    new = [known for known, n in row.fingerprints.items() if n > before.fingerprints.get(known, 0)]
    left = Counter(row.fingerprints)
    gone = []
    document = read_report(ctx, before.id)
    for said, one in zip(document["findings"], _report(document).findings, strict=True):
        known = fingerprint(one)
        if left[known] > 0:
            left[known] -= 1
        else:
            gone.append(said)
    return before, new, gone


def delete_audit(ctx: Context, audit_id: str) -> None:
    """Remove an audit with its report and its upload; one that is running goes once it has ended."""
    ctx.require("deploy:write")
    row = get_audit(ctx, audit_id)
    if row.state == "running":
        raise Conflict(f"{row.name!r} is being audited.", hint="Cancel its run first.")
    ctx.session.delete(row)
    forget_after_commit(ctx, [row.upload_hash, row.report_hash, row.page_hash])


def _report(document: dict[str, Any]) -> Report:
    """Return the report that a document was made of; what only the document has (diffs) is left out."""
    findings = [
        {
            **{name: value for name, value in said.items() if name in Finding.model_fields},
            "fix": {name: value for name, value in said["fix"].items() if name != "diff"},
        }
        for said in document["findings"]
    ]
    return Report.model_validate({**document, "findings": findings})
