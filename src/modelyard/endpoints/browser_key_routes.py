"""HTTP of an endpoint's browser keys."""

from fastapi import APIRouter

from modelyard.access.http import Ctx
from modelyard.endpoints import browser_keys
from modelyard.endpoints.browser_key_schemas import BrowserKeyIn, BrowserKeyOut

router = APIRouter(prefix="/{endpoint_id}/browser-keys")


@router.get("")
def list_browser_keys(ctx: Ctx, endpoint_id: str) -> list[BrowserKeyOut]:
    """List the endpoint's browser keys, newest first, with the questions of today."""
    return [BrowserKeyOut.of(found) for found in browser_keys.list_browser_keys(ctx, endpoint_id)]


@router.post("", status_code=201)
def create_browser_key(ctx: Ctx, endpoint_id: str, body: BrowserKeyIn) -> BrowserKeyOut:
    """Make a key that pages of the stated origins may ask this endpoint with, within quotas; all others are refused."""
    return BrowserKeyOut.of(browser_keys.create_browser_key(ctx, endpoint_id, **body.model_dump()))


@router.delete("/{key_id}", status_code=204)
def revoke_browser_key(ctx: Ctx, endpoint_id: str, key_id: str) -> None:
    """End a browser key for good; pages that use it are refused from now on."""
    browser_keys.revoke_browser_key(ctx, endpoint_id, key_id)
