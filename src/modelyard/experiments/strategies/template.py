"""A request of your own."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from modelyard.experiments.reading.answers import LONGEST, final_answer, first_line
from modelyard.experiments.reading.templates import filled_for, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Desk, Said, Strategy
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

TEMPLATE = """\
{context}
{question}
{choices}"""
Reading = Literal["first_line", "final_answer", "everything"]


class OwnTemplate(Strategy):
    """Asks with words that are all your own: what the LLM is told first, what it is asked, and what of it counts.

    Of what comes back the first line counts, the answer at the end as that of a chain of thought, or everything.
    """

    kind: Literal["template"] = "template"
    system: Annotated[str, template_of("question", "context", "choices")] = Parameter(
        "", max_length=20_000, description="What the LLM is told before the request; empty: nothing."
    )
    template: Annotated[str, template_of("question", "context", "choices", needs=["question"])] = Parameter(
        TEMPLATE,
        max_length=20_000,
        description="What the LLM is asked; {question}, {context} and {choices} stand for what the sample has.",
    )
    reading: Reading = Parameter("first_line", description="What counts as the answer.")
    least_tokens: int = Parameter(
        1,
        ge=1,
        le=100_000,
        advanced=True,
        unit="tokens",
        description="Room that the answer needs: a smaller max_tokens of the experiment is raised to it.",
    )

    title: ClassVar[str] = "Own template"
    icon: ClassVar[str] = "pencil-line"
    group: ClassVar[str] = "ask"

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the only request."""
        told = filled_for(self.system, sample)
        before = [Message("system", told)] if told else []
        return [*before, Message("user", filled_for(self.template, sample))]

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Ask once."""
        prompt = self.prompt_for_estimate(sample)
        said = await desk.ask(prompt, least_tokens=self.least_tokens)
        return Answer.of(said, self._read(said), prompt)

    def _read(self, said: Said) -> str:
        if self.reading == "first_line":
            return first_line(said.text)
        if self.reading == "final_answer":
            return final_answer(said.text, is_cut=said.finish == "length")
        return said.text.strip()[:LONGEST]
