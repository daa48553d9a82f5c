"""Shapes of answers to samples."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.answers.differences import Difference
from modelyard.experiments.answers.verbs import Found, Listing, Shown
from modelyard.experiments.labels.schemas import LabelOut
from modelyard.experiments.tables import ExperimentAnswer, ExperimentSample

SHORT = 300
"""Characters of a text in a list."""
LONGEST = 200_000
"""Characters of one answer as it is shown; exports have all of it."""


class SampleBrief(BaseModel):
    """A sample in a list, its texts cut short."""

    place: int
    sample_id: str
    question: str
    answer: str | None
    group: str | None

    @classmethod
    def of(cls, row: ExperimentSample) -> Self:
        """Return the answer for a row."""
        answer = _short(row.answer) if row.answer is not None else None
        return cls(
            place=row.place, sample_id=row.sample_id, question=_short(row.question), answer=answer, group=row.group
        )


class AnswerBrief(BaseModel):
    """One configuration's first answer to a sample, cut short; `score` is the mean of all its answers to it."""

    configuration: int
    parsed: str
    ended: str | None
    error_kind: str | None
    score: float | None
    is_asked: bool
    """Whether there is an answer, or a failed one."""

    @classmethod
    def of(cls, configuration: int, row: ExperimentAnswer | None, score: float | None) -> Self:
        """Return the answer for a row."""
        return cls(
            configuration=configuration,
            parsed=_short(row.parsed or row.text) if row else "",
            ended=row.ended if row else None,
            error_kind=row.error_kind if row else None,
            score=score,
            is_asked=row is not None,
        )


class AnsweredSample(BaseModel):
    """A sample with what the configurations that are looked at answered."""

    sample: SampleBrief
    answers: list[AnswerBrief]
    n_labels: int

    @classmethod
    def of(cls, found: Found, configurations: list[int]) -> Self:
        """Return the answer for a found sample."""
        cells = zip(configurations, found.answers, found.scores, strict=True)
        return cls(
            sample=SampleBrief.of(found.sample),
            answers=[AnswerBrief.of(*each) for each in cells],
            n_labels=found.n_labels,
        )


class AnswerPage(BaseModel):
    """Samples that the filters mean; `n` counts all of them."""

    items: list[AnsweredSample]
    n: int
    next: int | None

    @classmethod
    def of(cls, found: Listing) -> Self:
        """Return the answer for a listing."""
        items = [AnsweredSample.of(each, found.configurations) for each in found.items]
        return cls(items=items, n=found.n, next=found.next)


class ScoreOut(BaseModel):
    """One score of an answer: a value from 0 to 1, or why there is none."""

    value: float | None
    why: str = ""
    details: dict[str, Any] = {}


class WholeSample(BaseModel):
    """A sample with everything that is known of it."""

    place: int
    sample_id: str
    question: str
    answer: str | None
    aliases: list[str]
    context: str | None
    choices: list[str]
    group: str | None
    truth: str | None
    is_answerable: bool

    @classmethod
    def of(cls, row: ExperimentSample) -> Self:
        """Return the answer for a row."""
        rest = row.rest
        return cls(
            place=row.place,
            sample_id=row.sample_id,
            question=row.question,
            answer=row.answer,
            aliases=list(rest.get("aliases", ())),
            context=rest.get("context"),
            choices=list(rest.get("choices", ())),
            group=row.group,
            truth=rest.get("truth"),
            is_answerable=bool(rest.get("is_answerable", True)),
        )


class WholeAnswer(BaseModel):
    """An answer with how it came about."""

    configuration: int
    repeat: int
    text: str
    is_shortened: bool
    """Whether the text is longer than what is shown here."""
    parsed: str
    ended: str
    error_kind: str | None
    error: str | None
    seconds: float
    n_requests: int
    n_input_tokens: int
    n_output_tokens: int
    is_estimated: bool
    cost_usd: float | None
    is_reused: bool
    scores: dict[str, ScoreOut]
    is_cut: bool
    """Whether the LLM stopped because it may say no more."""
    prompt: list[dict[str, Any]]
    """Messages of the last request: `role` and `text`."""
    passages: list[dict[str, Any]]
    trace: list[dict[str, Any]]
    """Steps: thought, tool, arguments, observation, error, seconds."""
    votes: list[str]

    @classmethod
    def of(cls, row: ExperimentAnswer) -> Self:
        """Return the answer for a row."""
        details = row.details
        return cls(
            configuration=row.configuration,
            repeat=row.repeat,
            text=row.text[:LONGEST],
            is_shortened=len(row.text) > LONGEST,
            parsed=row.parsed[:LONGEST],
            ended=row.ended,
            error_kind=row.error_kind,
            error=row.error,
            seconds=row.seconds,
            n_requests=row.n_requests,
            n_input_tokens=row.n_input_tokens,
            n_output_tokens=row.n_output_tokens,
            is_estimated=row.is_estimated,
            cost_usd=row.cost_usd,
            is_reused=row.reused_from is not None,
            scores={name: ScoreOut.model_validate(score) for name, score in row.scores.items()},
            is_cut=bool(details.get("is_cut", False)),
            prompt=list(details.get("prompt", ())),
            passages=list(details.get("passages", ())),
            trace=list(details.get("trace", ())),
            votes=list(details.get("votes", ())),
        )


class SampleAnswers(BaseModel):
    """One sample with every answer to it."""

    sample: WholeSample
    answers: list[WholeAnswer]
    """By configuration, then repeat."""
    labels: list[LabelOut]

    @classmethod
    def of(cls, found: Shown) -> Self:
        """Return the answer for a sample."""
        return cls(
            sample=WholeSample.of(found.sample),
            answers=[WholeAnswer.of(each) for each in found.answers],
            labels=[LabelOut.model_validate(each) for each in found.labels],
        )


class SpanOut(BaseModel):
    """A piece of text that both answers have, or one of them alone."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["same", "only_first", "only_second"]
    text: str


class AnswerDifference(BaseModel):
    """Two answers word by word."""

    spans: list[SpanOut]
    is_cut: bool
    """Whether only their beginnings were compared."""

    @classmethod
    def of(cls, found: Difference) -> Self:
        """Return the answer for a difference."""
        return cls(spans=[SpanOut.model_validate(each) for each in found.spans], is_cut=found.is_cut)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
