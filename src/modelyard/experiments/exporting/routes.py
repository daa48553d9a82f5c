"""HTTP of exports."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import StreamingResponse

from modelyard.access.http import current_actor, the_yard
from modelyard.experiments.exporting.verbs import EXPORT_TYPES, ExportFormat, export_attempt
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/{experiment_id}/attempts/{number}")

Number = Annotated[int, Path(ge=1, le=2**31)]


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in EXPORT_TYPES.values()}}},
)
def export_answers(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    experiment_id: str,
    number: Number,
    file_format: Annotated[ExportFormat, Query(alias="format")] = "csv",
    neutralise: Annotated[bool, Query(description="Make texts harmless that a spreadsheet would compute.")] = True,
    bom: Annotated[bool, Query(description="Mark CSV as UTF-8, which Excel needs to open it with a click.")] = False,
) -> StreamingResponse:
    """Download the answers as a table, everything as JSON, or the comparison as Markdown."""
    name, pieces = export_attempt(yard, actor, experiment_id, number, file_format, neutralise=neutralise, bom=bom)
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}
    return StreamingResponse(pieces, media_type=EXPORT_TYPES[file_format], headers=headers)
