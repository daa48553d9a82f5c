"""What an attempt came to: every row, pair and group, and what is said where something is missing."""

import json

import pytest
from fastapi.testclient import TestClient

from modelyard.access.verbs import create_user
from modelyard.experiments.comparing.compare import front
from modelyard.experiments.comparing.document import ConfigurationResult, ExperimentResults
from modelyard.experiments.comparing.verbs import compare_attempts, results_json, results_of, score_table_of
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, Invalid
from modelyard.kernel.yard import Yard
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, failed, keep_attempt, keep_recorded, sample


@pytest.mark.postgres
def test_the_recorded_experiment_is_compared(ctx: Context) -> None:
    attempt = keep_recorded(ctx)
    found = results_of(ctx, attempt.experiment_id)
    naive, cot = found.configurations
    (scorer,) = found.scorers
    assert (found.n_samples, found.n_groups, found.is_whole) == (1250, 5, True)
    assert (naive.n_answers, naive.n_failed, naive.n_input_tokens, cot.n_output_tokens) == (1250, 0, 25_000, 12_500)
    assert (naive.usd, naive.usd_per_answer) == (pytest.approx(1.25), pytest.approx(0.001))
    assert naive.seconds is not None
    assert (naive.seconds.p50.value, naive.seconds.p99.low) == (0.5, 0.5)
    assert naive.answers_per_second == pytest.approx(1250 / 1249.5)
    (pair,) = scorer.pairs
    assert (pair.n_only_first, pair.n_only_second) == (72, 352)
    assert (scorer.best, scorer.not_worse, scorer.cheapest_not_worse) == (1, [1], 1)
    assert pair.p_holm is not None
    assert pair.p_holm < 1e-10
    assert "cot is better than naive by 22.4 points" in pair.told
    turned = [each.name for each in scorer.groups if each.n_reversals]
    assert turned == ["word_sorting"]
    assert [each.n_samples for each in scorer.groups] == [250] * 5


def test_failed_missing_and_unscorable_answers_are_told_apart(ctx: Context) -> None:
    samples = [sample(place) for place in range(30)]
    good = [answer(0, place, 1.0) for place in range(28)] + [answer(0, 28, None), failed(0, 29)]
    half = [answer(1, place, float(place % 2), cost_usd=None) for place in range(20)]
    attempt = keep_attempt(ctx, ["a", "b"], samples, good + half)
    found = results_of(ctx, attempt.experiment_id)
    a, b = found.configurations
    score = a.scores["exact_match"]
    assert score.estimate is not None
    assert (score.estimate.value, score.estimate.n, score.n_not_scorable) == (1.0, 28, 1)
    assert score.not_scorable == {"Expected 'yes'.": 1}
    assert score.value_with_failures == pytest.approx(28 / 29)
    assert (a.errors, a.n_failed, b.n_missing) == ({"timeout": 1}, 1, 10)
    assert (b.usd, b.usd_per_answer, b.n_unknown_cost) == (None, None, 20)  # unknown is not 0
    assert found.scorers[0].pairs[0].n == 20
    assert any("failed" in note for note in found.notes)
    assert any("not asked for" in note for note in found.notes)
    assert b"NaN" not in results_json(ctx, attempt.experiment_id)


def test_two_configurations_without_common_samples_are_said_not_to_compare(ctx: Context) -> None:
    samples = [sample(place) for place in range(4)]
    attempt = keep_attempt(ctx, ["a", "b"], samples, [answer(place // 2, place, 1.0) for place in range(4)])
    (pair,) = results_of(ctx, attempt.experiment_id).scorers[0].pairs
    assert (pair.difference, pair.p_holm, pair.is_certain) == (None, None, False)
    assert "no sample in common" in pair.told


def test_one_sample_and_no_answer_at_all_are_compared_too(ctx: Context) -> None:
    one = keep_attempt(ctx, ["a", "b"], [sample(0)], [answer(0, 0, 1.0), answer(1, 0, 0.0)])
    none = keep_attempt(ctx, ["a", "b"], [sample(0)], [])
    (pair,) = results_of(ctx, one.experiment_id).scorers[0].pairs
    assert (pair.n, pair.p_value, pair.is_certain) == (1, 1.0, False)
    empty = results_of(ctx, none.experiment_id)
    assert (empty.scorers[0].best, empty.configurations[0].seconds) == (None, None)


def test_the_cheapest_that_is_not_worse_is_found(ctx: Context) -> None:
    samples = [sample(place) for place in range(200)]
    values = {0: lambda place: float(place % 20 != 0), 1: lambda place: float(place % 25 != 0), 2: lambda _place: 0.0}
    answers = [
        answer(at, place, value(place), cost_usd=(0.002, 0.02, 0.0001)[at])
        for at, value in values.items()
        for place in range(200)
    ]
    (scorer,) = results_of(ctx, keep_attempt(ctx, ["small", "large", "tiny"], samples, answers).experiment_id).scorers
    assert (scorer.best, scorer.not_worse, scorer.cheapest_not_worse) == (1, [1, 0], 0)
    assert scorer.cheapest_why.startswith("It costs 90% less")
    assert scorer.cost_front == [2, 0, 1]


def test_identical_configurations_have_a_p_value_of_one(ctx: Context) -> None:
    samples = [sample(place) for place in range(10)]
    answers = [answer(at, place, float(place % 2)) for at in (0, 1) for place in range(10)]
    (pair,) = results_of(ctx, keep_attempt(ctx, ["a", "b"], samples, answers).experiment_id).scorers[0].pairs
    assert (pair.difference, pair.low, pair.high, pair.p_value, pair.p_holm) == (0, 0, 0, 1, 1)


def test_attempts_are_compared_on_the_samples_that_all_of_them_asked(ctx: Context) -> None:
    first = keep_attempt(ctx, ["a"], [sample(p) for p in range(20)], [answer(0, p, 1.0) for p in range(20)])
    moved = [sample(p, question=f"Question {p + 5}?") | {"sample_id": f"s{p + 5:05d}"} for p in range(20)]
    second = keep_attempt(ctx, ["a"], moved, [answer(0, p, float(p >= 3)) for p in range(20)], name="Another")
    found = compare_attempts(ctx, [(first.experiment_id, 1), (second.experiment_id, None)])
    (pair,) = found.scorers[0].pairs
    assert (found.n_samples, pair.n, pair.n_only_first, pair.n_only_second) == (15, 15, 3, 0)
    assert [each.name for each in found.configurations] == ["Which is better? #1 · a", "Another #1 · a"]
    assert "15 samples that all of them asked" in found.notes[0]
    again = keep_attempt(ctx, ["a"], [sample(0)], [answer(0, 0, 1.0)], name="Another")
    again.experiment_id, again.number = second.experiment_id, 2
    ctx.session.flush()
    own = compare_attempts(ctx, [(second.experiment_id, 1), (second.experiment_id, 2)])
    assert [each.name for each in own.configurations] == ["Attempt 1 · a", "Attempt 2 · a"]
    strangers = keep_attempt(ctx, ["a"], [sample(0, question="Else?")], [answer(0, 0, 1.0)])
    apart = compare_attempts(ctx, [(first.experiment_id, 1), (strangers.experiment_id, 1)])
    assert "no sample in common" in apart.notes[0]
    with pytest.raises(Invalid, match="Name 2 to 6"):
        compare_attempts(ctx, [(first.experiment_id, 1), (first.experiment_id, 1)])


def test_while_it_runs_the_answers_that_are_there_are_compared(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = keep_recorded(ctx, is_compared=False)
    attempt.state = "running"
    found = results_of(ctx, attempt.experiment_id)
    assert found.scorers[0].pairs[0].n_only_second == 352
    monkeypatch.setattr("modelyard.experiments.comparing.verbs.MOST_ON_DEMAND", 100)
    with pytest.raises(Conflict, match="not compared yet"):
        results_of(ctx, attempt.experiment_id)


def test_the_stored_scores_are_those_of_the_rows(ctx: Context) -> None:
    attempt = keep_recorded(ctx)
    stored = score_table_of(ctx, attempt)
    attempt.scores_hash = None
    made = score_table_of(ctx, attempt)
    assert (stored.configurations, stored.scorers, stored.group_names) == (
        made.configurations,
        made.scorers,
        made.group_names,
    )
    assert (stored.keys == made.keys).all()
    assert (stored.scores["exact_match"] == made.scores["exact_match"]).all()


def test_no_other_person_sees_results(yard: Yard, ctx: Context) -> None:
    attempt = keep_recorded(ctx)
    create_user(ctx, email="other@example.org", password="a long enough sentence", name="Other")
    ctx.session.commit()
    address = f"/api/v1/experiments/{attempt.experiment_id}/attempts/1/results"
    with TestClient(application_over(yard)) as client:
        assert client.get(address).status_code == 401
        sign_in(yard, client)
        mine = client.get(address)
        assert ExperimentResults.model_validate(mine.json()).n_samples == 1250
        planned = client.get("/api/v1/experiments/sample-size", params={"effect": 0.05, "baseline": 0.7}).json()
        assert "5-point difference" in planned["told"]
        wrong = client.get("/api/v1/experiments/compare", params={"with": "ex_1:x"})
        assert (wrong.status_code, json.loads(wrong.text)["fields"][0]["path"]) == (422, ["with"])
    with TestClient(application_over(yard)) as other:
        sign_in(yard, other, email="other@example.org")
        assert other.get(address).status_code == 404


def test_a_speed_that_nobody_can_state_says_why(ctx: Context) -> None:
    answers = [answer(0, 0, 1.0, reused_from="at_1"), answer(2, 0, 1.0, seconds=0.0), answer(3, 0, 1.0)]
    attempt = keep_attempt(ctx, ["reused", "unasked", "at once", "asked"], [sample(0)], answers)
    rows = results_of(ctx, attempt.experiment_id).configurations
    assert [each.no_speed for each in rows] == ["reused", "unanswered", "instant", None]
    assert [each.answers_per_second is None for each in rows] == [True, True, True, False]
    other = keep_attempt(ctx, ["asked"], [sample(0)], [answer(0, 0, 1.0)])
    both = compare_attempts(ctx, [(attempt.experiment_id, 1), (other.experiment_id, 1)])
    assert {each.no_speed for each in both.configurations} == {"untimed", "unanswered"}


def test_the_front_has_what_nothing_else_beats() -> None:
    def row(place: int, score: float, usd: float | None) -> ConfigurationResult:
        return ConfigurationResult.model_construct(place=place, tokens_per_second=score, usd=usd)

    rows = [row(0, 0.5, 1.0), row(1, 0.7, 2.0), row(2, 0.6, 3.0), row(3, 0.7, 2.0), row(4, 0.9, None)]
    assert front(rows, lambda each: each.tokens_per_second, lambda each: each.usd) == [0, 1, 3]
