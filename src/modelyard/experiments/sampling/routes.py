"""HTTP of samples: what a dataset would give an experiment."""

from collections import Counter

from fastapi import APIRouter
from pydantic import BaseModel

from modelyard.access.http import Ctx
from modelyard.experiments.document import Columns, SampleChoice
from modelyard.experiments.sample import Sample
from modelyard.experiments.sampling.choosing import preview_samples

router = APIRouter()
LONGEST = 2_000
"""Characters of a text in a preview."""
MOST_GROUPS = 100


class ExperimentSampleOut(BaseModel):
    """One sample as it would be asked."""

    id: str
    question: str
    answer: str | None
    aliases: list[str]
    context: str | None
    choices: list[str]
    group: str | None
    truth: str | None
    is_answerable: bool

    @classmethod
    def of(cls, sample: Sample) -> "ExperimentSampleOut":
        """Return a sample with its long texts cut."""
        stated = {**vars(sample), "aliases": list(sample.aliases), "choices": list(sample.choices)}
        return cls(**{name: value[:LONGEST] if isinstance(value, str) else value for name, value in stated.items()})


class SamplePreview(BaseModel):
    """What a choice of samples comes to."""

    n: int
    """Samples that are drawn."""
    n_rows: int
    """Rows of the dataset."""
    n_looked_at: int
    """Samples that were read for this."""
    n_without_answer: int
    """Of those: nothing that compares with an answer can score them."""
    groups: dict[str, int]
    """How many of those are in each group."""
    columns: Columns
    """Which column was taken for what."""
    present: list[str]
    """All columns of the dataset."""
    samples: list[ExperimentSampleOut]
    notes: list[str]


@router.post("/samples")
def preview_experiment_samples(ctx: Ctx, body: SampleChoice) -> SamplePreview:
    """Say which samples a choice draws, with the first of them; nothing is kept."""
    found = preview_samples(ctx, body)
    return SamplePreview(
        n=found.n,
        n_rows=found.n_rows,
        n_looked_at=len(found.samples),
        n_without_answer=found.n_without_answer,
        groups=dict(Counter(each.group for each in found.samples if each.group is not None).most_common(MOST_GROUPS)),
        columns=Columns(**vars(found.columns)),
        present=found.present,
        samples=[ExperimentSampleOut.of(each) for each in found.samples[:5]],
        notes=found.notes,
    )
