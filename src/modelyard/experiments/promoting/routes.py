"""HTTP of promotions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from modelyard.access.http import Ctx
from modelyard.experiments.promoting import verbs
from modelyard.experiments.promoting.schemas import (
    ExperimentPromotionIn,
    ExperimentPromotionList,
    ExperimentPromotionOut,
    ExperimentPromotionPreview,
)

router = APIRouter(prefix="/{experiment_id}/attempts/{number}/promotions")

Number = Annotated[int, Path(ge=1, le=2**31)]


@router.get("")
def list_experiment_promotions(ctx: Ctx, experiment_id: str, number: Number) -> ExperimentPromotionList:
    """List what configurations of an attempt were put to use, newest first."""
    rows = verbs.list_promotions(ctx, experiment_id, number)
    return ExperimentPromotionList(items=[ExperimentPromotionOut.of(row) for row in rows])


@router.get("/preview")
def preview_experiment_promotion(
    ctx: Ctx,
    experiment_id: str,
    number: Number,
    configuration: Annotated[int, Query(ge=0, lt=200, description="Its place.")],
) -> ExperimentPromotionPreview:
    """Say what a configuration would become, and by which evidence; nothing is changed."""
    return ExperimentPromotionPreview.model_validate(
        verbs.preview_promotion(ctx, experiment_id, number, configuration), from_attributes=True
    )


@router.post("", status_code=201)
def promote_configuration(
    ctx: Ctx, experiment_id: str, number: Number, body: ExperimentPromotionIn
) -> ExperimentPromotionOut:
    """Put a configuration to use: one with RAG as its collection's chat, others as an endpoint of their own."""
    done = verbs.promote(ctx, experiment_id, number, body.configuration, name=body.name, endpoint_id=body.endpoint_id)
    return ExperimentPromotionOut.of(done.row, done.notes)
