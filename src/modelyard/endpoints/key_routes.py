"""HTTP of an endpoint's keys."""

from fastapi import APIRouter

from modelyard.access.http import Ctx
from modelyard.endpoints import keys
from modelyard.endpoints.key_schemas import EndpointKeyIn, EndpointKeyOut, NewEndpointKeyOut

router = APIRouter(prefix="/{endpoint_id}/keys")


@router.get("")
def list_endpoint_keys(ctx: Ctx, endpoint_id: str) -> list[EndpointKeyOut]:
    """List the endpoint's keys, newest first."""
    return [EndpointKeyOut.of(found) for found in keys.list_endpoint_keys(ctx, endpoint_id)]


@router.post("", status_code=201)
def create_endpoint_key(ctx: Ctx, endpoint_id: str, body: EndpointKeyIn) -> NewEndpointKeyOut:
    """Make a key that opens this endpoint for calls and files and nothing else; its secret is in this answer alone."""
    found, secret = keys.create_endpoint_key(ctx, endpoint_id, **body.model_dump())
    return NewEndpointKeyOut(**EndpointKeyOut.of(found).model_dump(), key=secret)


@router.delete("/{key_id}", status_code=204)
def revoke_endpoint_key(ctx: Ctx, endpoint_id: str, key_id: str) -> None:
    """End a key of this endpoint for good."""
    keys.revoke_endpoint_key(ctx, endpoint_id, key_id)
