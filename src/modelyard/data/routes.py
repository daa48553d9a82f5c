"""HTTP of the data room."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, StreamingResponse

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.data import verbs
from modelyard.data.catalogue import catalogue
from modelyard.data.downloads import MEDIA_TYPES, FileFormat, csv_lines
from modelyard.data.receiving import receive, stated_length
from modelyard.data.schemas import DatasetChange, DatasetOut, DatasetPage, ProfileOut, RowsOut, SampleOut
from modelyard.data.uploads import Staging
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

router = APIRouter(tags=["data"])

_NO_LIMIT = 2**62  # of the framework's: Staging has the setting's
_RAW_BODY = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "required": True,
}


@router.post(
    "/datasets", status_code=201, max_body_size=_NO_LIMIT, openapi_extra={"requestBody": _RAW_BODY},
)  # fmt: skip
async def create_dataset(
    request: Request,
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    filename: Annotated[str, Query(min_length=1, max_length=255)],
    name: Annotated[str, Query(max_length=200)] = "",
    target: Annotated[str | None, Query(max_length=256)] = None,
) -> DatasetOut:
    """Upload a file as the raw body (no multipart). The answer comes at once; a run reads the file."""
    with yard.context(actor, writes=False) as ctx:
        ctx.require("data:write")
    # No session is open while bytes arrive: on SQLite it would keep every other writer waiting.
    with Staging(yard.settings, expected_bytes=stated_length(request)) as staging:
        await receive(request.stream(), staging)
        return await run_in_threadpool(_keep, yard, actor, staging, name=name, filename=filename, target=target)


def _keep(yard: Yard, actor: Actor, staging: Staging, *, name: str, filename: str, target: str | None) -> DatasetOut:
    path = staging.finish()
    with yard.context(actor) as ctx:
        return DatasetOut.of(verbs.create_dataset_from_file(ctx, name, path, filename=filename, target=target))


@router.get("/datasets")
def list_datasets(
    ctx: Ctx,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> DatasetPage:
    """List datasets, newest first."""
    found = verbs.list_datasets(ctx, search=search, limit=limit + 1, cursor=cursor)
    items = [DatasetOut.of(dataset) for dataset in found[:limit]]
    return DatasetPage(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/datasets/{dataset_id}")
def get_dataset(ctx: Ctx, dataset_id: str) -> DatasetOut:
    """Return one dataset."""
    return DatasetOut.of(verbs.get_dataset(ctx, dataset_id))


@router.patch("/datasets/{dataset_id}")
def change_dataset(ctx: Ctx, dataset_id: str, change: DatasetChange) -> DatasetOut:
    """Rename the dataset, or choose its target: a run then measures the columns against it."""
    dataset = verbs.get_dataset(ctx, dataset_id)
    if change.name is not None:
        dataset = verbs.rename_dataset(ctx, dataset_id, change.name)
    if "target" in change.model_fields_set:
        dataset = verbs.set_target(ctx, dataset_id, change.target)
    return DatasetOut.of(dataset)


@router.delete("/datasets/{dataset_id}", status_code=204, response_class=Response)
def delete_dataset(ctx: Ctx, dataset_id: str) -> None:
    """Delete the dataset and its bytes. Models made from it stay."""
    verbs.delete_dataset(ctx, dataset_id)


@router.get("/datasets/{dataset_id}/profile")
def get_profile(ctx: Ctx, dataset_id: str) -> ProfileOut:
    """Return what every column is and looks like, and what to watch out for."""
    return ProfileOut.model_validate(verbs.dataset_profile(ctx, dataset_id))


@router.get("/datasets/{dataset_id}/rows")
def get_rows(
    ctx: Ctx,
    dataset_id: str,
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    columns: Annotated[list[str] | None, Query(description="Names, one each or separated by commas.")] = None,
) -> RowsOut:
    """Return a page of rows; without `columns` of the first 200 columns."""
    names = verbs.named_columns(ctx, dataset_id, columns or [])
    return RowsOut.of(verbs.preview_rows(ctx, dataset_id, offset=offset, limit=limit, columns=names))


@router.get(
    "/datasets/{dataset_id}/file",
    response_class=Response,
    responses={200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}}},
)
def download_dataset(
    ctx: Ctx,
    dataset_id: str,
    format: FileFormat = "parquet",  # noqa: A002 — the name in the address
) -> Response:
    """Return all rows as a file: Parquet as it is kept, or CSV."""
    dataset, path = verbs.dataset_file(ctx, dataset_id)
    media_type = MEDIA_TYPES[format]
    named = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(f'{dataset.name}.{format}', safe='')}"}
    if format == "parquet":
        return FileResponse(path, media_type=media_type, headers=named)
    return StreamingResponse(csv_lines(path), media_type=media_type, headers=named)


@router.get("/samples")
def list_samples(ctx: Ctx) -> list[SampleOut]:
    """List the datasets that ship with the product."""
    ctx.require("data:read")
    return [SampleOut.of(sample) for sample in catalogue()]


@router.post("/samples/{key}", status_code=201)
def add_sample(ctx: Ctx, key: str) -> DatasetOut:
    """Add a sample to your datasets; one that is there already is returned as it is."""
    return DatasetOut.of(verbs.add_sample(ctx, key))
