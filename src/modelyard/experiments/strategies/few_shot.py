"""The question after a few that are answered already."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from modelyard.experiments.reading.answers import first_line
from modelyard.experiments.reading.templates import filled_for, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Among, Answer, Desk, Strategy
from modelyard.experiments.worked import WorkedExample, as_examples
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

TEMPLATE = """\
Answer the question as the ones before it are answered. Say the answer alone.

{examples}

{context}
Question: {question}
{choices}
Answer:"""
EXAMPLE = """\
{context}
Question: {question}
{choices}
Answer: {answer}"""


class FewShot(Strategy):
    """Shows the LLM a few questions with their answers before the question is asked.

    The examples are your own, or drawn by a seed from the samples that the attempt asks and that state an answer. The
    sample that is asked is never among them, nor one with the same question, nor, unless you say otherwise, one of its
    group: where a group is a passage, its questions give each other's answers away. Where a group is a kind of task,
    draw from the `same` one. A sample that nothing can be drawn for fails. The first line of what comes back counts as
    the answer.
    """

    kind: Literal["few_shot"] = "few_shot"
    examples: tuple[WorkedExample, ...] = Parameter(
        (), max_length=50, description="Your own questions with answers, shown first."
    )
    drawn: int = Parameter(3, ge=0, le=50, description="How many examples are drawn from the samples beside your own.")
    drawn_from: Among = Parameter(
        "others",
        description="Which samples are drawn: those of other groups than the one asked has, of the same group, or "
        "all. Samples without a group are in none, so that each may be shown for any other.",
    )
    seed: int = Parameter(0, ge=0, lt=2**31, description="Decides which samples are drawn.")
    template: Annotated[
        str, template_of("examples", "question", "context", "choices", needs=["examples", "question"])
    ] = Parameter(
        TEMPLATE,
        max_length=20_000,
        description="What the LLM is asked; {examples} stands for the examples, {question}, {context} and {choices} "
        "for what the sample has.",
    )
    example_template: Annotated[
        str, template_of("question", "context", "choices", "answer", "reasoning", needs=["question", "answer"])
    ] = Parameter(
        EXAMPLE,
        max_length=20_000,
        advanced=True,
        description="How each example is written: {question}, {context}, {choices}, {reasoning} and {answer}.",
    )

    title: ClassVar[str] = "Few-shot"
    icon: ClassVar[str] = "list-ordered"
    group: ClassVar[str] = "ask"

    @property
    def drawn_examples(self) -> tuple[int, int] | None:
        """Return how many are drawn, and by which seed."""
        return (self.drawn, self.seed) if self.drawn else None

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the request with examples that are as long as the sample itself."""
        return self._prompt(sample, [sample] * self.drawn)

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Ask once, after the examples; raise Invalid where none can be drawn."""
        drawn = self._drawn(sample, desk) if self.drawn else ()
        prompt = self._prompt(sample, drawn)
        said = await desk.ask(prompt)
        return Answer.of(said, first_line(said.text), prompt)

    def _drawn(self, sample: Sample, desk: Desk) -> tuple[Sample, ...]:
        drawn = desk.examples(self.drawn, seed=self.seed, asked=sample, among=self.drawn_from)
        if not drawn:
            hint = "Draw from another group, or write examples of your own and draw none."
            raise Invalid(f"There is no sample to show before {sample.id!r}.", hint=hint)
        return drawn

    def _prompt(self, sample: Sample, drawn: Sequence[Sample]) -> list[Message]:
        shown = as_examples(self.examples, drawn, self.example_template)
        return [Message("user", filled_for(self.template, sample, examples=shown))]
