"""What people say of answers, also without knowing whose they are, and how scorers agree with them."""

import numpy as np
import pytest
from fastapi.testclient import TestClient
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score

from modelyard.access.verbs import create_user
from modelyard.experiments.labels.agreement import FEWEST, agreement_of
from modelyard.experiments.labels.blind import shuffled
from modelyard.experiments.labels.verbs import agreements, blind_queue, delete_label, labels_of, put_label
from modelyard.experiments.tables import Label
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.yard import Yard
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, failed, keep_attempt, sample


def test_agreement_is_as_scikit_learn_computes_it_and_its_interval_holds() -> None:
    generator = np.random.default_rng(0)
    label = generator.random(400) < 0.6
    score = np.where(generator.random(400) < 0.85, label, ~label)
    found = agreement_of(list(zip(score.astype(float), label.astype(float), strict=True)))
    assert found.kappa == pytest.approx(cohen_kappa_score(score, label))
    assert found.agreement == pytest.approx((score == label).mean())
    places = generator.integers(0, 400, (2000, 400))
    drawn = [cohen_kappa_score(score[at], label[at]) for at in places[:300]]
    assert found.kappa_interval is not None
    assert found.kappa_interval == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.03)
    assert found.n_only_first == int((score & ~label).sum())


def test_ranks_are_correlated_as_scipy_does_where_somebody_says_more_than_right_and_wrong() -> None:
    generator = np.random.default_rng(1)
    truth = generator.normal(size=300)
    label = np.clip(np.round(truth + generator.normal(size=300)), -1, 1) / 2 + 0.5
    score = np.clip(np.round(truth + generator.normal(size=300)), -2, 2) / 4 + 0.5
    pairs = list(zip(score.tolist(), label.tolist(), strict=True))
    found = agreement_of(pairs)
    assert found.spearman == pytest.approx(spearmanr(score, label).statistic)
    drawn = [spearmanr(score[at], label[at]).statistic for at in generator.integers(0, 300, (300, 300))]
    assert found.spearman_interval == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.03)
    assert agreement_of([(float(a > 0.5), float(b > 0.5)) for a, b in pairs]).spearman is None
    assert agreement_of([(0.5, b) for _, b in pairs]).spearman is None
    assert agreement_of([(b, b) for _, b in pairs]).spearman_interval is None


def test_people_are_held_against_each_other_on_what_both_labelled(yard: Yard, ctx: Context) -> None:
    samples = [sample(place) for place in range(12)]
    attempt = keep_attempt(ctx, ["a"], samples, [answer(0, place, 1.0) for place in range(12)])
    other = create_user(ctx, email="lan@example.org", name="Lan", password="correct horse battery staple")
    for place in range(12):
        put_label(ctx, attempt, (0, place, 0), float(place % 2))
        if place < 11:
            row = Label(attempt_id=attempt.id, configuration=0, place=place, repeat=0, labeller_id=other.id)
            row.value, row.created_at = float(place % 2 or place == 0), ctx.clock()
            ctx.session.add(row)
    ctx.session.flush()
    ((*names, found),) = agreements(ctx, attempt.experiment_id, 1).labellers
    assert "Lan" in names
    assert (found.n, found.agreement) == (11, pytest.approx(10 / 11))
    assert found.kappa == pytest.approx(
        cohen_kappa_score([p % 2 for p in range(11)], [1, *(p % 2 for p in range(1, 11))])
    )


def test_too_few_labels_and_equal_verdicts_say_so() -> None:
    few = agreement_of([(1.0, 1.0)] * (FEWEST - 1))
    equal = agreement_of([(1.0, 1.0)] * 20)
    assert (few.agreement, few.why) == (None, "Too few: label 1 more answer that it scored.")
    assert (equal.agreement, equal.kappa) == (1.0, None)
    assert "no agreement to measure" in equal.why


@pytest.mark.postgres
def test_labels_are_put_changed_taken_back_and_compared_with_scorers(ctx: Context) -> None:
    samples = [sample(place) for place in range(12)]
    answers = [answer(0, place, float(place % 2)) for place in range(11)]
    attempt = keep_attempt(ctx, ["a"], samples, [*answers, failed(0, 11)])
    for place in range(11):
        put_label(ctx, attempt, (0, place, 0), float(place % 2))
    put_label(ctx, attempt, (0, 1, 0), 0.0, note="Not quite.")
    found = agreements(ctx, attempt.experiment_id, 1)
    ((name, _title, agreement),) = found.scorers
    assert (name, found.n_labelled, agreement.n, agreement.n_only_first) == ("exact_match", 11, 11, 1)
    assert agreement.agreement == pytest.approx(10 / 11)
    delete_label(ctx, attempt, (0, 1, 0))
    delete_label(ctx, attempt, (0, 1, 0))
    assert len(labels_of(ctx, attempt)) == 10
    with pytest.raises(NotFound):
        put_label(ctx, attempt, (0, 11, 0), 1.0)  # it failed: there is nothing to judge


def test_the_blind_queue_does_not_say_whose_answers_they_are(yard: Yard, owner: Actor) -> None:
    samples = [sample(place) for place in range(8)]
    answers = [answer(at, place, 1.0, text=f"It is {place}.") for at in range(3) for place in range(8)]
    with yard.context(owner) as ctx:
        attempt = keep_attempt(ctx, ["a", "b", "c"], samples, answers)
        attempt_id, experiment_id = attempt.id, attempt.experiment_id
    orders = {tuple(shuffled(attempt_id, place, 3)) for place in range(8)}
    assert len(orders) > 1
    address = f"/api/v1/experiments/{experiment_id}/attempts/1"
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        queue = client.get(f"{address}/labels/queue").json()
        assert (len(queue["items"]), queue["n_left"]) == (20, 24)
        assert not any("configuration" in each for each in queue["items"])
        one = queue["items"][0]
        named = {name: one[name] for name in ("place", "slot", "repeat")}
        assert client.put(f"{address}/labels/blind", json={**named, "value": 1}).status_code == 204
        assert client.put(f"{address}/labels/blind", json={**named, "slot": 9, "value": 1}).status_code == 404
        assert client.put(f"{address}/labels/0/0/0", json={"value": 2}).status_code == 422
        (label,) = client.get(f"{address}/labels").json()["items"]
        agreement = client.get(f"{address}/agreement").json()
    assert label["configuration"] == shuffled(attempt_id, one["place"], 3)[one["slot"]]
    assert label["is_blind"]
    assert (agreement["n_blind"], agreement["scorers"][0]["n"]) == (1, 1)
    with yard.context(owner) as later:
        left = blind_queue(later, experiment_id, 1, limit=100)
    assert (left.n_left, left.n_labelled) == (23, 1)
