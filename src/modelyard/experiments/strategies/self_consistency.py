"""Several chains of thought, and a vote."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from modelyard.experiments.reading.answers import final_answer
from modelyard.experiments.reading.squad import comparable
from modelyard.experiments.reading.templates import filled_for, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Desk, Said, Strategy, room_for_steps
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

TEMPLATE = """\
Answer the question. Think step by step, then end with "So the answer is" and the answer alone.
{context}
Question: {question}
{choices}
Answer: Let's think step by step."""


class SelfConsistency(Strategy):
    """Lets the LLM think through the question several times, and takes the answer that it comes to most often.

    The chains are drawn at a temperature of their own, each with its own seed; at temperature 0 they would be one and
    the same. Answers are voted among as exact match compares them; of answers with as many votes the one that came
    first is taken. It costs as much as all its chains. (Wang et al., 2022)
    """

    kind: Literal["self_consistency"] = "self_consistency"
    n: int = Parameter(5, ge=2, le=50, description="How many chains are drawn.")
    temperature: float = Parameter(
        0.7, gt=0, le=2, description="Temperature of the chains, whatever the experiment says."
    )
    template: Annotated[str, template_of("question", "context", "choices", needs=["question"])] = Parameter(
        TEMPLATE,
        max_length=20_000,
        description="What the LLM is asked; {question}, {context} and {choices} stand for what the sample has.",
    )
    least_tokens: int = room_for_steps()

    title: ClassVar[str] = "Self-consistency"
    icon: ClassVar[str] = "vote"
    group: ClassVar[str] = "think"

    def n_requests_of(self) -> int:
        """Return how many chains there are."""
        return self.n

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the request that is made several times."""
        return [Message("user", filled_for(self.template, sample))]

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Ask `n` times, and take the answer with the most votes."""
        prompt = self.prompt_for_estimate(sample)
        said = await self._chains(prompt, desk)
        votes = [final_answer(each.text, is_cut=each.finish == "length") for each in said]
        counted = Counter(comparable(vote) for vote in votes if vote)
        if not counted:
            return Answer.of(said[0], "", prompt, votes=tuple(votes))
        most, _ = counted.most_common(1)[0]  # of equals the one that was counted first
        place = next(place for place, vote in enumerate(votes) if vote and comparable(vote) == most)
        return Answer.of(said[place], votes[place], prompt, votes=tuple(votes))

    async def _chains(self, prompt: Sequence[Message], desk: Desk) -> list[Said]:
        """Return all chains; when one fails the others are given up, for a vote of some would be another strategy."""
        asked = [
            asyncio.ensure_future(
                desk.ask(prompt, draw=draw, temperature=self.temperature, least_tokens=self.least_tokens)
            )
            for draw in range(self.n)
        ]
        try:
            return await asyncio.gather(*asked)
        except BaseException:
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            raise
