"""HTTP of corrections and of the accuracy since deployment."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.data.schemas import DatasetOut
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.predictions.corrections import accuracy, dataset, verbs
from modelyard.predictions.corrections.schemas import (
    AccuracyOut,
    CorrectionIn,
    CorrectionOut,
    CorrectionPage,
    CorrectionsDatasetIn,
)

router = APIRouter(tags=["corrections"])

OfOne = Annotated[str | None, Query(max_length=64)]


@router.post("/corrections", status_code=201)
def correct(ctx: Ctx, body: CorrectionIn) -> CorrectionOut:
    """Say what a row should have been, or confirm it; what was said of this row before is replaced.

    A class that the model does not know is answered 422 with those it knows, unless `is_new_class`.
    """
    if body.call_id is not None:
        made = verbs.correct_call(ctx, body.call_id, body.row, body.correct, is_new_class=body.is_new_class)
    else:
        batch_id = body.batch_id or ""
        made = verbs.correct_batch_row(ctx, batch_id, body.row, body.correct, is_new_class=body.is_new_class)
    return CorrectionOut.of(made)


@router.delete("/corrections/{correction_id}", status_code=204, response_class=Response)
def delete_correction(ctx: Ctx, correction_id: str) -> None:
    """Take a correction back."""
    verbs.delete_correction(ctx, correction_id)


@router.get("/endpoints/{endpoint_id}/corrections")
def list_corrections(
    ctx: Ctx,
    endpoint_id: str,
    call_id: OfOne = None,
    batch_id: OfOne = None,
    row: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> CorrectionPage:
    """List what was said about an endpoint's answers, newest first; they outlive the call and the batch."""
    found = verbs.list_corrections(
        ctx, endpoint_id, call_id=call_id, batch_id=batch_id, row=row, limit=limit + 1, cursor=cursor
    )
    items = [CorrectionOut.of(each) for each in found[:limit]]
    return CorrectionPage(items=items, next=items[-1].id if len(found) > limit else None)


@router.post("/endpoints/{endpoint_id}/corrections/dataset", status_code=201)
def make_dataset(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    endpoint_id: str,
    body: CorrectionsDatasetIn | None = None,
) -> DatasetOut:
    """Make a dataset of the corrections, with the columns and the target of training; a run reads it.

    With `append` the rows that the model was trained on come first, without those whose inputs were corrected.
    """
    return DatasetOut.of(dataset.make_dataset(yard, actor, endpoint_id, append=body is not None and body.append))


@router.get("/endpoints/{endpoint_id}/accuracy")
def get_accuracy(ctx: Ctx, endpoint_id: str) -> AccuracyOut:
    """Return how right the endpoint was since it is deployed, as far as corrections tell, beside its training."""
    return AccuracyOut.model_validate(accuracy.accuracy_of(ctx, endpoint_id))
