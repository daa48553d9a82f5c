"""Whether the passage with the answer was found."""

from typing import ClassVar, Literal

from modelyard.data.words.matching import find_quote
from modelyard.data.words.overlap import token_recall
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter
from modelyard.llm.found import FoundPassage


class TruthFound(Scorer):
    """Whether the passage that holds the answer is among those that were found: how good the search is, not the LLM.

    The dataset's column `truth` says which passage that is: by its text, or by the key or address of its document. A
    text counts as found when a passage has it word for word, or has most of its words.
    """

    kind: Literal["truth_found"] = "truth_found"
    at_least: float = Parameter(0.8, ge=0, le=1, description="Share of the truth's words that a passage must have.")

    title: ClassVar[str] = "Truth found"
    icon: ClassVar[str] = "locate"
    group: ClassVar[str] = "passages"
    needs_answer: ClassVar[bool] = False

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return 1 when any passage is or has the truth."""
        truth = (sample.truth or "").strip()
        if not truth:
            return Score.not_scorable("The sample states no passage that holds the answer.")
        if not answer.has_searched and not answer.passages:
            return Score.not_scorable("No passages were looked for.")
        places = (place for place, each in enumerate(answer.passages, start=1) if self._is_truth(each, truth))
        rank = next(places, None)
        if rank is None:
            return Score.of(False, f"It is not among the {len(answer.passages)} passages that were found.")
        return Score(1.0, f"Passage {rank} of {len(answer.passages)}.", {"rank": rank})

    def _is_truth(self, passage: FoundPassage, truth: str) -> bool:
        if truth in (passage.document, passage.url):
            return True
        return find_quote(passage.text, truth) is not None or token_recall(passage.text, truth) >= self.at_least
