"""Shapes of test questions and measurements in requests and answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.chat.quality.calibrating import Aim
from modelyard.chat.quality.figures import Figure, FigureChange
from modelyard.chat.quality.importing import Problem
from modelyard.chat.quality.results import QuestionResult
from modelyard.chat.quality.scores import Scores
from modelyard.chat.quality.tables import QuestionOrigin
from modelyard.chat.tables import QualityRun


class KnownQuestionOut(BaseModel):
    """One test question."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    question: str
    answer: str | None
    document_key: str | None
    quote: str | None
    is_answerable: bool
    origin: QuestionOrigin
    created_at: datetime
    changed_at: datetime


class KnownQuestionPage(BaseModel):
    """Some test questions, newest first, where the next page begins, and how many there are in all by origin."""

    items: list[KnownQuestionOut]
    next: str | None
    counts: dict[QuestionOrigin, int]
    run_id: str | None = None
    """The run that writes some now."""


class LeftOutRowOut(BaseModel):
    """A row that was left out, counted from 1 without the header."""

    model_config = ConfigDict(from_attributes=True)

    row: int
    message: str


class ImportedQuestionsOut(BaseModel):
    """What came of a file of questions; rows that were left out are told, the first hundred with their reason."""

    n_added: int
    n_left_out: int
    """Rows that could not be read, and questions that were there already."""
    problems: list[LeftOutRowOut]


class GenerateQuestionsIn(BaseModel):
    """How many questions are written, and of which kind."""

    model_config = ConfigDict(extra="forbid")

    n: Annotated[int, Field(ge=1, le=200)] = 20
    unanswerable_fraction: Annotated[float, Field(ge=0, le=0.5)] = 0.2
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0


class MeasureQualityIn(BaseModel):
    """How it is measured."""

    model_config = ConfigDict(extra="forbid")

    judge: Annotated[
        bool,
        Field(description="Have an LLM judge the answers too: `judge_id` of the settings, else the one that answers."),
    ] = True


class QuestionSetOut(BaseModel):
    """A frozen set of test questions."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    n_questions: int
    dataset_id: str | None
    created_at: datetime


class QualityRunOut(BaseModel):
    """One measurement: the version that was asked, its figures with 95 % intervals, what changed since the one before.

    Figures are shares (0-1), but for `seconds`, `latency_p50`, `latency_p95` and `cost_usd` (of one question). A figure
    of null had nothing to be scored; `why_not` counts the reasons. A change is sure when its interval leaves 0 out.
    """

    id: str
    collection_version: int
    run_id: str | None
    dataset_id: str | None
    question_set_id: str | None
    created_at: datetime
    n_questions: int
    n_answerable: int
    n_asked: int
    n_failed: int
    strategy: str | None
    llm: str | None
    judge: str | None
    """The LLM that judged; null: none did."""
    is_scripted: bool
    is_cut: bool
    is_search_only: bool
    """Whether no answers were asked for."""
    told: str | None
    total_cost_usd: float | None
    n_unknown_cost: int
    compared_with: str | None
    figures: dict[str, Figure]
    changes: dict[str, FigureChange]

    @classmethod
    def of(cls, row: QualityRun) -> "QualityRunOut":
        """Return the answer for a row."""
        known = {
            name: getattr(row, name)
            for name in ("id", "collection_version", "run_id", "dataset_id", "question_set_id", "created_at")
        }
        return cls.model_validate({**known, **Scores.model_validate(row.scores).model_dump()})


class QualityTrendPoint(BaseModel):
    """The figures of one measurement, for a line over time."""

    id: str
    at: datetime
    collection_version: int
    values: dict[str, float | None]


class QualityRunPage(BaseModel):
    """Some measurements, newest first; `trend` has the same, oldest first, as values alone."""

    items: list[QualityRunOut]
    next: str | None
    trend: list[QualityTrendPoint]
    run_id: str | None
    """The run that measures now."""

    @classmethod
    def of(cls, rows: list[QualityRun], *, following: str | None, run_id: str | None) -> "QualityRunPage":
        """Return the page of these rows."""
        items = [QualityRunOut.of(row) for row in rows]
        trend = [
            QualityTrendPoint(
                id=item.id,
                at=item.created_at,
                collection_version=item.collection_version,
                values={name: figure.value for name, figure in item.figures.items()},
            )
            for item in reversed(items)
        ]
        return cls(items=items, next=following, trend=trend, run_id=run_id)


Only = Literal["all", "missed", "failed", "abstained", "wrongly_abstained", "wrongly_answered", "unsupported"]


class QuestionResultPage(BaseModel):
    """What came of some questions of a measurement, in the order in which they were asked."""

    items: list[QuestionResult]
    n: int
    """How many the filter lets through."""
    next: str | None

    @classmethod
    def of(cls, results: list[QuestionResult], only: Only, *, offset: int, limit: int) -> "QuestionResultPage":
        """Return a page of the results that `only` lets through."""
        chosen = [each for each in results if _is_meant(each, only)]
        end = offset + limit
        return cls(items=chosen[offset:end], n=len(chosen), next=str(end) if end < len(chosen) else None)


def _is_meant(result: QuestionResult, only: Only) -> bool:
    match only:
        case "missed":
            return result.has_truth and result.rank is None
        case "failed":
            return result.outcome == "failed"
        case "abstained":
            return result.outcome == "abstained"
        case "wrongly_abstained":
            return result.outcome == "abstained" and result.is_answerable
        case "wrongly_answered":
            return result.outcome == "answered" and not result.is_answerable
        case "unsupported":
            return bool(result.support.unsupported)
        case _:
            return True


class CalibrationIn(BaseModel):
    """What the threshold of abstention is chosen for.

    The best F-beta of answering (beta below 1: a wrong answer is worse than a missing one), or the most answers at a
    precision.
    """

    model_config = ConfigDict(extra="forbid")

    beta: Annotated[float, Field(gt=0, le=4)] = 0.5
    precision: Annotated[float | None, Field(gt=0, le=1)] = None
    quality_id: Annotated[str | None, Field(max_length=32)] = None

    @property
    def aim(self) -> Aim:
        """The aim as calibration takes it."""
        return Aim(beta=self.beta, precision=self.precision)


def imported(n_added: int, n_left_out: int, problems: list[Problem]) -> ImportedQuestionsOut:
    """Return the answer of an import."""
    shown = [LeftOutRowOut(row=problem.row, message=problem.message) for problem in problems]
    return ImportedQuestionsOut(n_added=n_added, n_left_out=n_left_out, problems=shown)
