"""Whether what was said is held by what was read, as an LLM sees it."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.reading.judging import digest_of, judge_tokens, judged
from modelyard.experiments.reading.refusals import declines
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NOTHING_READ, NotJson, Score, Scorer, ScoringDesk, Where, read_by, said_in
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter

MOST_CLAIMS = 20
TASK = f"""\
You check whether an answer is held by texts. Take the answer apart into the claims that it makes, {MOST_CLAIMS} at \
the most, each a sentence that can be understood by itself with the question. `is_held` is true when the texts say the \
claim or it follows from them, false when they do not say it or say something else, whatever you know yourself. \
`claims` is empty when the answer claims nothing."""


class Claim(BaseModel):
    """A claim of an answer."""

    model_config = ConfigDict(extra="ignore")

    claim: str
    is_held: bool


class Claims(BaseModel):
    """The claims of an answer."""

    model_config = ConfigDict(extra="ignore")

    claims: list[Claim]


class FaithfulnessJudge(Scorer):
    """How many claims of the answer are held by the passages that were found, or by the sample's context.

    An LLM takes the answer apart into claims and says of each whether the texts hold it; it is shown the question, the
    texts and the answer, in this order. It sees what words alone do not show, a paraphrase or a sentence turned round,
    costs a request for each answer, and errs as LLMs do. A judge that answers anything else has not scored.
    """

    kind: Literal["faithfulness_judge"] = "faithfulness_judge"
    judge: str = Parameter(min_length=1, max_length=64, widget="llm", description="Id of the LLM that judges.")
    where: Where = Parameter("answer", description="Whether the answer is judged, or everything that was said.")
    max_tokens: int = judge_tokens(1024)

    title: ClassVar[str] = "Faithfulness judge"
    icon: ClassVar[str] = "scale"
    group: ClassVar[str] = "judges"
    is_share: ClassVar[bool] = False
    needs_answer: ClassVar[bool] = False

    @property
    def llm(self) -> str:
        """Return the judge."""
        return self.judge

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return the share of claims that are held."""
        read, said = read_by(sample, answer), said_in(answer, self.where)
        if not read:
            return Score.not_scorable(NOTHING_READ)
        if declines(said):
            return Score.not_scorable("The answer says nothing, or declines.")
        shown = {"question": sample.question, "texts": "\n\n".join(read), "answer": said}
        details = {"judge": self.judge, "rubric": digest_of(TASK), "shown": list(shown)}
        try:
            whole = await judged(desk, self.judge, TASK, shown, Claims, max_tokens=self.max_tokens)
        except NotJson as error:
            return Score(None, str(error), details)
        found = whole.claims[:MOST_CLAIMS]
        if not found:
            return Score(None, "The answer claims nothing, says the judge.", details)
        unheld = [each.claim[:500] for each in found if not each.is_held]
        why = f"Not held: {unheld[0][:300]}" if unheld else ""
        return Score(1 - len(unheld) / len(found), why, {**details, "n_claims": len(found), "unheld": unheld[:5]})
