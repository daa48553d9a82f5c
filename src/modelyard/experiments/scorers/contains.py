"""The expected answer within what was said."""

from typing import ClassVar, Literal

from modelyard.experiments.reading.squad import comparable
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NO_ANSWER_STATED, Score, Scorer, ScoringDesk, Where, said_in
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter


class Contains(Scorer):
    """Whether the expected answer, or one of its aliases, stands in the answer in whole words.

    Case, punctuation and articles do not count. It forgives an answer in a sentence; in `everything` it also finds what
    a chain of thought only considered.
    """

    kind: Literal["contains"] = "contains"
    where: Where = Parameter("answer", description="Whether the answer is looked at, or everything that was said.")

    title: ClassVar[str] = "Contains"
    icon: ClassVar[str] = "text-search"
    group: ClassVar[str] = "words"

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return 1 when any accepted answer stands in it."""
        if not sample.answers:
            return Score.not_scorable(NO_ANSWER_STATED)
        said = f" {comparable(said_in(answer, self.where))} "
        found = next((each for each in sample.answers if (words := comparable(each)) and f" {words} " in said), None)
        return Score.of(found is not None, f"Found {found!r}." if found else f"Without {sample.answers[0][:200]!r}.")
