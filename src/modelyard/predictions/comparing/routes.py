"""HTTP of comparisons and of a batch's charts."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from modelyard.access.http import Ctx
from modelyard.models.schemas import ChartOut
from modelyard.predictions.comparing import verbs
from modelyard.predictions.comparing.periods import Step
from modelyard.predictions.comparing.schemas import GroupComparisonOut

router = APIRouter(prefix="/batches", tags=["batches"])


@router.get("/compare")
def compare_batches(
    ctx: Ctx,
    ids: Annotated[str, Query(max_length=1000, description="Ids of batches with commas.")],
    by: Annotated[Literal["batch", "label", "period"], Query()] = "batch",
    step: Annotated[Step | None, Query(description="Length of a period; empty: one that gives up to twelve.")] = None,
    column: Annotated[
        str, Query(max_length=256, description="The file's column of dates; empty: when the batch was made.")
    ] = "",
) -> GroupComparisonOut:
    """Set batches, labels or periods beside each other: shares with intervals, tests, charts."""
    named = [part.strip() for part in ids.split(",") if part.strip()]
    return GroupComparisonOut.of(verbs.compare_batches(ctx, named, by=by, step=step, column=column or None))


@router.get("/{batch_id}/charts")
def list_charts(ctx: Ctx, batch_id: str) -> list[ChartOut]:
    """Return charts of what was predicted and how sure the model was."""
    return [ChartOut.model_validate(chart.model_dump()) for chart in verbs.charts_of_batch(ctx, batch_id)]
