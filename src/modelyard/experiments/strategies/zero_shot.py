"""One label for a text."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from modelyard.experiments.reading.answers import LONGEST, first_line
from modelyard.experiments.reading.choices import chosen
from modelyard.experiments.reading.squad import comparable
from modelyard.experiments.reading.templates import filled_for, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Desk, Strategy
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

TEMPLATE = """\
Which of these labels fits the text best?
{labels}

Text: {question}

Say the label alone.
Label:"""


class ZeroShot(Strategy):
    """Classifies a text: the LLM chooses one of the labels given, without examples.

    The text stands in the column of the question, the right label in that of the answer. What comes back is read as one
    of the labels, whatever its case and whatever stands around it; an answer that names none of them, or several, is
    none. Without labels of its own each sample's choices are taken.
    """

    kind: Literal["zero_shot"] = "zero_shot"
    labels: tuple[Annotated[str, StringConstraints(min_length=1, max_length=200)], ...] = Parameter(
        (), max_length=200, description="The labels, one of which each text gets; empty: the choices of each sample."
    )
    template: Annotated[str, template_of("labels", "question", "context", needs=["labels", "question"])] = Parameter(
        TEMPLATE,
        max_length=20_000,
        description="What the LLM is asked; {labels} stands for the labels, a line each, {question} for the text.",
    )

    title: ClassVar[str] = "Zero-shot classification"
    icon: ClassVar[str] = "tags"
    group: ClassVar[str] = "classify"

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the only request."""
        shown = "\n".join(f"- {label}" for label in self.labels or sample.choices)
        return [Message("user", filled_for(self.template, sample, labels=shown))]

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Ask once; raise Invalid where there are no labels."""
        labels = self.labels or sample.choices
        if len(labels) < 2:
            raise Invalid(f"The sample {sample.id!r} has no labels to choose among.", hint="State two labels or more.")
        prompt = self.prompt_for_estimate(sample)
        said = await desk.ask(prompt)
        return Answer.of(said, _label_in(said.text, labels), prompt)


def _label_in(text: str, labels: Sequence[str]) -> str:
    """Return the label that the first line names; none where lines that are labels name several, as a list does."""
    alone = {comparable(label) for label in labels} & {comparable(line) for line in text[:LONGEST].splitlines()}
    place = chosen(first_line(text), labels, by_letter=False)
    return "" if place is None or len(alone) > 1 else labels[place]
