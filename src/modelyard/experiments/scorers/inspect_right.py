"""What an Inspect scorer found, where it is right or wrong."""

from typing import ClassVar, Literal

from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter

COMES_WITH_THE_LOG = "The log of Inspect has no score here, and it cannot be made anew."


class InspectRight(Scorer):
    """What a scorer of Inspect found that says right or wrong, read from its log.

    Correct (`C`) is 1, incorrect (`I`) and no answer (`N`) are 0. It is not computed here: an answer without a score in
    the log stays without one.
    """

    kind: Literal["inspect_right"] = "inspect_right"
    scorer: str = Parameter("", max_length=200, description="What the scorer is called in the log.")

    title: ClassVar[str] = "Inspect: right or wrong"
    icon: ClassVar[str] = "scan-search"
    group: ClassVar[str] = "recorded"
    needs_answer: ClassVar[bool] = False
    is_recorded: ClassVar[bool] = True

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return that it cannot be scored here."""
        return Score.not_scorable(COMES_WITH_THE_LOG)
