"""What an LLM thinks of an answer, by a rubric."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.reading.judging import digest_of, judge_tokens, judged
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NO_ANSWER_STATED, NotJson, Score, Scorer, ScoringDesk, Where, said_in
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter

RUBRIC = """\
Compare the answer with the expected one.
Right: it says the same, in whatever words, and nothing that contradicts it.
Partly: it says some of it, or says it beside something that is wrong.
Wrong: it says something else, or does not answer."""
_TASK = "You judge the answer to a question by this rubric:\n\n{rubric}\n\n{form}"
_FORMS = {
    "right_partly_wrong": "`why` is one short sentence, `verdict` is `right`, `partly` or `wrong`.",
    "one_to_five": "`why` is one short sentence, `verdict` a whole number from 1 (the worst) to 5 (the best).",
}
_VALUES = {"right": 1.0, "partly": 0.5, "wrong": 0.0}


class InWords(BaseModel):
    """A verdict in words; the reason is said first, so that it is no excuse."""

    model_config = ConfigDict(extra="ignore")

    why: str
    verdict: Literal["right", "partly", "wrong"]


class InPoints(BaseModel):
    """A verdict in points."""

    model_config = ConfigDict(extra="ignore")

    why: str
    verdict: Literal[1, 2, 3, 4, 5]


class Judge(Scorer):
    """What an LLM thinks of the answer, by a rubric of your own words.

    The judge sees the question, the expected answers (if wished) and one answer, in this order; it never sees two
    answers at once, nor whose it is, so that no place is favoured. It must give its reason and a verdict: right 1,
    partly 0.5, wrong 0; or points from 1 to 5, as 0, 0.25 … 1. A judge that answers anything else has not scored. Each
    score says which LLM judged by which rubric; label some answers by hand to see how far the judge can be trusted.
    """

    kind: Literal["judge"] = "judge"
    judge: str = Parameter(min_length=1, max_length=64, widget="llm", description="Id of the LLM that judges.")
    rubric: str = Parameter(RUBRIC, min_length=1, max_length=10_000, description="What is right, and what is wrong.")
    scale: Literal["right_partly_wrong", "one_to_five"] = Parameter(
        "right_partly_wrong", description="Which verdicts there are."
    )
    sees_expected: bool = Parameter(True, description="Whether the judge is shown the expected answers.")
    where: Where = Parameter("answer", description="Whether the answer is judged, or everything that was said.")
    max_tokens: int = judge_tokens(512)

    title: ClassVar[str] = "LLM judge"
    icon: ClassVar[str] = "gavel"
    group: ClassVar[str] = "judges"
    is_share: ClassVar[bool] = False
    needs_answer: ClassVar[bool] = False

    @property
    def llm(self) -> str:
        """Return the judge."""
        return self.judge

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return the verdict as a number from 0 to 1."""
        if self.sees_expected and not sample.answers:
            return Score.not_scorable(NO_ANSWER_STATED)
        said = said_in(answer, self.where)
        if not said.strip():
            return Score(0.0, "Nothing was answered.")
        expected = {"expected": "\n".join(sample.answers)} if self.sees_expected else {}
        shown = {"question": sample.question, **expected, "answer": said}
        task = _TASK.format(rubric=self.rubric, form=_FORMS[self.scale])
        details = {"judge": self.judge, "rubric": digest_of(self.rubric), "shown": list(shown)}
        shape: type[InWords | InPoints] = InPoints if self.scale == "one_to_five" else InWords
        try:
            verdict = await judged(desk, self.judge, task, shown, shape, max_tokens=self.max_tokens)
        except NotJson as error:
            return Score(None, str(error), details)
        found = verdict.verdict
        value = (found - 1) / 4 if isinstance(found, int) else _VALUES[found]
        return Score(value, verdict.why[:1000], {**details, "verdict": found})
