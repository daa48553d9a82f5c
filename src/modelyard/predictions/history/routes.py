"""HTTP of the history of calls as a file."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from modelyard.access.http import current_actor, the_yard
from modelyard.data.table_writing.write import MEDIA_TYPES, TableFormat
from modelyard.endpoints.history_routes import Filters
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.predictions.history.export import export_calls

router = APIRouter(prefix="/endpoints", tags=["endpoints"])


@router.get(
    "/{endpoint_id}/calls/export",
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
)
def export_history(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    endpoint_id: str,
    filters: Filters,
    file_format: Annotated[TableFormat, Query(alias="format")] = "csv",
    bom: Annotated[bool, Query(description="Mark CSV as UTF-8, which Excel needs to open it with a click.")] = False,
) -> StreamingResponse:
    """Download the calls that the filters mean, a line for each row, the newest first; times are UTC."""
    endpoint_name, pieces = export_calls(yard, actor, endpoint_id, filters, file_format, bom=bom)
    name = quote(f"{endpoint_name} calls.{file_format}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[file_format], headers=headers)
