"""HTTP of audits."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.data.receiving import receive, stated_length
from modelyard.data.uploads import Staging
from modelyard.deploy import verbs
from modelyard.deploy.reports.forms import Form
from modelyard.deploy.schemas import AuditComparison, AuditIn, AuditOut, AuditPage, AuditReportOut, ShownFinding
from modelyard.deploy.tables import Audit
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/audits", tags=["deploy"])

_NO_LIMIT = 2**63 - 1
_RAW_BODY = {
    "required": True,
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}
MEDIA_TYPES: dict[Form, str] = {
    "text": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "sarif": "application/sarif+json",
    "github": "text/plain; charset=utf-8",
}
ENDINGS: dict[Form, str] = {
    "text": "txt", "md": "md", "html": "html", "json": "json", "sarif": "sarif", "github": "txt",
}  # fmt: skip


@router.post("/upload", status_code=201, max_body_size=_NO_LIMIT, openapi_extra={"requestBody": _RAW_BODY})
async def audit_upload(
    request: Request,
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    filename: Annotated[str, Query(min_length=1, max_length=255)],
) -> AuditOut:
    """Upload a code base as a ZIP, the raw body, and audit it. The answer comes at once; a run does the work."""
    with yard.context(actor, writes=False) as ctx:
        ctx.require("deploy:write")
    with Staging(yard.settings, expected_bytes=stated_length(request)) as staging:
        await receive(request.stream(), staging)
        return await run_in_threadpool(_keep, yard, actor, staging, filename)


def _keep(yard: Yard, actor: Actor, staging: Staging, filename: str) -> AuditOut:
    path = staging.finish()
    with yard.context(actor) as ctx:
        return _out(ctx, verbs.audit_upload(ctx, path, filename=filename))


@router.post("", status_code=201)
def begin_audit(ctx: Ctx, body: AuditIn) -> AuditOut:
    """Audit a folder of this server, or the package that it runs."""
    if body.kind == "folder":
        return _out(ctx, verbs.audit_folder(ctx, body.path, name=body.name))
    return _out(ctx, verbs.audit_self(ctx))


@router.get("")
def list_audits(
    ctx: Ctx,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> AuditPage:
    """List audits, newest first."""
    rows = verbs.list_audits(ctx, search=search, limit=limit, cursor=cursor)
    before = verbs.befores(ctx, rows)
    items = [AuditOut.of(row, before.get(row.id)) for row in rows]
    return AuditPage(items=items, next=rows[-1].id if len(rows) == limit else None)


@router.get("/{audit_id}")
def get_audit(ctx: Ctx, audit_id: str) -> AuditOut:
    """Return one audit."""
    return _out(ctx, verbs.get_audit(ctx, audit_id))


@router.get("/{audit_id}/report")
def get_report(ctx: Ctx, audit_id: str) -> AuditReportOut:
    """Return the report as the JSON of schema 1, with the code around each finding and each fix as a diff."""
    return AuditReportOut.model_validate(verbs.read_report(ctx, audit_id))


@router.get("/{audit_id}/export", response_class=PlainTextResponse)
def export_report(ctx: Ctx, audit_id: str, format: Form = "html") -> Response:  # noqa: A002 — the name in the address
    """Download the report in another form."""
    name = f"audit-{audit_id}.{ENDINGS[format]}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        # Code of others is in it: even where it is opened in place it may run and load nothing.
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(verbs.export_report(ctx, audit_id, format), media_type=MEDIA_TYPES[format], headers=headers)


@router.get("/{audit_id}/changes")
def compare_with_before(ctx: Ctx, audit_id: str) -> AuditComparison:
    """Return what changed since the audit before of the same project."""
    before, new, gone = verbs.compare_with_before(ctx, audit_id)
    shown = [ShownFinding.model_validate(one) for one in gone]
    return AuditComparison(before=before.id if before else None, new=new, gone=shown)


@router.delete("/{audit_id}", status_code=204, response_class=Response)
def delete_audit(ctx: Ctx, audit_id: str) -> None:
    """Delete an audit with its report."""
    verbs.delete_audit(ctx, audit_id)


def _out(ctx: Context, row: Audit) -> AuditOut:
    return AuditOut.of(row, verbs.befores(ctx, [row]).get(row.id))
