"""The words that the answer and the expected one share."""

from typing import ClassVar, Literal

from modelyard.experiments.reading.squad import squad_f1
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NO_ANSWER_STATED, Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer


class TokenF1(Scorer):
    """How many words the answer and the expected one share: the harmonic mean of both shares, as SQuAD has it.

    Of several accepted answers the best one counts. Case, punctuation and articles do not; writing without spaces is
    compared in characters.
    """

    kind: Literal["token_f1"] = "token_f1"

    title: ClassVar[str] = "Token F1"
    icon: ClassVar[str] = "blend"
    group: ClassVar[str] = "words"
    is_share: ClassVar[bool] = False

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return the best F1 with any accepted answer."""
        if not sample.answers:
            return Score.not_scorable(NO_ANSWER_STATED)
        if not answer.parsed:
            return Score(0.0, "Nothing was answered.")
        return Score(squad_f1(answer.parsed, sample.answers))
