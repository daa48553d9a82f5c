"""Whether what was said is held by what was read, without an LLM."""

from typing import ClassVar, Literal

from modelyard.data.words.claims import NO_CLAIM, Support, support_of
from modelyard.experiments.reading.passages import language_in
from modelyard.experiments.reading.refusals import declines
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NOTHING_READ, Score, Scorer, ScoringDesk, Where, read_by, said_in
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter

LONGEST = 20_000
"""Characters of an answer that are weighed."""


class Faithfulness(Scorer):
    """How many sentences of the answer are held by the passages that were found, or by the sample's context.

    Judged without an LLM: a sentence is held when the text has enough of its words, by their stems and without
    stop-words, and every one of its numbers. A paraphrase in other words can seem unheld, and a sentence that turns the
    same words round can seem held: for those there is the faithfulness judge. An answer that declines claims nothing.
    """

    kind: Literal["faithfulness"] = "faithfulness"
    at_least: float = Parameter(0.6, ge=0, le=1, description="Share of a sentence's words that the text must have.")
    where: Where = Parameter("answer", description="Whether the answer is weighed, or everything that was said.")

    title: ClassVar[str] = "Faithfulness"
    icon: ClassVar[str] = "anchor"
    group: ClassVar[str] = "passages"
    is_share: ClassVar[bool] = False
    needs_answer: ClassVar[bool] = False

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return the share of sentences that are held."""
        read, said = read_by(sample, answer), said_in(answer, self.where)[:LONGEST]
        if not read:
            return Score.not_scorable(NOTHING_READ)
        if declines(said):
            return Score.not_scorable("The answer says nothing, or declines.")
        found = self._weighed(said, read)
        if found.why_not is not None:
            return Score.not_scorable("The answer has no words that could be compared.")
        why = f"Not held: {found.unsupported[0][:300]}" if found.unsupported else ""
        unsupported = [each[:500] for each in found.unsupported[:5]]
        return Score(found.n_supported / found.n_sentences, why, {"unsupported": unsupported} if unsupported else {})

    def _weighed(self, said: str, read: tuple[str, ...]) -> Support:
        language = language_in(max(read, key=len))
        found = support_of(said, read, language=language, at_least=self.at_least)
        # Short answers are a word or a number: then that is the claim.
        if found.why_not == NO_CLAIM:
            return support_of(said, read, language=language, at_least=self.at_least, fewest_words=1)
        return found
