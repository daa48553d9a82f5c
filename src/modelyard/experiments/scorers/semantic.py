"""How near the answer is to the expected one in meaning."""

from typing import ClassVar, Literal

from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NO_ANSWER_STATED, Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter


class Semantic(Scorer):
    """How near the answer is to the expected one in meaning: the cosine of their embeddings, 0 at the least.

    Of several accepted answers the nearest one counts. Only scores of one embedder can be compared with each other; an
    answer that says the opposite in the same words is near too.
    """

    kind: Literal["semantic"] = "semantic"
    embedder: str = Parameter(
        "", max_length=64, widget="embedder", description="Id of the LLM that embeds; empty: the built-in one."
    )

    title: ClassVar[str] = "Semantic similarity"
    icon: ClassVar[str] = "waypoints"
    group: ClassVar[str] = "meaning"
    is_share: ClassVar[bool] = False

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return the best cosine with any accepted answer."""
        if not sample.answers:
            return Score.not_scorable(NO_ANSWER_STATED)
        if not answer.parsed:
            return Score(0.0, "Nothing was answered.")
        vectors = await desk.embed(self.embedder or None, [answer.parsed, *sample.answers])
        cosines = vectors[1:] @ vectors[0]
        nearest = int(cosines.argmax())
        why = f"Nearest to {sample.answers[nearest][:200]!r}." if len(sample.answers) > 1 else ""
        return Score(min(1.0, max(0.0, float(cosines[nearest]))), why)
