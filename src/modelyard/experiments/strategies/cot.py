"""The question, to be thought through step by step."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from modelyard.experiments.reading.answers import final_answer
from modelyard.experiments.reading.templates import filled_for, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Desk, Strategy, room_for_steps
from modelyard.experiments.worked import WorkedExample, as_examples
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

TEMPLATE = """\
Answer the question. Think step by step, then end with "So the answer is" and the answer alone.

{examples}

{context}
Question: {question}
{choices}
Answer: Let's think step by step."""
EXAMPLE = """\
Question: {question}
Answer: Let's think step by step. {reasoning} So the answer is {answer}."""


class ChainOfThought(Strategy):
    r"""Asks the LLM to think step by step before it says the answer.

    Without examples it is the zero-shot form; worked examples of your own show how the steps are to be written. The
    answer is what follows the last *the answer is*, *Answer:* or `####`, or stands in the last `\boxed{}`; without any
    of them it is the last line, if that is short.
    """

    kind: Literal["cot"] = "cot"
    examples: tuple[WorkedExample, ...] = Parameter(
        (), max_length=50, description="Questions with the steps to their answers, shown first."
    )
    template: Annotated[str, template_of("examples", "question", "context", "choices", needs=["question"])] = Parameter(
        TEMPLATE,
        max_length=20_000,
        description="What the LLM is asked; {examples} stands for the examples, {question}, {context} and {choices} "
        "for what the sample has.",
    )
    example_template: Annotated[str, template_of("question", "reasoning", "answer", needs=["question", "answer"])] = (
        Parameter(
            EXAMPLE,
            max_length=20_000,
            advanced=True,
            description="How each example is written: {question}, {reasoning} and {answer}.",
        )
    )
    least_tokens: int = room_for_steps()

    title: ClassVar[str] = "Chain of thought"
    icon: ClassVar[str] = "list-tree"
    group: ClassVar[str] = "think"

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the only request."""
        shown = as_examples(self.examples, (), self.example_template)
        return [Message("user", filled_for(self.template, sample, examples=shown))]

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Ask once, and read the answer at the end of the steps."""
        prompt = self.prompt_for_estimate(sample)
        said = await desk.ask(prompt, least_tokens=self.least_tokens)
        return Answer.of(said, final_answer(said.text, is_cut=said.finish == "length"), prompt)
