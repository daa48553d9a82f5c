"""HTTP of labels."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from modelyard.access.http import Ctx
from modelyard.experiments.labels import verbs
from modelyard.experiments.labels.schemas import (
    AgreementOut,
    BlindAnswer,
    BlindLabelIn,
    BlindQueue,
    LabelIn,
    LabellerAgreement,
    LabelList,
    LabelOut,
    ScorerAgreement,
)
from modelyard.experiments.labels.verbs import Waiting
from modelyard.experiments.tables import ExperimentSample
from modelyard.experiments.verbs import get_attempt

router = APIRouter(prefix="/{experiment_id}/attempts/{number}")

Number = Annotated[int, Path(ge=1, le=2**31)]
At = Annotated[int, Path(ge=0, lt=2**31)]
LONGEST = 100_000
"""Characters of an answer that are shown to be labelled."""


@router.get("/labels")
def list_labels(ctx: Ctx, experiment_id: str, number: Number) -> LabelList:
    """List what people think of the answers, by sample."""
    rows = verbs.labels_of(ctx, get_attempt(ctx, experiment_id, number))
    return LabelList(items=[LabelOut.model_validate(row) for row in rows])


@router.get("/labels/queue")
def get_blind_queue(
    ctx: Ctx, experiment_id: str, number: Number, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> BlindQueue:
    """Return answers that you have not labelled yet, in a random order, without whose they are."""
    found = verbs.blind_queue(ctx, experiment_id, number, limit=limit)
    return BlindQueue(items=[_blind(each) for each in found.items], n_labelled=found.n_labelled, n_left=found.n_left)


@router.put("/labels/blind", status_code=204)
def put_blind_label(ctx: Ctx, experiment_id: str, number: Number, body: BlindLabelIn) -> None:
    """Label an answer of the blind queue."""
    attempt = get_attempt(ctx, experiment_id, number)
    verbs.put_blind_label(ctx, attempt, body.place, body.slot, body.repeat, body.value, note=body.note)


@router.put("/labels/{configuration}/{place}/{repeat}")
def put_label(
    ctx: Ctx, experiment_id: str, number: Number, configuration: At, place: At, repeat: At, body: LabelIn
) -> LabelOut:
    """Say what you think of an answer, in place of what you said before."""
    attempt = get_attempt(ctx, experiment_id, number)
    label = verbs.put_label(ctx, attempt, (configuration, place, repeat), body.value, note=body.note)
    return LabelOut.model_validate(label)


@router.delete("/labels/{configuration}/{place}/{repeat}", status_code=204)
def delete_label(ctx: Ctx, experiment_id: str, number: Number, configuration: At, place: At, repeat: At) -> None:
    """Take back what you said of an answer."""
    verbs.delete_label(ctx, get_attempt(ctx, experiment_id, number), (configuration, place, repeat))


@router.get("/agreement")
def get_agreement(ctx: Ctx, experiment_id: str, number: Number) -> AgreementOut:
    """Say how far each scorer agrees with what people said, and people with each other."""
    found = verbs.agreements(ctx, experiment_id, number)
    scorers = [ScorerAgreement.of(*each) for each in found.scorers]
    labellers = [LabellerAgreement.of(*each) for each in found.labellers]
    return AgreementOut(n_labelled=found.n_labelled, n_blind=found.n_blind, scorers=scorers, labellers=labellers)


def _blind(waiting: Waiting) -> BlindAnswer:
    answer, sample = waiting.answer, waiting.sample
    return BlindAnswer(
        place=answer.place,
        slot=waiting.slot,
        repeat=answer.repeat,
        question=sample.question,
        context=sample.rest.get("context"),
        expected=_expected(sample),
        text=answer.text[:LONGEST],
        parsed=answer.parsed[:LONGEST],
    )


def _expected(sample: ExperimentSample) -> list[str]:
    return [] if sample.answer is None else [sample.answer, *sample.rest.get("aliases", ())]
