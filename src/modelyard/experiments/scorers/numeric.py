"""The number that was answered."""

from typing import ClassVar, Literal

from modelyard.experiments.reading.numbers import Decimal, Number, last_number
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NO_ANSWER_STATED, Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter

MARK = "####"
"""What stands before the number in the answers of GSM8K."""


class Numeric(Scorer):
    """Whether the last number of the answer is the expected one, as GSM8K is scored.

    Units, currencies and words around it do not count, nor how it is written: 1,200, 1200.0, 1.2e3, 1 200 with a narrow
    space, 3/4 and 0.75, 2½, 50 % and 0.5 (or 50), 3 million. An expected answer may be a whole solution that ends with
    `#### number`.
    """

    kind: Literal["numeric"] = "numeric"
    tolerance: float = Parameter(
        0.0, ge=0, le=1, description="How far off it may be, as a share of the expected number: 0.01 for 1 %."
    )
    decimal: Decimal = Parameter(
        "point", description="How 1.234 is read: as less than two (point) or as a thousand (comma)."
    )

    title: ClassVar[str] = "Number"
    icon: ClassVar[str] = "hash"
    group: ClassVar[str] = "words"

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return 1 when the numbers are the same but for the tolerance."""
        if not sample.answers:
            return Score.not_scorable(NO_ANSWER_STATED)
        expected = [number for each in sample.answers if (number := self._number(each)) is not None]
        if not expected:
            return Score.not_scorable("The expected answer has no number.")
        said = self._number(answer.parsed)
        if said is None:
            return Score.of(False, "The answer has no number.")
        is_right = any(said.is_near(each, tolerance=self.tolerance) for each in expected)
        return Score.of(is_right, "" if is_right else f"{_shown(said)} instead of {_shown(expected[0])}.")

    def _number(self, text: str) -> Number | None:
        return last_number(text.rpartition(MARK)[2], decimal=self.decimal)


def _shown(number: Number) -> str:
    whole = number.value.denominator == 1
    return f"{number.value if whole else format(float(number.value), '.12g')}{' %' if number.is_percent else ''}"
