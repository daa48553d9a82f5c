"""What measuring does when a part of what it measures gives up."""

from modelyard.chat.answering.answer import Answer
from modelyard.chat.passages import Evidence, Passage, Retrieved
from modelyard.chat.quality.measuring import Subject, measure
from modelyard.chat.quality.questions import Asked
from modelyard.chat.quality.scores import figures
from modelyard.chat.quality.truth import Place, Truth
from modelyard.llm.client import Answered
from modelyard.llm.errors import BudgetReached, LlmUnavailable
from modelyard.llm.provider import Message, Usage, Wish

ASKED = [
    Asked(id=f"q{n}", origin="written", question=f"Question {n}?", answer="this", document_key="a.md") for n in range(6)
]
TRUTHS = {each.id: Truth((Place("d"),)) for each in ASKED}
PASSAGE = Passage((1,), "d", "h", "A", (), None, None, 0, 9, "so it is.", 1.0, 1, 1)
FOUND = Retrieved("q", "en", (PASSAGE,), Evidence(1.0, 1.0, 0.9, 0.1), (), 0.01)


def found(question: str) -> Retrieved:
    return FOUND


def answered(question: str) -> Answer:
    return Answer(FOUND, "llm", text="So it is.", seconds=0.5, usage=Usage(10, 5, 0.001))


class Penniless:
    """An LLM whose owner has no budget left."""

    n_asked = 0

    def complete_text(self, messages: list[Message], wish: Wish | None = None) -> Answered:
        self.n_asked += 1
        raise BudgetReached("The budget of this month is spent.")


def subject(**changes: object) -> Subject:
    known = {"find": found, "answer": answered, "text_of": lambda *_: None, "strength": lambda _: 0.9}
    return Subject(**{**known, "supported_from": 0.6, **changes})  # type: ignore[arg-type]


def test_a_budget_that_ends_stops_the_answers_and_not_the_searches() -> None:
    def spent(question: str) -> Answer:
        if question == "Question 2?":
            raise BudgetReached("The budget of this month is spent.")
        return answered(question)

    progress = measure(subject(answer=spent), ASKED, TRUTHS, go_on=lambda n: True)
    assert progress.stopped == "The budget of this month is spent."
    assert [each.outcome for each in progress.results] == ["answered"] * 2 + ["failed"] + ["not asked"] * 3
    scored = figures(progress.results)
    assert (scored["hit_at_1"].value, scored["hit_at_1"].n) == (1, 6)
    assert (scored["answered"].n, scored["answered"].n_not_scorable) == (2, 4)


def test_a_judge_without_budget_is_not_asked_again() -> None:
    judge = Penniless()
    progress = measure(subject(judge=judge), ASKED, TRUTHS, go_on=lambda n: True)
    assert judge.n_asked == 1
    assert figures(progress.results)["judged"].why_not == {"The budget of this month is spent.": 6}


def test_one_failure_between_answers_is_one_failure() -> None:
    def flaky(question: str) -> Answer:
        if question in ("Question 1?", "Question 3?"):
            raise LlmUnavailable("It broke off.")
        return answered(question)

    progress = measure(subject(answer=flaky), ASKED, TRUTHS, go_on=lambda n: True)
    assert (progress.stopped, [each.outcome for each in progress.results].count("failed")) == (None, 2)


def test_a_search_that_fails_is_not_scored_as_a_miss() -> None:
    def broken(question: str) -> Retrieved:
        raise LlmUnavailable("The index does not answer.")

    scored = figures(measure(subject(find=broken), ASKED, TRUTHS, go_on=lambda n: True).results)
    assert (scored["hit_at_1"].value, scored["hit_at_1"].n_not_scorable) == (None, 6)


def test_somebody_may_stop_it() -> None:
    progress = measure(subject(), ASKED, TRUTHS, go_on=lambda n: n < 2)
    assert [each.id for each in progress.results] == ["q0", "q1"]
