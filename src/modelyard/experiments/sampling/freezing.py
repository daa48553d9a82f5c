"""The samples of an attempt as they are when it starts: datasets may be deleted while results live on."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from modelyard.data.storage import local_copy
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.sample import Sample
from modelyard.experiments.sampling.choosing import draw_of, each_sample, opened
from modelyard.experiments.tables import Attempt, ExperimentSample
from modelyard.runs.job import JobContext

ROWS_AT_ONCE = 1000


def freeze_samples(ctx: JobContext, session: Session, attempt: Attempt) -> None:
    """Write down the samples that an attempt's document draws, and how many there are; raise Invalid for bad ones."""
    document = ExperimentDocument.model_validate(attempt.document)
    path = local_copy(ctx.artifacts, ctx.settings, attempt.dataset_digest)
    with opened(path) as file:
        draw = draw_of(file, document.samples)
        rows = (_row(attempt.id, turn, sample) for turn, sample in each_sample(file, draw.columns, draw.order))
        for some in _parts(rows):
            session.execute(insert(ExperimentSample), some)
    attempt.n_samples = len(draw.order)


def _row(attempt_id: str, turn: int, sample: Sample) -> dict[str, Any]:
    rest = {
        "aliases": list(sample.aliases),
        "context": sample.context,
        "choices": list(sample.choices),
        "truth": sample.truth,
        "is_answerable": sample.is_answerable,
    }
    return {
        "attempt_id": attempt_id,
        "place": turn,
        "sample_id": sample.id,
        "question": sample.question,
        "answer": sample.answer,
        "group": sample.group,
        "rest": {name: value for name, value in rest.items() if value not in (None, [])},
    }


def _parts(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some
