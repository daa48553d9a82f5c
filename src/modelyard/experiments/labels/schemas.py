"""Shapes of labels in requests and answers."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from modelyard.experiments.labels.agreement import Agreement

Value = Annotated[float, Field(ge=0, le=1, description="0: wrong, 1: right, or between.")]
Note = Annotated[str, Field(max_length=2000)]
Place = Annotated[int, Field(ge=0, lt=2**31)]


class LabelIn(BaseModel):
    """What a person thinks of an answer."""

    model_config = ConfigDict(extra="forbid")

    value: Value
    note: Note = ""


class BlindLabelIn(LabelIn):
    """The same of an answer in the blind queue, named as it was there."""

    place: Place
    slot: Place
    repeat: Place = 0


class LabelOut(BaseModel):
    """A label."""

    model_config = ConfigDict(from_attributes=True)

    configuration: int
    place: int
    repeat: int
    labeller_id: str
    value: float
    note: str
    is_blind: bool
    created_at: datetime


class LabelList(BaseModel):
    """Labels, by sample."""

    items: list[LabelOut]


class BlindAnswer(BaseModel):
    """An answer without whose it is."""

    place: int
    slot: int
    """Stands for the configuration; another one in each sample."""
    repeat: int
    question: str
    context: str | None
    expected: list[str]
    """Every accepted answer; empty where nobody stated one."""
    text: str
    parsed: str


class BlindQueue(BaseModel):
    """The next answers to label."""

    items: list[BlindAnswer]
    n_labelled: int
    """Answers that this person has labelled."""
    n_left: int


class AgreementFigures(BaseModel):
    """How far two agree on the same answers."""

    n: int
    n_both_right: int
    n_only_first: int
    """Answers that the first has right and the second wrong."""
    n_only_second: int
    n_both_wrong: int
    agreement: float | None
    """Share of the answers with the same verdict."""
    agreement_interval: tuple[float, float] | None
    kappa: float | None
    """Cohen's: what is left of the agreement beyond chance."""
    kappa_interval: tuple[float, float] | None
    spearman: float | None
    """Correlation of ranks, where either says more than right and wrong."""
    spearman_interval: tuple[float, float] | None
    why: str
    """Why a figure is missing."""


class ScorerAgreement(AgreementFigures):
    """How far a scorer, the first, agrees with people, the second."""

    scorer: str
    title: str

    @classmethod
    def of(cls, scorer: str, title: str, found: Agreement) -> Self:
        """Return the answer for an agreement."""
        return cls(scorer=scorer, title=title, **vars(found))


class LabellerAgreement(AgreementFigures):
    """How far two people agree; both by name."""

    first: str
    second: str

    @classmethod
    def of(cls, first: str, second: str, found: Agreement) -> Self:
        """Return the answer for an agreement."""
        return cls(first=first, second=second, **vars(found))


class AgreementOut(BaseModel):
    """Scorers beside labels, and people beside each other."""

    n_labelled: int
    """Answers that have a label."""
    n_blind: int
    scorers: list[ScorerAgreement]
    labellers: list[LabellerAgreement]
    """Every two people who labelled the same answers, those with the most in common first."""
