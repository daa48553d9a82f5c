"""Shapes of what readers ask in answers."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from modelyard.chat.tables import Thumb


class QuestionGroupOut(BaseModel):
    """Questions that mean the same; `question` is the one asked most, `examples` are other wordings."""

    model_config = ConfigDict(from_attributes=True)

    question: str
    n: int
    n_readers: int
    n_abstained: int
    n_thumbs_down: int
    first_at: datetime
    last_at: datetime
    examples: list[str]
    call_ids: list[str]


class GapOut(BaseModel):
    """Something to write about; `heading` is the path to the part that came nearest, empty when none did."""

    model_config = ConfigDict(from_attributes=True)

    heading: list[str]
    n: int
    n_readers: int
    examples: list[str]
    call_ids: list[str]


class ReadersDayOut(BaseModel):
    """What was asked on one day (UTC)."""

    model_config = ConfigDict(from_attributes=True)

    day: date
    n_questions: int
    n_abstained: int
    n_failed: int
    n_thumbs_down: int
    n_readers: int


class DislikedOut(BaseModel):
    """An answer that a reader did not like, with what they said."""

    model_config = ConfigDict(from_attributes=True)

    call_id: str
    at: datetime
    question: str
    answer: str
    abstained: bool
    thumb: Thumb
    comment: str


class ReadersOut(BaseModel):
    """What readers asked in a stretch of time; who they are is not told.

    Questions are grouped by what they mean as of `grouped_at`; those that came since (`n_by_words`), and all when that
    is null, by their words.
    """

    model_config = ConfigDict(from_attributes=True)

    since: datetime
    until: datetime
    n_questions: int
    n_answered: int
    n_abstained: int
    n_off_subject: int
    """Of those abstained: about something else than the documents."""
    n_failed: int
    n_thumbs_up: int
    n_thumbs_down: int
    n_readers: int
    is_cut: bool
    by_day: list[ReadersDayOut]
    top: list[QuestionGroupOut]
    unanswered: list[QuestionGroupOut]
    """About the documents, but not answered."""
    off_subject: list[QuestionGroupOut]
    """Not answered, and about something else: nothing to write about."""
    thumbs_down: list[DislikedOut]
    gaps: list[GapOut]
    grouped_at: datetime | None
    n_by_words: int
    run_id: str | None
