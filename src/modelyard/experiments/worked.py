"""Worked examples: questions with their answers, shown to an LLM before it is asked."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.reading.templates import filled_for
from modelyard.experiments.sample import Sample


class WorkedExample(BaseModel):
    """A question with its answer, and how it is come to."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    question: str
    answer: str
    reasoning: str = ""
    """The steps to the answer, for strategies that show them."""


def as_examples(own: Sequence[WorkedExample], drawn: Sequence[Sample], template: str) -> str:
    """Return the examples, own ones first, by a template of {question}, {context}, {choices}, {reasoning}, {answer}."""
    samples = [(Sample("", each.question, each.answer), each.reasoning) for each in own]
    samples += [(each, "") for each in drawn]
    filled = (filled_for(template, each, answer=each.answer or "", reasoning=why) for each, why in samples)
    return "\n\n".join(filled)
