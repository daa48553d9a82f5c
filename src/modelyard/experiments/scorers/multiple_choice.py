"""The choice that was answered."""

from typing import ClassVar, Literal

from modelyard.experiments.reading.choices import choices_of, chosen
from modelyard.experiments.reading.templates import letter_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NO_ANSWER_STATED, Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer


class MultipleChoice(Scorer):
    """Whether the right one of several choices was named, by its letter or by its text.

    The choices are those of the sample, or the lines (A), (B), (C) … of its question. `B`, `(B)`, `B. Paris`, `Paris`
    and `It is (B)` all name the same; an answer that names several is wrong.
    """

    kind: Literal["multiple_choice"] = "multiple_choice"

    title: ClassVar[str] = "Multiple choice"
    icon: ClassVar[str] = "list-checks"
    group: ClassVar[str] = "words"

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return 1 when the choice that the answer names is the right one."""
        if not sample.answers:
            return Score.not_scorable(NO_ANSWER_STATED)
        choices = choices_of(sample)
        if not choices:
            return Score.not_scorable("The sample has no choices.")
        right = {place for each in sample.answers if (place := chosen(each, choices)) is not None}
        if not right:
            return Score.not_scorable("The expected answer is none of the choices.")
        place = chosen(answer.parsed, choices)
        if place is None:
            return Score.of(False, "The answer names none of the choices, or several.")
        expected = ", ".join(letter_of(each) for each in sorted(right))
        return Score.of(place in right, "" if place in right else f"({letter_of(place)}) instead of ({expected}).")
