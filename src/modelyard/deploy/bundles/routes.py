"""HTTP of bundles."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from modelyard.access.http import Ctx
from modelyard.deploy.bundles import verbs
from modelyard.deploy.bundles.schemas import BundleContents, BundleIn, BundleOut, BundlePage

router = APIRouter(prefix="/bundles", tags=["deploy"])


@router.post("", status_code=201)
def make_bundle(ctx: Ctx, body: BundleIn) -> BundleOut:
    """Make a bundle of the whole yard or of one endpoint. The answer comes at once; a run does the work."""
    row = verbs.make_bundle(ctx, body.platform, endpoint=body.endpoint, artifacts=body.artifacts, extras=body.extras)
    return BundleOut.model_validate(row)


@router.get("")
def list_bundles(
    ctx: Ctx,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> BundlePage:
    """List bundles, newest first."""
    rows = verbs.list_bundles(ctx, limit=limit, cursor=cursor)
    items = [BundleOut.model_validate(row) for row in rows]
    return BundlePage(items=items, next=rows[-1].id if len(rows) == limit else None)


@router.get("/{bundle_id}")
def get_bundle(ctx: Ctx, bundle_id: str) -> BundleOut:
    """Return one bundle."""
    return BundleOut.model_validate(verbs.get_bundle(ctx, bundle_id))


@router.get("/{bundle_id}/contents")
def read_contents(ctx: Ctx, bundle_id: str) -> BundleContents:
    """Return the files with the texts of the small ones, the steps of a person, and the names to set."""
    return BundleContents.model_validate(verbs.read_contents(ctx, bundle_id))


@router.get(
    "/{bundle_id}/file",
    response_class=Response,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def download_bundle(ctx: Ctx, bundle_id: str) -> Response:
    """Download all files as a ZIP."""
    row, path = verbs.bundle_file(ctx, bundle_id)
    stem = re.sub(r"[^a-z0-9]+", "-", f"{row.name} {row.platform['kind']}".lower()).strip("-")
    named = {"Content-Disposition": f'attachment; filename="{stem}.zip"'}
    return FileResponse(path, media_type="application/zip", headers=named)


@router.delete("/{bundle_id}", status_code=204, response_class=Response)
def delete_bundle(ctx: Ctx, bundle_id: str) -> None:
    """Delete a bundle with its files; its audit stays."""
    verbs.delete_bundle(ctx, bundle_id)
