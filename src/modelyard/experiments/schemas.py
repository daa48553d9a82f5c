"""Shapes of experiments and their attempts in requests and answers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from modelyard.experiments.configurations import Configuration, FrozenLlm
from modelyard.experiments.document import ExperimentDocument, Limits, Pace
from modelyard.experiments.recorded import is_recorded
from modelyard.experiments.tables import Attempt, AttemptState, Experiment


class ConfigurationOut(BaseModel):
    """A row of the comparison, as it was frozen when the attempt started."""

    name: str
    label: str
    strategy: dict[str, Any]
    llm: FrozenLlm
    temperature: float | None
    """Null: a log that was read does not say it, as with `max_tokens`."""
    max_tokens: int | None
    seed: int | None

    @classmethod
    def of(cls, frozen: Configuration | dict[str, Any]) -> "ConfigurationOut":
        """Return the answer for a configuration, or for the document that an attempt keeps of one."""
        return cls.model_validate(frozen, from_attributes=True)


class RunningConfigurationOut(BaseModel):
    """How one configuration stands while the attempt runs, and where it stood at the end."""

    configuration: int
    """Its place among the attempt's configurations."""
    name: str
    n_planned: int
    n_done: int
    n_failed: int
    n_reused: int
    errors: dict[str, int]
    """Failed answers by kind of failure."""
    scorer: str
    """The first scorer: `score` is its mean so far."""
    score: float | None
    interval: tuple[float, float] | None
    """95 % interval of `score`."""
    n_scored: int
    means: dict[str, float | None] = {}
    """Of every scorer; null: nothing could be scored."""
    p50_seconds: float | None
    """Of the latest thousand answers."""
    n_input_tokens: int
    n_output_tokens: int
    spent_usd: float
    n_unknown_cost: int


class PauseOut(BaseModel):
    """That an LLM is left alone for a while, because its provider is busy or away."""

    llm: str
    seconds_left: float
    why: str


class LostOut(BaseModel):
    """What was paid for answers that are not there: they failed and were asked again, or were cut off in the middle."""

    n_input_tokens: int = 0
    n_output_tokens: int = 0
    usd: float = 0.0


class RunningOut(BaseModel):
    """How an attempt stands while it runs."""

    answers_per_second: float | None = None
    """Over the latest half minute."""
    requests_per_second: float | None = None
    seconds_left: float | None = None
    pauses: list[PauseOut] = []
    configurations: list[RunningConfigurationOut] = []
    lost: LostOut = LostOut()
    """Part of the attempt's sums, of no configuration's."""


class AttemptOut(BaseModel):
    """One execution of an experiment; `error` says why it failed or was stopped."""

    id: str
    experiment_id: str
    number: int
    run_id: str | None
    state: AttemptState
    error: str | None
    can_resume: bool
    document: dict[str, Any]
    document_digest: str
    code_version: str
    dataset_id: str
    dataset_name: str
    dataset_digest: str
    configurations: list[ConfigurationOut]
    n_samples: int
    n_planned: int
    n_done: int
    n_failed: int
    n_reused: int
    n_input_tokens: int
    n_output_tokens: int
    spent_usd: float
    n_unknown_cost: int
    n_scoring_tokens: int
    scoring_usd: float
    is_scripted: bool
    """Whether any LLM's answers were written beforehand."""
    is_recorded: bool
    """Whether the answers were read from a log: nothing can be asked or promoted."""
    running: RunningOut
    has_results: bool
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Attempt) -> "AttemptOut":
        """Return the answer for a row."""
        from modelyard.experiments.starting import can_resume

        own = ("running", "configurations", "can_resume", "is_scripted", "is_recorded", "has_results")
        named = {name: getattr(row, name) for name in cls.model_fields if name not in own}
        return cls(
            **named,
            configurations=[ConfigurationOut.of(each) for each in row.configurations],
            running=RunningOut.model_validate(row.running),
            can_resume=can_resume(row),
            is_scripted=any(each["llm"]["is_scripted"] for each in row.configurations),
            is_recorded=is_recorded(row.document["strategies"]),
            has_results=row.results_hash is not None,
        )


class AttemptBrief(BaseModel):
    """An attempt in a line: how it stands, and the best configuration so far."""

    number: int
    run_id: str | None
    state: AttemptState
    error: str | None
    dataset_name: str
    n_samples: int
    n_configurations: int
    n_planned: int
    n_done: int
    n_failed: int
    spent_usd: float
    n_unknown_cost: int
    is_scripted: bool
    best: RunningConfigurationOut | None
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Attempt) -> "AttemptBrief":
        """Return the answer for a row."""
        own = ("n_configurations", "is_scripted", "best")
        named = {name: getattr(row, name) for name in cls.model_fields if name not in own}
        scored = [each for each in RunningOut.model_validate(row.running).configurations if each.score is not None]
        return cls(
            **named,
            n_configurations=len(row.configurations),
            is_scripted=any(each["llm"]["is_scripted"] for each in row.configurations),
            best=max(scored, key=lambda each: each.score or 0.0, default=None),
        )


class ExperimentOut(BaseModel):
    """An experiment: its document, and its latest attempt in a line."""

    id: str
    name: str
    description: str
    document: dict[str, Any]
    document_digest: str
    n_configurations: int
    is_shared: bool
    latest: AttemptBrief | None
    n_attempts: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, row: Experiment, latest: Attempt | None) -> "ExperimentOut":
        """Return the answer for a row and its latest attempt; numbers of attempts go up from 1."""
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            document=row.document,
            document_digest=row.document_digest,
            n_configurations=_n_configurations(row.document),
            is_shared=row.share_digest is not None,
            latest=AttemptBrief.of(latest) if latest else None,
            n_attempts=latest.number if latest else 0,
            created_at=row.created_at,
            changed_at=row.changed_at,
        )


def _n_configurations(document: dict[str, Any]) -> int:
    grid = document["parameters"]
    each = len(grid["temperature"]) * len(grid["max_tokens"]) * len(grid["seed"])
    return len(document["strategies"]) * len(document["llms"]) * each


class ExperimentPage(BaseModel):
    """Some experiments, newest first, and where the next page begins."""

    items: list[ExperimentOut]
    next: str | None


class AttemptList(BaseModel):
    """The attempts of an experiment, newest first."""

    items: list[AttemptOut]


class StartIn(BaseModel):
    """How an attempt differs from the document."""

    model_config = ConfigDict(extra="forbid")

    limit: int | None = Field(None, ge=1, description="Ask only so many of the samples.")


class ResumeIn(BaseModel):
    """What takes the place of the attempt's own budget and pace; left out: they stay."""

    model_config = ConfigDict(extra="forbid")

    budget: Limits | None = None
    pace: Pace | None = None


class DocumentText(BaseModel):
    """A document as it was written: YAML, or JSON, which is YAML too."""

    text: str = Field(max_length=1_000_000)


class DocumentRead(BaseModel):
    """The document that a text states, with everything that it leaves out filled in; `text`: the same as YAML."""

    document: ExperimentDocument
    text: str


class ConfigurationEstimate(BaseModel):
    """What one configuration would take; of money, null: nobody knows the price."""

    name: str
    llm: str
    is_scripted: bool
    takes_seed: bool
    n_requests: int
    n_input_tokens: int
    n_output_tokens_most: int
    """If every answer is as long as it may be."""
    n_output_tokens_typical: int | None
    """As long as earlier answers of this LLM to this kind of strategy; null: there are none."""
    usd_most: float | None
    usd_typical: float | None


class EstimateOut(BaseModel):
    """What an experiment would take; judges and embedders of scorers come on top, and answers used again cost nothing.

    `usd_most` null: some price is unknown, and `usd_known_most` adds those that are known.
    """

    n_samples: int
    n_configurations: int
    n_answers: int
    n_requests: int
    n_input_tokens: int
    n_output_tokens_most: int
    usd_most: float | None
    usd_known_most: float
    usd_typical: float | None
    unknown_prices: list[str]
    """LLMs whose price nobody knows."""
    notes: list[str]
    """What a reader should know before the start, a sentence each."""
    configurations: list[ConfigurationEstimate]
