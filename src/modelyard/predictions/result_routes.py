"""HTTP of a batch's results: pages of rows."""

from typing import Annotated

from fastapi import APIRouter, Query

from modelyard.access.http import Ctx
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.results import open_results
from modelyard.predictions.batches.schemas import Only, ResultPage, ResultRowOut, Sort

router = APIRouter(prefix="/batches", tags=["batches"])

Confidence = Annotated[float | None, Query(ge=0, le=1)]
MAX_OFFSET = 2**53


@router.get("/{batch_id}/rows")
def list_rows(
    ctx: Ctx,
    batch_id: str,
    search: Annotated[str, Query(max_length=200, description="Anywhere in a text, whatever case and accents.")] = "",
    class_: Annotated[str | None, Query(alias="class", max_length=1000)] = None,
    min_confidence: Confidence = None,
    max_confidence: Confidence = None,
    label: Annotated[str | None, Query(max_length=200)] = None,
    only: Only = "all",
    sort: Sort = "row",
    descending: bool = False,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ResultPage:
    """Return a page of results; `row` counts from 1 as in the file, below the header."""
    filters = RowFilters(
        search=search,
        class_=class_,
        min_confidence=min_confidence,
        max_confidence=max_confidence,
        label=label,
        only="all" if only == "corrected" else only,
        sort=sort,
        descending=descending,
    )
    with open_results(ctx, batch_id) as results:
        total, rows = results.rows(filters, offset, limit)
    return ResultPage(total=total, items=[ResultRowOut.of(row) for row in rows])
