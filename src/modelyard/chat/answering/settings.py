"""How a collection answers: how much it reads, and when it says that it does not know."""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from modelyard.chat.passages import Evidence

_ADVANCED: JsonDict = {"x-advanced": True}
"""Folded in a form: calibration sets these."""
_PERCENT: JsonDict = {"x-widget": "percent", "x-unit": "%"}
"""A fraction that a form shows as a percentage."""


class EvidenceWeights(BaseModel):
    """A logistic regression over the features of Evidence: what each is worth for there being an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: float
    words_score: float = 0.0
    words_covered: float = 0.0
    told_together: float = 0.0
    meaning_rise: float = 0.0

    def score(self, evidence: Evidence) -> float:
        """Return how likely it is that the passages hold the answer, 0-1; a feature that is None counts as 0."""
        total = self.bias + self.meaning_rise * _rise(evidence)
        for name in ("words_score", "words_covered", "told_together"):
            total += getattr(self, name) * (getattr(evidence, name) or 0.0)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _rise(evidence: Evidence) -> float:
    """Return how far the best cosine is from the others on the way to 1: embedders differ in where cosines lie."""
    if evidence.meaning_score is None or evidence.meaning_margin is None:
        return 0.0
    others = evidence.meaning_score - evidence.meaning_margin
    return evidence.meaning_margin / max(0.05, 1 - others)


class AnswerSettings(BaseModel):
    """What an owner sets about a collection's answers; thresholds come from calibration (quality) or from ours."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    n_passages: int = Field(6, ge=1, le=20)
    """Passages that an answer is made of."""
    ranker_id: str | None = Field(None, max_length=32, json_schema_extra=_ADVANCED)
    """The LLM row of a ranker (Cohere) that puts the passages in order; none: search does."""
    judge_id: str | None = Field(None, max_length=32, json_schema_extra=_ADVANCED)
    """The LLM row that judges answers when quality is measured; none: the one that answers judges itself."""
    measured_after_sync: Literal["free", "whole", "never"] = Field("free", json_schema_extra=_ADVANCED)
    """Whether the test questions are asked again when a sync changed something: "free" asks no LLM that costs money
    (then only searching is measured), "whole" asks and judges whatever it costs, "never" leaves it to you."""
    n_past_turns: int = Field(6, ge=0, le=20)
    """Turns of the conversation that an LLM reads again."""
    max_answer_tokens: int = Field(700, ge=50, le=8000)
    """Longest answer of an LLM."""
    temperature: float = Field(0.0, ge=0, le=2, json_schema_extra=_ADVANCED)
    """How freely an LLM chooses its words: 0 says the likeliest ones."""
    instructions: str = Field("", max_length=4_000)
    """What an LLM is told beside the rules of citing, such as the tone or whom it speaks to."""
    chosen_by: dict[str, Any] | None = None
    """The experiment that chose this configuration: its evidence; none: a person did."""
    with_meaning: EvidenceWeights = Field(
        EvidenceWeights(bias=-7.6, words_score=3.1, told_together=7.4, meaning_rise=7.9), json_schema_extra=_ADVANCED
    )
    """Weights where the embedder knows the language."""
    words_only: EvidenceWeights = Field(
        EvidenceWeights(bias=-5.9, words_score=7.9, told_together=6.2), json_schema_extra=_ADVANCED
    )
    """Weights where only words were compared."""
    meaning_only: EvidenceWeights = Field(EvidenceWeights(bias=-3.8, meaning_rise=11.5), json_schema_extra=_ADVANCED)
    """Weights where the question is in another language than the passages."""
    answer_from: float = Field(0.4, ge=0, le=1, json_schema_extra=_PERCENT)
    """How strong the evidence must be for an answer. Lower answers more and errs more often; higher says more often
    that the documents do not say. Quality finds the best for its test questions."""
    supported_from: float = Field(0.6, ge=0, le=1, json_schema_extra=_PERCENT)
    """Share of a sentence's words, numbers and names that its passages must hold for it to count as supported."""

    @classmethod
    def form_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of what a person sets."""
        schema = cls.model_json_schema()
        del schema["properties"]["chosen_by"]
        return schema

    def evidence(self, evidence: Evidence) -> float:
        """Return how strong the evidence is, 0-1, to be compared with `answer_from`."""
        if evidence.meaning_margin is None:
            return self.words_only.score(evidence)
        weights = self.meaning_only if evidence.told_together is None else self.with_meaning
        return weights.score(evidence)
