"""HTTP of batches."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from modelyard.access.http import Ctx
from modelyard.data.receiving import receive, stated_length
from modelyard.data.uploads import Staging
from modelyard.endpoints.http import Caller, TheCaller
from modelyard.endpoints.verbs import callable_endpoint
from modelyard.kernel.context import Context
from modelyard.predictions.batches import verbs
from modelyard.predictions.batches.errors_file import csv_lines
from modelyard.predictions.batches.ownership import to_look
from modelyard.predictions.batches.pasting import as_rows, source_of
from modelyard.predictions.batches.schemas import BatchChange, BatchOut, BatchPage, MappingIn
from modelyard.predictions.batches.tables import Batch, BatchState, HeaderChoice

router = APIRouter(tags=["batches"])

_NO_LIMIT = 2**62  # of the framework's: Staging has the setting's
_BODIES = {
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"rows": {"type": "array", "items": {"type": "object"}}},
                "required": ["rows"],
            }
        },
        "text/plain": {"schema": {"type": "string"}},
    },
    "required": True,
}
Cursor = Annotated[str | None, Query(max_length=64)]
Label = Annotated[str | None, Query(max_length=200)]


@router.post(
    "/endpoints/{endpoint_id}/batches",
    status_code=202,
    max_body_size=_NO_LIMIT,
    response_model=BatchOut,
    openapi_extra={"requestBody": _BODIES},
)
async def create_batch(
    request: Request,
    caller: TheCaller,
    endpoint_id: str,
    filename: Annotated[str, Query(max_length=255)] = "",
    label: Label = None,
    header: HeaderChoice = "auto",
    start: bool = False,
    again: bool = False,
) -> Response:
    """Upload a file as the raw body, or rows as JSON (`{"rows": [...]}`), or text (a line is a row).

    A body with `filename` is a file, whatever its type. The answer comes at once; a run reads and checks the rows, and
    with `start` another one predicts them. The same bytes for the same version are the batch that there is already
    (`is_reopened`) unless `again`. `header` says whether the first row holds names; `auto` looks at it. With an
    `Idempotency-Key`, a request is the same when its query and the bytes of its body are.

    A key of the endpoint may send files too, and look at the batches that it made. The upload counts as one call; the
    rows that can be predicted count as rows when the prediction is queued. When the key has fewer left, the batch stays
    `ready` with the reason in `error`: start it, or send it again, when the day is over.
    """
    yard = caller.yard
    with yard.context(caller.actor, writes=False) as ctx:
        ctx.require("endpoints:call")
        ctx.require(to_look(ctx))
        signature = callable_endpoint(ctx, endpoint_id).signature
    source = source_of(filename, request.headers.get("content-type", ""), signature)
    # No session is open while bytes arrive: on SQLite it would keep every other writer waiting.
    with Staging(yard.settings, expected_bytes=stated_length(request)) as staging:
        await receive(as_rows(request.stream(), source, max_line=yard.settings.max_cell_bytes), staging)
        options: dict[str, Any] = {"filename": source.filename, "label": label, "header": header}
        options |= {"start": start, "again": again}
        return await run_in_threadpool(_keep, caller, endpoint_id, staging.finish(), options)


def _keep(caller: Caller, endpoint_id: str, path: Path, options: dict[str, Any]) -> Response:
    def make() -> BatchOut:
        with caller.yard.context(caller.actor) as ctx:
            batch, is_reopened = verbs.create_batch(ctx, endpoint_id, path, **options)
            return _out(ctx, batch, is_reopened=is_reopened)

    asked = _fingerprint(path, options) if caller.key is not None else ""
    return caller.answer(endpoint_id, "batches", make, asked=asked, status=202)


def _fingerprint(path: Path, options: dict[str, Any]) -> str:
    """Return what is equal for the same body, however it was cut into pieces on its way, with the same options."""
    with path.open("rb") as file:
        body = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(json.dumps([body, options], sort_keys=True).encode()).hexdigest()


@router.get("/batches")
def list_batches(
    ctx: Ctx,
    endpoint_id: Annotated[str | None, Query(max_length=64)] = None,
    search: Annotated[str, Query(max_length=200)] = "",
    label: Label = None,
    state: BatchState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Cursor = None,
) -> BatchPage:
    """List batches, newest first."""
    found = verbs.list_batches(
        ctx, endpoint_id=endpoint_id, search=search, label=label, state=state, limit=limit + 1, cursor=cursor
    )
    shown = found[:limit]
    runs = verbs.runs_of(ctx, shown)
    items = [BatchOut.of(batch, runs.get(batch.id), expires_at=verbs.expiry_of(ctx, batch)) for batch in shown]
    return BatchPage(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/batches/{batch_id}")
def get_batch(ctx: Ctx, batch_id: str) -> BatchOut:
    """Return one batch with its check, and how far it is."""
    return _out(ctx, verbs.get_batch(ctx, batch_id))


@router.patch("/batches/{batch_id}")
def change_batch(ctx: Ctx, batch_id: str, change: BatchChange) -> BatchOut:
    """Rename the batch, or say of which product or campaign it is (null: of none)."""
    batch = verbs.change_batch(ctx, batch_id, name=change.name)
    if "label" in change.model_fields_set:
        batch = verbs.label_batch(ctx, batch_id, change.label)
    return _out(ctx, batch)


@router.delete("/batches/{batch_id}", status_code=204, response_class=Response)
def delete_batch(ctx: Ctx, batch_id: str) -> None:
    """Delete the batch with its rows and results; a run that works on it is cancelled."""
    verbs.delete_batch(ctx, batch_id)


@router.put("/batches/{batch_id}/mapping")
def map_batch(ctx: Ctx, batch_id: str, body: MappingIn) -> BatchOut:
    """Say which column of the file each input is read from; all rows are checked again, nothing is uploaded again."""
    batch = verbs.map_batch(ctx, batch_id, body.mapping, label_column=body.label_column)
    if "label" in body.model_fields_set:
        batch = verbs.label_batch(ctx, batch_id, body.label)
    return _out(ctx, batch)


@router.post("/batches/{batch_id}/start", status_code=202)
def start_batch(ctx: Ctx, batch_id: str) -> BatchOut:
    """Predict the rows with the version that the endpoint serves now. Cancel through the batch's run."""
    return _out(ctx, verbs.start_batch(ctx, batch_id))


@router.post("/batches/{batch_id}/resume", status_code=202)
def resume_batch(ctx: Ctx, batch_id: str) -> BatchOut:
    """Go on with a batch that was cancelled or failed, behind the rows that are done."""
    return _out(ctx, verbs.resume_batch(ctx, batch_id))


@router.get(
    "/batches/{batch_id}/errors.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def download_errors(ctx: Ctx, batch_id: str) -> Response:
    """Return the rows that could not be predicted as CSV: row, column, reason, and the row's values."""
    batch = verbs.get_batch(ctx, batch_id)
    name = quote(f"{batch.name} errors.csv", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
    return StreamingResponse(csv_lines(ctx, batch_id), media_type="text/csv; charset=utf-8", headers=headers)


def _out(ctx: Context, batch: Batch, *, is_reopened: bool = False) -> BatchOut:
    run = verbs.runs_of(ctx, [batch]).get(batch.id)
    return BatchOut.of(batch, run, expires_at=verbs.expiry_of(ctx, batch), is_reopened=is_reopened)
