"""A pattern in what was said."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator

from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Score, Scorer, ScoringDesk, Where, said_in
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter

if TYPE_CHECKING:
    import regex  # type: ignore[import-untyped]

MATCH_SECONDS = 0.5
"""A pattern can take longer than anybody lives."""


def _is_pattern(value: str) -> str:
    import regex

    try:
        regex.compile(value)
    except regex.error as error:
        raise ValueError(f"{value!r} is no regular expression: {error}.") from None
    return value


class Regex(Scorer):
    """Whether a regular expression is found in the answer, or is not found.

    For what must be said whatever the question: a unit, a form such as JSON, a phrase that must not be there. A pattern
    that takes longer than half a second on an answer cannot score it.
    """

    kind: Literal["regex"] = "regex"
    pattern: Annotated[str, AfterValidator(_is_pattern)] = Parameter(
        min_length=1, max_length=2_000, description="What is looked for, as Python writes regular expressions."
    )
    is_wanted: bool = Parameter(True, description="Whether it must be found; else it must not be.")
    ignore_case: bool = Parameter(True, description="Whether upper and lower case are the same.")
    where: Where = Parameter("answer", description="Whether the answer is looked at, or everything that was said.")

    title: ClassVar[str] = "Regular expression"
    icon: ClassVar[str] = "regex"
    group: ClassVar[str] = "words"
    needs_answer: ClassVar[bool] = False

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return 1 when it is found, or is not found, as wanted."""
        try:
            found = self._search(said_in(answer, self.where))
        except TimeoutError:
            return Score.not_scorable("The pattern takes too long on this answer; write a simpler one.")
        why = "The pattern is not there." if found is None else f"Found {found.group()[:200]!r}."
        return Score.of((found is not None) == self.is_wanted, why)

    def _search(self, text: str) -> "regex.Match[str] | None":
        import regex

        flags = regex.IGNORECASE if self.ignore_case else 0
        return regex.compile(self.pattern, flags).search(text, timeout=MATCH_SECONDS)
