"""Whether an answer was declined just where there is none."""

from typing import ClassVar, Literal

from modelyard.experiments.reading.refusals import declines
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer


class Refusal(Scorer):
    """Whether the LLM declines when the question has no answer, and only then.

    What has no answer stands in the column `answerable` of the dataset; without it every question has one. Declining is
    told by phrases of eleven languages, such as "I do not know" or "the text does not say", in the answer itself.
    """

    kind: Literal["refusal"] = "refusal"

    title: ClassVar[str] = "Refusal"
    icon: ClassVar[str] = "hand"
    group: ClassVar[str] = "meaning"
    needs_answer: ClassVar[bool] = False

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return 1 for declining what has no answer, and for answering what has one."""
        if answer.ended in ("loop", "step_limit"):
            return Score.not_scorable("The agent neither answered nor declined.")
        has_declined = declines(answer.parsed or answer.text)
        if has_declined == sample.is_answerable:
            return Score.of(False, "It declines to answer." if has_declined else "It answers what has no answer.")
        return Score.of(True, "It declines, as it should." if has_declined else "")
