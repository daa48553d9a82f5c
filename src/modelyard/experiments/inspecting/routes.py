"""HTTP of Inspect's logs: whether they can be read here, and taking one in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.data.receiving import receive, stated_length
from modelyard.data.uploads import Staging
from modelyard.experiments.inspecting import verbs
from modelyard.experiments.inspecting.errors import LogTooLarge
from modelyard.experiments.inspecting.package import inspect_unavailable
from modelyard.experiments.schemas import AttemptOut
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/inspect")

_NO_LIMIT = 2**62  # of the framework's: Staging has the setting's
_RAW_BODY = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "required": True,
}


class InspectOut(BaseModel):
    """Whether this server has Inspect; `unavailable_reason` says how it gets it."""

    is_available: bool
    unavailable_reason: str | None


@router.get("")
def describe_inspect(ctx: Ctx) -> InspectOut:
    """Say whether logs of Inspect can be imported and made here."""
    ctx.require("experiments:read")
    reason = inspect_unavailable()
    return InspectOut(is_available=reason is None, unavailable_reason=reason)


@router.post(
    "/logs", status_code=202, max_body_size=_NO_LIMIT, openapi_extra={"requestBody": _RAW_BODY},
)  # fmt: skip
async def import_inspect_logs(
    request: Request,
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    filename: Annotated[str, Query(min_length=1, max_length=255)],
    name: Annotated[str, Query(max_length=200, description="Of the experiment; empty: as the task.")] = "",
    group_by: Annotated[str, Query(max_length=200, description="Metadata that says a sample's group.")] = "group",
) -> AttemptOut:
    """Import a log of Inspect (`.eval`), or a zip of logs of one task, as a new experiment; its run is `run_id`.

    The file is the raw body. No LLM is asked: answers, scores, tokens and seconds are read from the log.
    """
    with yard.context(actor, writes=False) as ctx:
        ctx.require("experiments:write")
    # No session is open while bytes arrive: on SQLite it would keep every other writer waiting.
    with Staging(yard.settings, expected_bytes=stated_length(request), too_large=LogTooLarge) as staging:
        await receive(request.stream(), staging)
        return await run_in_threadpool(_import, yard, actor, staging, filename, name, group_by)


def _import(yard: Yard, actor: Actor, staging: Staging, filename: str, name: str, group_by: str) -> AttemptOut:
    path = staging.finish()
    with yard.context(actor) as ctx:
        return AttemptOut.of(verbs.import_logs(ctx, [(filename, path)], name=name, group_by=group_by))
