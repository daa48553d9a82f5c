"""What an Inspect scorer found, where it is a grade from 0 to 1."""

from typing import ClassVar, Literal

from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Score, Scorer, ScoringDesk
from modelyard.experiments.scorers.inspect_right import COMES_WITH_THE_LOG
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter


class InspectGrade(Scorer):
    """What a scorer of Inspect found that gives grades from 0 to 1, read from its log.

    Partial (`P`) is 0.5. A value outside of 0 to 1 is no score, and is kept as the reason why. It is not computed here.
    """

    kind: Literal["inspect_grade"] = "inspect_grade"
    scorer: str = Parameter("", max_length=200, description="What the scorer is called in the log.")

    title: ClassVar[str] = "Inspect: a grade"
    icon: ClassVar[str] = "scan-search"
    group: ClassVar[str] = "recorded"
    is_share: ClassVar[bool] = False
    needs_answer: ClassVar[bool] = False
    is_recorded: ClassVar[bool] = True

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return that it cannot be scored here."""
        return Score.not_scorable(COMES_WITH_THE_LOG)
