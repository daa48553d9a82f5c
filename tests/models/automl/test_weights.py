"""Weights never make the best member worse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.models.automl.weights import greedy_weights
from modelyard.models.objective import MetricName, loss
from tests.examples import examples
from tests.models.automl.rows import probabilities


@settings(max_examples=examples(40), deadline=None)
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
