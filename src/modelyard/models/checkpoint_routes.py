"""HTTP of checkpoints: a ZIP as the raw body, or an id of the hub."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.data.receiving import receive, stated_length
from modelyard.data.uploads import Staging
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.checkpoints import add_checkpoint_from_hub, add_checkpoint_from_zip
from modelyard.runs.schemas import RunOut

router = APIRouter(prefix="/models/checkpoints", tags=["models"])

_NO_LIMIT = 2**62  # of the framework's: Staging has the setting's
_RAW_BODY = {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}, "required": True}
MaxTokens = Annotated[int | None, Query(ge=8, le=8192, description="Tokens read of each text; empty: 256.")]


class HubCheckpointIn(BaseModel):
    """A checkpoint of the Hugging Face hub."""

    model_config = ConfigDict(extra="forbid")

    hub_id: Annotated[str, Field(min_length=1, max_length=200, description="owner/name")]
    revision: Annotated[str | None, Field(max_length=100, description="Branch, tag or commit.")] = None
    name: Annotated[str, Field(max_length=200, description="The model's name; empty: that on the hub.")] = ""
    max_tokens: Annotated[int | None, Field(ge=8, le=8192, description="Tokens read of each text; empty: 256.")] = None
    int8: Annotated[bool, Field(description="Compute with 8 bits.")] = False


@router.post("", status_code=202, max_body_size=_NO_LIMIT, openapi_extra={"requestBody": _RAW_BODY})
async def add_checkpoint(
    request: Request,
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    filename: Annotated[str, Query(min_length=1, max_length=255)],
    name: Annotated[str, Query(max_length=200)] = "",
    max_tokens: MaxTokens = None,
    int8: Annotated[bool, Query(description="Compute with 8 bits.")] = False,
) -> RunOut:
    """Upload a ZIP of a checkpoint's folder (safetensors only). The run that is answered makes it a model."""
    with yard.context(actor, writes=False) as ctx:
        ctx.require("models:write")
    # No session is open while bytes arrive: on SQLite it would keep every other writer waiting.
    with Staging(yard.settings, expected_bytes=stated_length(request)) as staging:
        await receive(request.stream(), staging)
        return await run_in_threadpool(
            _keep, yard, actor, staging, filename=filename, name=name, max_tokens=max_tokens, is_int8=int8
        )


def _keep(
    yard: Yard, actor: Actor, staging: Staging, *, filename: str, name: str, max_tokens: int | None, is_int8: bool
) -> RunOut:
    path = staging.finish()
    with yard.context(actor) as ctx:
        run = add_checkpoint_from_zip(ctx, path, filename=filename, name=name, max_tokens=max_tokens, is_int8=is_int8)
        return RunOut.of(run)


@router.post("/hub", status_code=202)
def add_hub_checkpoint(ctx: Ctx, body: HubCheckpointIn) -> RunOut:
    """Download a checkpoint from the Hugging Face hub. The run that is answered makes it a model."""
    run = add_checkpoint_from_hub(
        ctx, body.hub_id, revision=body.revision, name=body.name, max_tokens=body.max_tokens, is_int8=body.int8
    )
    return RunOut.of(run)
