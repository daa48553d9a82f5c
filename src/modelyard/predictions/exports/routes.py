"""HTTP of exports."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from modelyard.access.http import Ctx
from modelyard.data.table_writing.write import MEDIA_TYPES, TableFormat
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.schemas import Only, Sort
from modelyard.predictions.batches.verbs import get_batch
from modelyard.predictions.corrections.verbs import said_of_rows
from modelyard.predictions.exports.verbs import export_results

router = APIRouter(prefix="/batches", tags=["batches"])

Fraction = Annotated[float | None, Query(ge=0, le=1)]


@router.get(
    "/{batch_id}/export",
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
)
def export_batch(
    ctx: Ctx,
    batch_id: str,
    file_format: Annotated[TableFormat, Query(alias="format")] = "csv",
    search: Annotated[str, Query(max_length=200)] = "",
    class_: Annotated[str | None, Query(alias="class", max_length=256)] = None,
    min_confidence: Fraction = None,
    max_confidence: Fraction = None,
    label: Annotated[str | None, Query(max_length=256)] = None,
    only: Annotated[Only, Query()] = "all",
    sort: Annotated[Sort, Query()] = "row",
    descending: bool = False,
    neutralise: Annotated[bool, Query(description="Make texts harmless that a spreadsheet would compute.")] = True,
    bom: Annotated[bool, Query(description="Mark CSV as UTF-8, which Excel needs to open it with a click.")] = False,
) -> StreamingResponse:
    """Download the rows that the filters let through, with what was predicted."""
    filters = RowFilters(
        search=search,
        class_=class_ or None,
        min_confidence=min_confidence,
        max_confidence=max_confidence,
        label=label,
        only="all" if only == "corrected" else only,
        rows=tuple(said_of_rows(ctx, batch_id)) if only == "corrected" else None,
        sort=sort,
        descending=descending,
    )
    pieces = export_results(ctx, batch_id, filters, file_format, neutralise=neutralise, bom=bom)
    name = quote(f"{get_batch(ctx, batch_id).name} results.{file_format}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[file_format], headers=headers)
