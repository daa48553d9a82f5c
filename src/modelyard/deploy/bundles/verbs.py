"""What can be done with bundles: make one, look, take it, delete it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modelyard.data.storage import local_copy
from modelyard.deploy.bundling.yard import check_yard
from modelyard.deploy.jobs.bundle import MakeBundle
from modelyard.deploy.ownership import visible_bundles
from modelyard.deploy.platform import platform_of
from modelyard.deploy.tables import Bundle
from modelyard.endpoints.servable import Servable
from modelyard.endpoints.verbs import find_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family
from modelyard.runs.verbs import submit

YARD = "Modelyard"


def make_bundle(
    ctx: Context,
    platform: dict[str, Any],
    *,
    endpoint: str = "",
    artifacts: str = "database",
    extras: Sequence[str] = (),
) -> Bundle:
    """Queue a bundle of an endpoint, by id or name, or of the whole yard.

    Raises Invalid for what the platform does not take, NotFound for an endpoint that is not there, Forbidden for
    whoever may not put an endpoint before what it serves: a bundle gives it away.
    """
    ctx.require("deploy:write")
    chosen = platform_of(platform)
    chosen.check("endpoint" if endpoint else "yard")
    served = find_endpoint(ctx, endpoint) if endpoint else None
    if served is not None:
        servable: Servable = family("servable").parse(served.servable)
        ctx.require(servable.scope)
    else:
        check_yard(artifacts, extras)
    row = Bundle(
        id=new_id("bn"),
        owner_id=ctx.require("deploy:write"),
        name=served.name if served else YARD,
        platform=chosen.model_dump(mode="json"),
        endpoint_id=served.id if served else None,
        state="running",
        n_files=0,
        size_bytes=0,
        created_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    job = MakeBundle(
        bundle=row.id,
        name=row.name,
        platform=row.platform,
        endpoint=row.endpoint_id or "",
        artifacts=artifacts,
        extras=tuple(extras),
    )
    row.run_id = submit(ctx, job).id
    return row


def list_bundles(ctx: Context, *, limit: int = 50, cursor: str | None = None) -> list[Bundle]:
    """Return bundles, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("deploy:read")
    chosen = visible_bundles(ctx)
    if cursor:
        chosen = chosen.where(Bundle.id < cursor)
    return list(ctx.session.scalars(chosen.order_by(Bundle.id.desc()).limit(limit)))


def get_bundle(ctx: Context, bundle_id: str) -> Bundle:
    """Return one bundle; raise NotFound."""
    ctx.require("deploy:read")
    row = ctx.session.scalar(visible_bundles(ctx).where(Bundle.id == bundle_id))
    if row is None:
        raise NotFound(f"There is no bundle {bundle_id!r}.")
    return row


def read_contents(ctx: Context, bundle_id: str) -> dict[str, Any]:
    """Return what a bundle holds and what to do with it (schemas.BundleContents); raise Conflict before it is made."""
    ctx.require("deploy:read")
    row = get_bundle(ctx, bundle_id)
    document: dict[str, Any] = json.loads(ctx.artifacts.read_bytes(_made(row, row.contents_hash)))
    return document


def bundle_file(ctx: Context, bundle_id: str) -> tuple[Bundle, Path]:
    """Return a bundle with a local file of it as ZIP, to be read soon; raise Conflict before it is made."""
    ctx.require("deploy:read")
    row = get_bundle(ctx, bundle_id)
    return row, local_copy(ctx.artifacts, ctx.settings, _made(row, row.zip_hash))


def delete_bundle(ctx: Context, bundle_id: str) -> None:
    """Remove a bundle with its files; its audit stays. One that is being made goes once its run has ended."""
    ctx.require("deploy:write")
    row = get_bundle(ctx, bundle_id)
    if row.state == "running":
        raise Conflict(f"The bundle of {row.name!r} is being made.", hint="Cancel its run first.")
    ctx.session.delete(row)
    forget_after_commit(ctx, [row.zip_hash, row.contents_hash])


def _made(row: Bundle, digest: str | None) -> str:
    if digest is None:
        hint = "Its run has not ended, or failed: look at the run."
        raise Conflict(f"The bundle of {row.name!r} is not there.", hint=hint)
    return digest
