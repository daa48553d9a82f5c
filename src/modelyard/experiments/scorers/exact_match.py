"""The answer, letter by letter."""

from typing import ClassVar, Literal

from modelyard.experiments.reading.squad import comparable
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NO_ANSWER_STATED, Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter


class ExactMatch(Scorer):
    """Whether the answer is the expected one, or one of its aliases, letter by letter.

    As SQuAD compares: case, punctuation, articles (a, an, the) and white space do not count. Unlike there, an expected
    answer that would be empty then, such as the choice `(A)`, keeps its articles, and saying nothing is never right.
    """

    kind: Literal["exact_match"] = "exact_match"
    normalise: bool = Parameter(True, description="Leave case, punctuation, articles and white space out of account.")

    title: ClassVar[str] = "Exact match"
    icon: ClassVar[str] = "equal"
    group: ClassVar[str] = "words"

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return 1 when any accepted answer is the same."""
        if not sample.answers:
            return Score.not_scorable(NO_ANSWER_STATED)
        said = self._comparable(answer.parsed)
        if not said:
            return Score.of(False, "Nothing was answered.")
        is_right = any(self._comparable(each) == said for each in sample.answers)
        return Score.of(is_right, "" if is_right else f"Expected {sample.answers[0][:200]!r}.")

    def _comparable(self, text: str) -> str:
        return comparable(text) if self.normalise else text.strip()
