"""HTTP of what programs are told about an endpoint: its description, and snippets to copy."""

import re
from importlib.metadata import version
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from modelyard.access.http import Ctx
from modelyard.endpoints import verbs
from modelyard.endpoints.description import description_of
from modelyard.endpoints.snippets.fill import snippets_of
from modelyard.endpoints.streaming import does_stream
from modelyard.kernel.context import Context

router = APIRouter()
_PLAIN_ADDRESS = re.compile(r"https?://[\w.\-]+(:\d+)?|https?://\[[0-9a-fA-F:.]+\](:\d+)?")


class SnippetOut(BaseModel):
    """A program to copy."""

    model_config = ConfigDict(from_attributes=True)

    language: Literal["curl", "python", "javascript"]
    title: str
    code: str


@router.get("/{endpoint_id}/openapi.json")
def describe_endpoint(ctx: Ctx, request: Request, endpoint_id: str) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document of this one endpoint, with examples made from its signature."""
    row = verbs.get_endpoint(ctx, endpoint_id)
    api, streams = _api(ctx, request), does_stream(row.servable_kind)
    return description_of(row.id, row.name, row.signature, api=api, version=version("modelyard"), streams=streams)


@router.get("/{endpoint_id}/snippets")
def list_snippets(ctx: Ctx, request: Request, endpoint_id: str) -> list[SnippetOut]:
    """Return programs that call the endpoint, in curl, Python and JavaScript; of a model they send files too."""
    row = verbs.get_endpoint(ctx, endpoint_id)
    api, streams = _api(ctx, request), does_stream(row.servable_kind)
    found = snippets_of(row.id, row.signature, api=api, streams=streams)
    return [SnippetOut.model_validate(snippet) for snippet in found]


def _api(ctx: Context, request: Request) -> str:
    """Return the address of the API as this request reached it, unless the settings state the public one.

    What stands in the header Host goes into programs that people copy, so only a plain address is taken from it.
    """
    reached = f"{request.url.scheme}://{request.url.netloc}"
    is_plain = _PLAIN_ADDRESS.fullmatch(reached) is not None and not ctx.settings.public_url
    prefix = request.url.path.partition("/endpoints/")[0]
    return f"{reached if is_plain else ctx.settings.address()}{prefix}"
