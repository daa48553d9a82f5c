"""HTTP of a batch's results: pages of rows with what people said of them, and why a row was predicted so."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from modelyard.access.http import Ctx
from modelyard.endpoints.schemas import WhyOut
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.results import open_results
from modelyard.predictions.batches.schemas import Only, ResultPage, ResultRowOut, Sort
from modelyard.predictions.batches.why import explain_row
from modelyard.predictions.corrections.verbs import said_of_rows

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
        rows=tuple(said_of_rows(ctx, batch_id)) if only == "corrected" else None,
        sort=sort,
        descending=descending,
    )
    with open_results(ctx, batch_id) as results:
        total, rows = results.rows(filters, offset, limit)
    said = said_of_rows(ctx, batch_id, [row.row for row in rows])
    return ResultPage(total=total, items=[ResultRowOut.of(row, said.get(row.row)) for row in rows])


@router.get("/{batch_id}/rows/{row}")
def get_row(ctx: Ctx, batch_id: str, row: Annotated[int, Path(ge=1, le=MAX_OFFSET)]) -> ResultRowOut:
    """Return one row of the results, counted from 1, with its texts as long as they are."""
    with open_results(ctx, batch_id) as results:
        found = results.row(row)
    return ResultRowOut.of(found, said_of_rows(ctx, batch_id, [row]).get(row), is_whole=True)


@router.get("/{batch_id}/rows/{row}/why")
def explain(ctx: Ctx, batch_id: str, row: Annotated[int, Path(ge=1, le=MAX_OFFSET)]) -> WhyOut:
    """Return what pushed the prediction of a row, counted from 1: columns, and words of its texts."""
    return WhyOut.model_validate(explain_row(ctx, batch_id, row))
