"""HTTP of experiments and their attempts."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from modelyard.access.http import Ctx
from modelyard.experiments import estimating, reading_documents, starting, verbs
from modelyard.experiments.answers import routes as answers
from modelyard.experiments.comparing import routes as comparing
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.exporting import routes as exporting
from modelyard.experiments.generating import routes as generating
from modelyard.experiments.inspecting import routes as inspecting
from modelyard.experiments.labels import routes as labels
from modelyard.experiments.promoting import routes as promoting
from modelyard.experiments.reporting import routes as reporting
from modelyard.experiments.sampling import routes as sampling
from modelyard.experiments.schemas import (
    AttemptList,
    AttemptOut,
    DocumentRead,
    DocumentText,
    EstimateOut,
    ExperimentOut,
    ExperimentPage,
    ResumeIn,
    StartIn,
)
from modelyard.experiments.sharing import routes as sharing

router = APIRouter(prefix="/experiments", tags=["experiments"])
for _room in (comparing, answers, labels, exporting, reporting, sharing, sampling, promoting, generating, inspecting):
    router.include_router(_room.router)  # before `/{experiment_id}`, which would take some of their addresses

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]
Search = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Path(ge=1, le=2**31)]


@router.get("")
def list_experiments(ctx: Ctx, search: Search = "", limit: Limit = 50, cursor: Cursor = None) -> ExperimentPage:
    """List experiments, newest first, each with its latest attempt."""
    rows = verbs.list_experiments(ctx, search=search, limit=limit + 1, cursor=cursor)
    latest = verbs.latest_attempts(ctx, [row.id for row in rows[:limit]])
    items = [ExperimentOut.of(row, latest.get(row.id)) for row in rows[:limit]]
    return ExperimentPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.post("", status_code=201)
def create_experiment(ctx: Ctx, body: ExperimentDocument) -> ExperimentOut:
    """Write an experiment down; nothing is asked yet."""
    return ExperimentOut.of(verbs.create_experiment(ctx, _document(body)), None)


@router.post("/estimate")
def estimate_experiment(ctx: Ctx, body: ExperimentDocument) -> EstimateOut:
    """Say what an experiment would take in requests, tokens and money; nobody is asked."""
    return estimating.estimate(ctx, _document(body))


@router.post("/read")
def read_experiment_document(ctx: Ctx, body: DocumentText) -> DocumentRead:
    """Read a document from YAML or JSON; what is wrong comes back with its path."""
    document = verbs.parse_document(reading_documents.read_document(body.text))
    return DocumentRead(document=document, text=reading_documents.as_yaml(document))


@router.get("/{experiment_id}")
def get_experiment(ctx: Ctx, experiment_id: str) -> ExperimentOut:
    """Return one experiment."""
    row = verbs.get_experiment(ctx, experiment_id)
    return ExperimentOut.of(row, verbs.latest_attempts(ctx, [row.id]).get(row.id))


@router.get("/{experiment_id}/document", response_class=Response, responses={200: {"content": {"text/yaml": {}}}})
def get_experiment_document(ctx: Ctx, experiment_id: str) -> Response:
    """Return the document as YAML, for `modelyard experiment run`."""
    row = verbs.get_experiment(ctx, experiment_id)
    text = reading_documents.as_yaml(verbs.parse_document(row.document))
    return Response(text, media_type="text/yaml; charset=utf-8")


@router.put("/{experiment_id}")
def change_experiment(ctx: Ctx, experiment_id: str, body: ExperimentDocument) -> ExperimentOut:
    """Write another document in place of the present one; attempts keep theirs."""
    row = verbs.change_experiment(ctx, experiment_id, _document(body))
    return ExperimentOut.of(row, verbs.latest_attempts(ctx, [row.id]).get(row.id))


@router.delete("/{experiment_id}", status_code=204)
def delete_experiment(ctx: Ctx, experiment_id: str) -> None:
    """Remove an experiment with its attempts and their answers."""
    verbs.delete_experiment(ctx, experiment_id)


@router.get("/{experiment_id}/attempts")
def list_attempts(ctx: Ctx, experiment_id: str) -> AttemptList:
    """List the attempts of an experiment, newest first."""
    verbs.get_experiment(ctx, experiment_id)
    return AttemptList(items=[AttemptOut.of(row) for row in verbs.list_attempts(ctx, experiment_id)])


@router.post("/{experiment_id}/attempts", status_code=201)
def start_attempt(ctx: Ctx, experiment_id: str, body: StartIn | None = None) -> AttemptOut:
    """Start a new attempt beside the earlier ones; its run is `run_id`."""
    return AttemptOut.of(starting.start_attempt(ctx, experiment_id, limit=body.limit if body else None))


@router.get("/{experiment_id}/attempts/{number}")
def get_attempt(ctx: Ctx, experiment_id: str, number: Number) -> AttemptOut:
    """Return one attempt, with how each configuration stands."""
    return AttemptOut.of(verbs.get_attempt(ctx, experiment_id, number))


@router.post("/{experiment_id}/attempts/{number}/resume")
def resume_attempt(ctx: Ctx, experiment_id: str, number: Number, body: ResumeIn | None = None) -> AttemptOut:
    """Ask what is missing of an attempt and what failed; what is there is not asked again."""
    asked = body or ResumeIn()
    return AttemptOut.of(starting.resume_attempt(ctx, experiment_id, number, budget=asked.budget, pace=asked.pace))


@router.post("/{experiment_id}/attempts/{number}/cancel")
def cancel_attempt(ctx: Ctx, experiment_id: str, number: Number) -> AttemptOut:
    """End an attempt within two seconds; every answer that is there stays."""
    return AttemptOut.of(starting.cancel_attempt(ctx, experiment_id, number))


@router.post("/{experiment_id}/attempts/{number}/finish")
def finish_attempt(ctx: Ctx, experiment_id: str, number: Number) -> AttemptOut:
    """Ask nothing more and compare what there is; what is being asked comes to its end first."""
    return AttemptOut.of(starting.finish_attempt(ctx, experiment_id, number))


def _document(body: ExperimentDocument) -> dict[str, Any]:
    return body.model_dump(mode="json")
