"""HTTP of what readers ask."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from modelyard.access.http import Ctx
from modelyard.chat.readers import verbs
from modelyard.chat.readers.schemas import ReadersOut
from modelyard.data.table_writing.write import MEDIA_TYPES, TableFormat, table_pieces
from modelyard.runs.schemas import RunOut

router = APIRouter(prefix="/collections/{collection_id}/readers", tags=["chat"])


@router.get("")
def get_readers(
    ctx: Ctx, collection_id: str, since: datetime | None = None, until: datetime | None = None
) -> ReadersOut:
    """Return what readers asked, by default in the last 30 days: most asked, not answered, disliked, gaps to fill."""
    return ReadersOut.model_validate(verbs.readers_report(ctx, collection_id, since=since, until=until))


@router.post("/groups", status_code=202)
def group_questions(ctx: Ctx, collection_id: str) -> RunOut:
    """Compare what the questions mean, on this machine; happens by itself once a day. Answers the run."""
    return RunOut.of(verbs.group_questions(ctx, collection_id))


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
)
def export_askings(
    ctx: Ctx,
    collection_id: str,
    since: datetime | None = None,
    until: datetime | None = None,
    file_format: Annotated[TableFormat, Query(alias="format")] = "csv",
) -> StreamingResponse:
    """Download what was asked: question, answer, outcome, thumb and comment; readers are numbers in this file only."""
    collection, frames = verbs.export_askings(ctx, collection_id, since=since, until=until)
    name = quote(f"{collection.name} questions.{file_format}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
    pieces = table_pieces(frames, file_format, bom=True)
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[file_format], headers=headers)
