"""HTTP of quality."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.chat.quality import verbs
from modelyard.chat.quality.calibrating import Aim, Calibration
from modelyard.chat.quality.importing import MAX_BYTES
from modelyard.chat.quality.questions import KnownQuestion
from modelyard.chat.quality.schemas import (
    CalibrationIn,
    GenerateQuestionsIn,
    ImportedQuestionsOut,
    KnownQuestionOut,
    KnownQuestionPage,
    MeasureQualityIn,
    Only,
    QualityRunOut,
    QualityRunPage,
    QuestionResultPage,
    QuestionSetOut,
    imported,
)
from modelyard.chat.quality.tables import QuestionOrigin
from modelyard.data.receiving import receive, stated_length
from modelyard.data.uploads import Staging
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.schemas import RunOut

router = APIRouter(prefix="/collections/{collection_id}", tags=["chat"])

_RAW_BODY = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "required": True,
}
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]
QualityId = Annotated[str | None, Query(max_length=32)]


@router.get("/questions")
def list_questions(
    ctx: Ctx,
    collection_id: str,
    search: Annotated[str, Query(max_length=200)] = "",
    origin: QuestionOrigin | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> KnownQuestionPage:
    """List the questions that the collection is tested with, newest first."""
    found = verbs.list_questions(ctx, collection_id, search=search, origin=origin, limit=limit + 1, cursor=cursor)
    items = [KnownQuestionOut.model_validate(row) for row in found[:limit]]
    run = verbs.run_under_way(ctx, collection_id, "generate_questions")
    counts = verbs.count_questions(ctx, collection_id)
    following = items[-1].id if len(found) > limit else None
    return KnownQuestionPage(items=items, next=following, counts=counts, run_id=run.id if run else None)


@router.post("/questions", status_code=201)
def add_question(ctx: Ctx, collection_id: str, body: KnownQuestion) -> KnownQuestionOut:
    """Add a test question."""
    return KnownQuestionOut.model_validate(verbs.add_question(ctx, collection_id, body))


@router.post("/questions/import", max_body_size=MAX_BYTES, openapi_extra={"requestBody": _RAW_BODY})
async def import_questions(
    request: Request,
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    collection_id: str,
    replace: Annotated[bool, Query(description="Put them in the place of all that were imported before.")] = False,
) -> ImportedQuestionsOut:
    """Add the questions of a file (CSV, TSV, JSON, JSON Lines) sent as the raw body.

    Columns: `question`, and where known `answer`, `document_key`, `quote`, `is_answerable`. Rows that cannot be read
    are left out and told.
    """
    with yard.context(actor, writes=False) as ctx:
        ctx.require("collections:write")
    with Staging(yard.settings, expected_bytes=stated_length(request)) as staging:
        await receive(request.stream(), staging)
        path = staging.finish()
        found = await run_in_threadpool(verbs.import_questions, yard, actor, collection_id, path, replace=replace)
    return imported(*found)


@router.post("/questions/generate", status_code=202)
def generate_questions(
    ctx: Ctx, collection_id: str, body: Annotated[GenerateQuestionsIn, Body()] = GenerateQuestionsIn()
) -> RunOut:
    """Write test questions from chunks, by the collection's LLM or by rules; answers the run."""
    return RunOut.of(verbs.generate_questions(ctx, collection_id, **body.model_dump()))


@router.post("/questions/dataset", status_code=201)
def save_questions(ctx: Ctx, collection_id: str) -> QuestionSetOut:
    """Freeze the test questions of now as a dataset; the same questions are not frozen twice."""
    return QuestionSetOut.model_validate(verbs.save_questions(ctx, collection_id))


@router.put("/questions/{question_id}")
def change_question(ctx: Ctx, collection_id: str, question_id: str, body: KnownQuestion) -> KnownQuestionOut:
    """Say anew what is known of a test question."""
    return KnownQuestionOut.model_validate(verbs.change_question(ctx, collection_id, question_id, body))


@router.delete("/questions/{question_id}", status_code=204, response_class=Response)
def delete_question(ctx: Ctx, collection_id: str, question_id: str) -> None:
    """Remove a test question; measurements that asked it stay."""
    verbs.delete_question(ctx, collection_id, question_id)


@router.post("/quality", status_code=202)
def measure_quality(
    ctx: Ctx, collection_id: str, body: Annotated[MeasureQualityIn, Body()] = MeasureQualityIn()
) -> RunOut:
    """Ask the test questions and score what comes; answers the run, the one under way if there is one."""
    return RunOut.of(verbs.measure_quality(ctx, collection_id, judge=body.judge))


@router.get("/quality")
def list_measurements(ctx: Ctx, collection_id: str, limit: Limit = 50, cursor: Cursor = None) -> QualityRunPage:
    """List measurements, newest first, and their trend."""
    found = verbs.list_measurements(ctx, collection_id, limit=limit + 1, cursor=cursor)
    run = verbs.run_under_way(ctx, collection_id, "measure_quality")
    following = found[limit - 1].id if len(found) > limit else None
    return QualityRunPage.of(found[:limit], following=following, run_id=run.id if run else None)


@router.get("/quality/calibration")
def get_calibration(
    ctx: Ctx,
    collection_id: str,
    beta: Annotated[float, Query(gt=0, le=4)] = 0.5,
    precision: Annotated[float | None, Query(gt=0, le=1)] = None,
    quality_id: QualityId = None,
) -> Calibration:
    """Return what each threshold of abstention would do on the test questions, and which one serves the aim best."""
    return verbs.calibration(ctx, collection_id, Aim(beta, precision), quality_id=quality_id)


@router.post("/quality/calibration")
def apply_calibration(ctx: Ctx, collection_id: str, body: Annotated[CalibrationIn, Body()]) -> Calibration:
    """Answer from the chosen evidence on; the collection's `answering` has the threshold then."""
    return verbs.apply_calibration(ctx, collection_id, body.aim, quality_id=body.quality_id)


@router.get("/quality/{quality_id}")
def get_measurement(ctx: Ctx, collection_id: str, quality_id: str) -> QualityRunOut:
    """Return one measurement."""
    return QualityRunOut.of(verbs.get_measurement(ctx, collection_id, quality_id))


@router.get("/quality/{quality_id}/results")
def list_results(
    ctx: Ctx,
    collection_id: str,
    quality_id: str,
    only: Only = "all",
    limit: Limit = 50,
    cursor: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> QuestionResultPage:
    """List what came of each question: passages, answer, citations, and why something is not scored."""
    row = verbs.get_measurement(ctx, collection_id, quality_id)
    return QuestionResultPage.of(verbs.measurement_results(ctx, row), only, offset=cursor, limit=limit)
