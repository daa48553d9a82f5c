"""The question with the text that comes with it."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from modelyard.experiments.reading.answers import first_line
from modelyard.experiments.reading.templates import filled_for, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Desk, Strategy
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

TEMPLATE = """\
Answer the question from the text below, and from nothing else. Say the answer alone. If the text does not hold it, \
say "I do not know".

{context}

Question: {question}
{choices}
Answer:"""


class Context(Strategy):
    """Asks the question about the context that each sample brings, as tests of reading do.

    A sample without a context fails. The first line of what comes back counts as the answer.
    """

    kind: Literal["context"] = "context"
    template: Annotated[str, template_of("context", "question", "choices", needs=["context", "question"])] = Parameter(
        TEMPLATE,
        max_length=20_000,
        description="What the LLM is asked; {context}, {question} and {choices} stand for what the sample has.",
    )

    title: ClassVar[str] = "Reading"
    icon: ClassVar[str] = "file-text"
    group: ClassVar[str] = "read"

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the only request."""
        return [Message("user", filled_for(self.template, sample))]

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Ask once; raise Invalid for a sample without a context."""
        if not sample.context:
            raise Invalid(f"The sample {sample.id!r} has no context to read.", hint="Name the column that holds it.")
        prompt = self.prompt_for_estimate(sample)
        said = await desk.ask(prompt)
        return Answer.of(said, first_line(said.text), prompt)
