"""The question as it is."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from modelyard.experiments.reading.answers import first_line
from modelyard.experiments.reading.templates import filled_for, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Desk, Strategy
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

TEMPLATE = """\
Answer the question. Say the answer alone, without an explanation.
{context}
Question: {question}
{choices}
Answer:"""


class Naive(Strategy):
    """Asks the question as it is, for the answer alone.

    The first line of what comes back counts as the answer. It is what every other strategy has to beat.
    """

    kind: Literal["naive"] = "naive"
    template: Annotated[str, template_of("question", "context", "choices", needs=["question"])] = Parameter(
        TEMPLATE,
        max_length=20_000,
        description="What the LLM is asked; {question}, {context} and {choices} stand for what the sample has.",
    )

    title: ClassVar[str] = "Naive"
    icon: ClassVar[str] = "message-square"
    group: ClassVar[str] = "ask"

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the only request."""
        return [Message("user", filled_for(self.template, sample))]

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Ask once."""
        prompt = tuple(self.prompt_for_estimate(sample))
        said = await desk.ask(prompt)
        return Answer.of(said, first_line(said.text), prompt)
