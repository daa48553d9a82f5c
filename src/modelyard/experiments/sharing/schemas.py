"""Shapes of shared results."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from modelyard.experiments.answers.schemas import AnswerPage, SampleAnswers
from modelyard.experiments.comparing.document import ConfigurationScore, ExperimentResults
from modelyard.experiments.tables import Attempt, Experiment

MOST_DAYS = 365


class ShareLinkIn(BaseModel):
    """Which attempt readers see."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    number: int
    with_answers: bool = False
    """Whether readers see questions, answers, prompts and passages too."""
    days: int | None = Field(None, ge=1, le=MOST_DAYS)
    """How long the link leads to them; null: until it is taken back."""


class ShareLink(BaseModel):
    """The link for readers, without its token."""

    is_shared: bool
    number: int | None
    with_answers: bool
    shared_at: datetime | None
    ends_at: datetime | None
    """When it ends by itself; null: when it is taken back."""
    has_ended: bool

    @classmethod
    def of(cls, row: Experiment, now: datetime) -> Self:
        """Return the answer for a row."""
        ends_at = row.share_ends_at
        return cls(
            is_shared=row.share_digest is not None,
            number=row.shared_number,
            with_answers=row.is_shared_with_answers,
            shared_at=row.shared_at,
            ends_at=ends_at,
            has_ended=ends_at is not None and ends_at <= now,
        )


class NewShareLink(ShareLink):
    """A new link: its token is said once."""

    token: str


class SharedResults(BaseModel):
    """What a reader sees of an experiment."""

    name: str
    description: str
    number: int
    dataset_name: str
    ended_at: datetime | None
    with_answers: bool
    link_ends_at: datetime | None
    """When the link ends by itself; null: when it is taken back."""
    results: ExperimentResults

    @classmethod
    def of(
        cls, attempt: Attempt, results: ExperimentResults, *, with_answers: bool, link_ends_at: datetime | None
    ) -> Self:
        """Return the answer for an attempt; without answers nothing in it quotes a question, a prompt or an answer."""
        return cls(
            name=attempt.document["name"],
            description=attempt.document["description"],
            number=attempt.number,
            dataset_name=attempt.dataset_name,
            ended_at=attempt.ended_at,
            with_answers=with_answers,
            link_ends_at=link_ends_at,
            results=_public(results, with_answers=with_answers),
        )


def without_labels(page: AnswerPage) -> AnswerPage:
    """Return samples without how many people said something of them."""
    return page.model_copy(update={"items": [each.model_copy(update={"n_labels": 0}) for each in page.items]})


def for_readers(sample: SampleAnswers) -> SampleAnswers:
    """Return a sample without what people said of it, and without messages of providers, which name addresses."""
    answers = [each.model_copy(update={"error": None}) for each in sample.answers]
    return sample.model_copy(update={"labels": [], "answers": answers})


def _public(results: ExperimentResults, *, with_answers: bool) -> ExperimentResults:
    rows = [
        row.model_copy(
            update={
                "configuration": _stated(row.configuration, with_answers=with_answers),
                "scores": row.scores if with_answers else {n: _unquoted(score) for n, score in row.scores.items()},
            }
        )
        for row in results.configurations
    ]
    return results.model_copy(update={"configurations": rows})


def _stated(frozen: dict[str, Any], *, with_answers: bool) -> dict[str, Any]:
    """Return what a reader may know of a configuration: templates are prompts, ids and prices the owner's business."""
    llm, strategy = frozen.get("llm", {}), frozen.get("strategy", {})
    told = {name: frozen.get(name) for name in ("name", "label", "temperature", "max_tokens", "seed")}
    told["llm"] = {name: llm.get(name) for name in ("label", "provider", "model", "is_scripted")}
    told["strategy"] = strategy if with_answers else {"kind": strategy.get("kind")}
    return told


def _unquoted(score: ConfigurationScore) -> ConfigurationScore:
    """Return the score without the reasons of single answers, which quote what was expected."""
    return score.model_copy(update={"not_scorable": {}})
