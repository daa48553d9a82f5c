"""Scores are scikit-learn's, intervals hold what they say, and weights never make the best member worse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss, mean_absolute_error, roc_auc_score
from sklearn.metrics import root_mean_squared_error as rmse

from modelyard.models.automl.scoring import MetricName, loss, metric_for, metric_problem, score
from modelyard.models.automl.weights import greedy_weights


def probabilities(chance: np.random.Generator, actual: np.ndarray, n_classes: int, noise: float) -> np.ndarray:
    raw = np.eye(n_classes)[actual] + chance.random((len(actual), n_classes)) * noise
    return raw / raw.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_scikit_learn(seed: int) -> None:
    chance = np.random.default_rng(seed)
    two, three = chance.integers(0, 2, 300), chance.integers(0, 3, 300)
    p2, p3 = probabilities(chance, two, 2, 4.0).round(2), probabilities(chance, three, 3, 3.0)
    assert score("roc_auc", two, p2).value == pytest.approx(roc_auc_score(two, p2[:, 1]), abs=1e-12)
    assert score("log_loss", three, p3).value == pytest.approx(log_loss(three, p3), abs=1e-12)
    assert score("accuracy", three, p3).value == accuracy_score(three, p3.argmax(axis=1))
    expected = balanced_accuracy_score(three, p3.argmax(axis=1))
    assert score("balanced_accuracy", three, p3).value == pytest.approx(expected, abs=1e-12)
    numbers, guess = chance.normal(size=300), chance.normal(size=300)
    assert score("rmse", numbers, guess).value == pytest.approx(rmse(numbers, guess), abs=1e-12)
    assert score("mae", numbers, guess).value == pytest.approx(mean_absolute_error(numbers, guess), abs=1e-12)


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss", "accuracy", "balanced_accuracy", "rmse", "mae"])
def test_intervals_hold_the_score_of_many_rows_19_times_of_20(metric: MetricName) -> None:
    chance = np.random.default_rng(1)

    def drawn(n: int) -> tuple[np.ndarray, np.ndarray]:
        if metric in ("rmse", "mae"):
            actual = chance.normal(size=n)
            return actual, actual + chance.normal(size=n)
        actual = chance.integers(0, 2, n)
        return actual, probabilities(chance, actual, 2, 5.0)

    true = score(metric, *drawn(200_000)).value
    found = [score(metric, *drawn(250)).interval for _ in range(400)]
    held = np.mean([interval is not None and interval[0] <= true <= interval[1] for interval in found])
    assert 0.91 <= held <= 0.98


def test_too_few_rows_have_no_interval() -> None:
    assert score("rmse", np.array([1.0, 2.0]), np.array([1.0, 1.0])).interval is None
    one_class = score("roc_auc", np.array([1, 1, 1]), np.full((3, 2), 0.5))
    assert np.isnan(one_class.value)
    assert one_class.interval is None


def test_the_metric_suits_the_target() -> None:
    assert metric_for("auto", "classification", 2) == "roc_auc"
    assert metric_for("auto", "classification", 5) == "log_loss"
    assert metric_for("auto", "regression", 0) == "rmse"
    assert "two classes" in (metric_problem("roc_auc", "classification", 4) or "")
    assert "for numbers" in (metric_problem("rmse", "classification", 2) or "")
    assert metric_problem("mae", "regression", None) is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(4, 60), st.sampled_from(["roc_auc", "log_loss", "rmse"]))
def test_the_mean_is_never_worse_than_the_best_member(seed: int, n_members: int, n: int, metric: MetricName) -> None:
    chance = np.random.default_rng(seed)
    if metric == "rmse":
        actual = chance.normal(size=n)
        members = [actual + chance.normal(0, chance.uniform(0.1, 3), n) for _ in range(n_members)]
    else:
        actual = np.r_[0, 1, chance.integers(0, 2, n - 2)]
        members = [probabilities(chance, actual, 2, chance.uniform(0.5, 9)) for _ in range(n_members)]
    weights = greedy_weights(members, actual, metric)
    assert sum(weights) == pytest.approx(1)
    mean = sum(w * m for w, m in zip(weights, members, strict=True))
    best = min(loss(metric, actual, member) for member in members)
    assert loss(metric, actual, np.asarray(mean)) <= best + 1e-12


def test_members_that_err_in_opposite_ways_share_the_weight() -> None:
    actual = np.arange(50.0)
    weights = greedy_weights([actual + 1, actual - 1, actual + 9], actual, "rmse")
    assert weights[:2] == [0.5, 0.5]
