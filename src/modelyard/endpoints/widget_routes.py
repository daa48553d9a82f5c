"""HTTP of what a widget asks before it is opened."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from modelyard.access.http import the_yard
from modelyard.endpoints.browser_key_schemas import WidgetOut
from modelyard.endpoints.browser_keys import visit_with_key
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/widget", tags=["public pages"])


@router.get("/{browser_key}")
def get_widget(
    yard: Annotated[Yard, Depends(the_yard)], request: Request, browser_key: Annotated[str, Path(max_length=32)]
) -> WidgetOut:
    """Return which endpoint a browser key opens, to pages of its origins."""
    return WidgetOut.of(visit_with_key(yard, browser_key, request.headers.get("Origin")))
