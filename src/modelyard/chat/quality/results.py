"""What came of one test question: what was found, what was answered, what was cited."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.chat.quality.tables import QuestionOrigin
from modelyard.data.words.claims import Support

NOT_ASKED = "it was not asked any more"
DEPTH = 10
"""Passages that are looked at."""


class Judgement(BaseModel):
    """What an LLM thinks of an answer: 1 right, 0.5 partly right, 0 wrong; None with the reason why not."""

    model_config = ConfigDict(frozen=True)

    score: float | None = None
    why: str = ""


class CitationResult(BaseModel):
    """One citation of an answer, checked anew against the text that it names."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    start: int
    end: int
    quote: str
    is_verified: bool
    """Whether the canonical text has just these words at [start, end)."""
    is_on_truth: bool | None
    """Whether it touches the truth; None: no truth is known."""


class QuestionResult(BaseModel):
    """One row of a measurement."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    origin: QuestionOrigin
    is_answerable: bool
    expected: str | None = None
    why_no_truth: str | None = None
    """Why what is found cannot be scored; None: it can, or the question has no answer."""
    rank: int | None = None
    """The place of the first passage that is the truth, from 1; None: not among the first DEPTH."""
    evidence: float | None = None
    """How strong it was, 0-1, as abstention is decided by; None: it was not looked for."""
    outcome: Literal["answered", "abstained", "failed", "not asked"] = "not asked"
    why_failed: str | None = None
    strategy: str | None = None
    answer: str = ""
    citations: tuple[CitationResult, ...] = ()
    support: Support = Support(why_not=NOT_ASKED)
    judgement: Judgement = Judgement(why=NOT_ASKED)
    seconds: float | None = None
    n_input_tokens: int = 0
    n_output_tokens: int = 0
    cost_usd: float | None = None
    """Of the answer; None: nobody knows the price."""
    judging_usd: float | None = 0.0
    """Of judging it; None: nobody knows the price."""
    found: tuple[dict[str, Any], ...] = ()
    """The passages that were found, best first: title, headings, document_id, start, end, is_truth."""

    @property
    def has_truth(self) -> bool:
        """Whether what is found can be scored."""
        return self.is_answerable and self.why_no_truth is None
