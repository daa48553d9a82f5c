"""An attempt is asked, scored, kept and compared; what is missing is asked later, and nothing twice."""

from dataclasses import replace
from datetime import timedelta

import psutil
import pytest

from modelyard.experiments import starting
from modelyard.experiments.document import Limits
from modelyard.experiments.tables import ExperimentAnswer
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Invalid
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import change_llm
from modelyard.runs.drive import drive
from modelyard.runs.verbs import list_runs
from tests.experiments.running.asking import CAPITALS, Asking
from tests.llm.stub import Stub, serving

MANY = [(f"Land {number:02}", f"City {number:02}") for number in range(24)]


@pytest.mark.postgres
def test_every_answer_is_kept_with_its_score(asking: Asking) -> None:
    attempt = asking.run({"llms": [{"llm": asking.llm()}], "repeats": 2})
    assert (attempt.state, attempt.n_samples, attempt.n_planned, attempt.n_done, attempt.n_failed) == (
        *("succeeded", 4, 8, 8, 0),
    )
    answers = asking.answers(attempt)
    assert [each.scores["exact_match"]["value"] for each in answers] == [1, 1, 1, 1, 0, 0, 1, 1]
    assert answers[0].text == "Paris."
    assert answers[0].details["prompt"][0]["text"].endswith("Question: What is the capital of France?\nAnswer:")
    assert answers[4].scores["exact_match"]["why"] == "Expected 'Lima'."
    assert attempt.results_hash is not None
    standing = attempt.running["configurations"][0]
    assert (standing["score"], standing["n_scored"]) == (0.75, 8)
    assert attempt.n_input_tokens == sum(each.n_input_tokens for each in answers) > 0


@pytest.mark.postgres
def test_a_spent_budget_stops_and_a_larger_one_goes_on(asking: Asking) -> None:
    document = {"llms": [{"llm": asking.llm()}], "parameters": {"max_tokens": [5]}, "pace": {"concurrency": 1}}
    stopped = asking.run({**document, "budget": {"tokens": 90}})
    assert stopped.state == "stopped"
    assert stopped.error is not None
    assert stopped.error.startswith("The budget of 90 tokens is spent")
    assert stopped.n_input_tokens + stopped.n_output_tokens <= 90
    before = {(each.place, each.created_at) for each in asking.answers(stopped)}
    assert 0 < len(before) < 4
    whole = asking.resumed(stopped, budget=Limits(tokens=10_000))
    assert (whole.state, whole.n_done, whole.error) == ("succeeded", 4, None)
    assert before < {(each.place, each.created_at) for each in asking.answers(whole)}
    with pytest.raises(Conflict, match="has every answer"):
        asking.resumed(whole)


def test_known_answers_are_used_again_but_never_for_repeats(asking: Asking, yard: Yard, owner: Actor) -> None:
    document = {"llms": [{"llm": asking.llm()}], "repeats": 2}
    first = asking.run(document)
    again = asking.run({**document, "scorers": [{"kind": "exact_match"}, {"kind": "exact_match", "label": "twice"}]})
    assert (first.n_reused, again.n_reused, again.n_done) == (0, 4, 8)
    answers = asking.answers(again)
    assert [each.reused_from for each in answers] == [first.id, None] * 4
    assert [each.scores["twice"]["value"] for each in answers] == [1, 1, 1, 1, 0, 0, 1, 1]
    assert again.n_input_tokens == first.n_input_tokens // 2
    assert asking.run({**document, "reuse": False}).n_reused == 0
    assert asking.run({**document, "parameters": {"temperature": [0.5]}}).n_reused == 0


@pytest.mark.postgres
def test_a_killed_process_loses_nothing_and_asks_little_twice(asking: Asking) -> None:
    llm = asking.llm(seconds_to_first=0.05)
    attempt = asking.start({"llms": [{"llm": llm}], "pace": {"concurrency": 3}}, MANY)
    before: list[ExperimentAnswer] = []

    def kill() -> None:
        for child in psutil.Process().children():
            if "modelyard.runs.child" in " ".join(child.cmdline()):
                child.kill()
                child.wait()
        before.extend(asking.answers(attempt))

    ended = asking.interrupted(attempt, kill, after=5)
    assert (ended.state, ended.n_done, ended.n_failed) == ("succeeded", 24, 0)
    assert 5 <= len(before) < 24
    kept = {(each.place, each.created_at) for each in before}
    assert kept < {(each.place, each.created_at) for each in asking.answers(ended)}


def test_cancelled_answers_stay_and_are_compared(asking: Asking, yard: Yard, owner: Actor) -> None:
    attempt = asking.start({"llms": [{"llm": asking.llm(seconds_to_first=0.05)}], "pace": {"concurrency": 2}}, MANY)

    def cancel() -> None:
        with yard.context(owner) as ctx:
            starting.cancel_attempt(ctx, attempt.experiment_id, attempt.number)

    cancelled = asking.interrupted(attempt, cancel, after=4)
    assert cancelled.state == "cancelled"
    assert 4 <= cancelled.n_done == len(asking.answers(cancelled)) < 24
    with yard.context(owner) as ctx:
        (comparing,) = list_runs(ctx, kind="compare_attempt", subject=attempt.experiment_id)
    assert drive(yard, comparing.id).state == "succeeded"
    assert asking.attempt(attempt.id).results_hash is not None
    whole = asking.resumed(cancelled)
    assert (whole.state, whole.n_done) == ("succeeded", 24)


def test_stopped_early_keeps_and_compares_what_there_is(asking: Asking, yard: Yard, owner: Actor) -> None:
    attempt = asking.start({"llms": [{"llm": asking.llm(seconds_to_first=0.2)}], "pace": {"concurrency": 2}}, MANY)

    def finish() -> None:
        with yard.context(owner) as ctx:
            starting.finish_attempt(ctx, attempt.experiment_id, attempt.number)

    ended = asking.interrupted(attempt, finish, after=2)
    assert ended.state == "stopped"
    assert (ended.error or "").startswith("Somebody stopped it early")
    assert 2 <= ended.n_done < 24
    assert ended.results_hash is not None


def test_a_failed_sample_is_a_row_and_is_asked_again(asking: Asking) -> None:
    with serving() as stub:
        stub.behaviours = ["half", "fine"]
        stub.words = ["Rome"]
        llm = _stubbed(asking, stub)
        failed = asking.run({"llms": [{"llm": llm}], "pace": {"concurrency": 1, "patience_seconds": 0}})
        assert (failed.state, failed.n_done, failed.n_failed) == ("succeeded", 4, 1)
        row = next(each for each in asking.answers(failed) if each.ended == "error")
        assert (row.error_kind, row.scores, row.content_digest) == ("no answer", {}, None)
        assert failed.running["configurations"][0]["errors"] == {"no answer": 1}
        whole = asking.resumed(failed)
        assert (whole.state, whole.n_failed, len(stub.asked)) == ("succeeded", 0, 5)


def test_a_busy_provider_costs_its_time_and_not_the_answers(asking: Asking) -> None:
    with serving() as stub:
        stub.behaviours = ["429"] * 4 + ["fine"]
        stub.retry_after = "1"
        attempt = asking.run({"llms": [{"llm": _stubbed(asking, stub)}], "pace": {"concurrency": 4}})
        # The pause is one for all, and one request tries before the others follow.
        assert (attempt.n_done, attempt.n_failed, len(stub.asked)) == (4, 0, 8)
        assert all(each.seconds < 1 for each in asking.answers(attempt))


def test_a_provider_that_hangs_fails_its_answer(yard: Yard, owner: Actor) -> None:
    quick = yard.settings.model_copy(update={"llm_first_piece_timeout": timedelta(seconds=0.2)})
    asking = Asking(replace(yard, settings=quick), owner)
    attempt = asking.run({"llms": [{"llm": asking.llm(seconds_to_first=30)}]})
    assert (attempt.state, attempt.n_failed) == ("succeeded", 4)
    assert {each.error_kind for each in asking.answers(attempt)} == {"took too long"}


def test_a_private_address_is_never_asked_where_the_yard_does_not_allow_it(yard: Yard, owner: Actor) -> None:
    with serving() as stub:
        llm = _stubbed(Asking(yard, owner), stub)
        closed = yard.settings.model_copy(update={"allow_private_addresses": False})
        asking = Asking(replace(yard, settings=closed), owner)
        attempt = asking.run({"llms": [{"llm": llm}], "pace": {"patience_seconds": 0}})
        assert stub.asked == []
    assert attempt.n_failed == attempt.n_done > 0
    assert all("not a public address" in (each.error or "") for each in asking.answers(attempt))


def test_a_refused_key_is_not_tried_for_every_sample(asking: Asking) -> None:
    attempt = asking.run({"llms": [{"llm": asking.llm(fail="401")}], "pace": {"concurrency": 1}})
    assert (attempt.state, attempt.n_done, attempt.n_failed) == ("stopped", 1, 1)
    assert "refuses the key" in (attempt.error or "")


def test_one_sample_and_an_answer_of_a_megabyte(asking: Asking) -> None:
    long = "x" * 1_000_000
    attempt = asking.run({"llms": [{"llm": asking.llm(otherwise=long)}]}, CAPITALS[3:])
    (answer,) = asking.answers(attempt)
    assert (answer.text, attempt.state, attempt.n_done) == (long, "succeeded", 1)
    assert attempt.running["configurations"][0]["interval"] is None


def test_a_budget_in_usd_needs_prices(asking: Asking) -> None:
    llm = asking.llm(kind="openai", base_url="http://127.0.0.1:9/v1", model="nobody-knows", lines=None)
    with pytest.raises(Invalid, match="Nobody knows what Scripted costs"):
        asking.start({"llms": [{"llm": llm}], "budget": {"usd": 1}})


def test_an_llm_that_was_changed_is_another(asking: Asking, yard: Yard, owner: Actor) -> None:
    llm = asking.llm(fail="401")
    stopped = asking.run({"llms": [{"llm": llm}], "pace": {"concurrency": 1}})
    with yard.context(owner) as ctx:
        change_llm(ctx, llm, provider={"kind": "scripted", "otherwise": "Paris"})
    with pytest.raises(Conflict, match="was changed since this attempt started"):
        asking.resumed(stopped)


def test_one_attempt_at_a_time_beside_the_earlier_ones(asking: Asking, yard: Yard, owner: Actor) -> None:
    first = asking.run({"llms": [{"llm": asking.llm()}]})
    with yard.context(owner) as ctx:
        second = starting.start_attempt(ctx, first.experiment_id, limit=2)
        with pytest.raises(Conflict, match="Attempt 2 of this experiment is queued"):
            starting.start_attempt(ctx, first.experiment_id)
    ended = asking.ended(second)
    assert (ended.number, ended.n_samples, ended.n_reused) == (2, 2, 2)
    assert len(asking.answers(first)) == 4


def _stubbed(asking: Asking, stub: Stub) -> str:
    return asking.llm(kind="openai", model="stub", base_url=f"{stub.url}/v1", lines=None)


def test_scores_that_a_spent_budget_left_out_are_made_later(asking: Asking) -> None:
    judge = asking.llm("Judge", lines=None, otherwise='{"why": "It is so.", "verdict": "right"}')
    document = {
        "llms": [{"llm": asking.llm()}],
        "parameters": {"max_tokens": [5]},
        "pace": {"concurrency": 1},
        "scorers": [{"kind": "exact_match"}, {"kind": "judge", "judge": judge}],
    }
    stopped = asking.run({**document, "budget": {"tokens": 500}})  # enough for answers, too little for a judge
    (first,) = asking.answers(stopped)
    assert (stopped.state, list(first.scores)) == ("stopped", ["exact_match"])
    whole = asking.resumed(stopped, budget=Limits(tokens=100_000))
    answers = asking.answers(whole)
    assert (whole.state, whole.n_done) == ("succeeded", 4)
    assert first.created_at in {each.created_at for each in answers}
    assert [each.scores["judge"]["value"] for each in answers] == [1.0] * 4
    assert whole.running["configurations"][0]["n_scored"] == 4
    assert whole.n_scoring_tokens > 0


def test_a_judge_that_rambles_is_cut_and_has_not_scored(asking: Asking) -> None:
    with serving() as stub:
        stub.behaviours, stub.words = ["cut"], ["The answer", " is right,", " because"]
        judge = asking.llm("Judge", kind="openai", model="stub", base_url=f"{stub.url}/v1", lines=None)
        scorers = [{"kind": "exact_match"}, {"kind": "judge", "judge": judge, "max_tokens": 60}]
        attempt = asking.run({"llms": [{"llm": asking.llm()}], "scorers": scorers}, CAPITALS[:1])
    (answer,) = asking.answers(attempt)
    asked = stub.asked[0]
    assert asked.get("max_completion_tokens", asked.get("max_tokens")) == 60
    assert answer.scores["exact_match"]["value"] == 1
    assert answer.scores["judge"]["value"] is None
    assert answer.scores["judge"]["why"].startswith("The judge came to no end in 60 tokens: 'The answer is right")
