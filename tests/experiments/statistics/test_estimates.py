"""Means with intervals, against SciPy and formulas written out, and how often the intervals hold."""

import math

import numpy as np
import pytest
from scipy import stats

from modelyard.experiments.statistics.clusters import MIN_CLUSTERS
from modelyard.experiments.statistics.estimates import estimate
from modelyard.experiments.statistics.student import t_quantile
from tests.experiments.statistics.recorded import right_answers


@pytest.mark.parametrize("task", [*right_answers(), None])
def test_recorded_shares_have_wilsons_interval(task: str | None) -> None:
    tasks = right_answers()
    for way in (0, 1):
        bits = tasks[task][way] if task else [bit for each in tasks.values() for bit in each[way]]
        found = estimate(np.array(bits, float)[:, None], is_share=True)
        expected = stats.binomtest(sum(bits), len(bits)).proportion_ci(0.95, method="wilson")
        assert found is not None
        assert found.method == "wilson"
        assert (found.value, found.low, found.high) == pytest.approx((np.mean(bits), expected.low, expected.high))


def test_few_groups_are_given_and_many_are_a_draw() -> None:
    generator = np.random.default_rng(1)
    values = generator.integers(0, 2, 400).astype(float)
    few, many = np.arange(400) % 5, np.arange(400) % MIN_CLUSTERS
    given = estimate(values[:, None], is_share=True, groups=few)
    drawn = estimate(values[:, None], is_share=True, groups=many)
    assert given is not None
    assert drawn is not None
    assert (given.method, given.n_groups, drawn.method) == ("wilson", 5, "clustered_wilson")
    assert given.clustered_error is not None  # stands beside, so that nothing is hidden


def test_the_clustered_error_is_the_sandwich() -> None:
    generator = np.random.default_rng(2)
    groups = generator.integers(0, 40, 300)
    values = np.clip(generator.normal(0.5, 0.1, 300) + generator.normal(0, 0.2, 40)[groups], 0, 1)
    found = estimate(values[:, None], is_share=False, groups=groups)
    residuals = values - values.mean()
    meat = sum(residuals[groups == g].sum() ** 2 for g in range(40))
    error = math.sqrt(meat * 40 / 39) / 300
    half = stats.t.ppf(0.975, 39) * error
    assert found is not None
    assert (found.method, found.error) == ("clustered", pytest.approx(error))
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half))
    assert error > 1.5 * values.std() / math.sqrt(300)  # what samples share makes them say less


def test_repeats_are_averaged_first_and_their_spread_stands_beside() -> None:
    once = np.array([[1.0], [0.0], [1.0], [1.0]] * 5)
    thrice = np.repeat(once, 3, axis=1)
    a, b = estimate(once, is_share=True), estimate(thrice, is_share=True)
    assert a is not None
    assert b is not None
    assert (a.n, a.low, a.high) == (b.n, b.low, b.high)  # saying the same again is no evidence
    assert (a.repeat_deviation, b.repeat_deviation) == (None, 0.0)
    shaky = estimate(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, np.nan]] * 6), is_share=True)
    assert shaky is not None
    assert shaky.repeat_deviation == pytest.approx(math.sqrt(0.5))


def test_what_is_not_scored_is_in_no_mean() -> None:
    values = np.array([[1.0], [np.nan], [0.0], [1.0]])
    found = estimate(values, is_share=True, groups=np.array([0, 0, 1, 1]))
    assert found is not None
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)
    assert estimate(np.full((3, 2), np.nan), is_share=True) is None


def test_one_sample_and_equal_scores_have_an_interval_or_say_why_not() -> None:
    one = estimate(np.array([[1.0]]), is_share=True)
    equal = estimate(np.full((30, 1), 0.4), is_share=False)
    assert one is not None
    assert equal is not None
    assert (one.value, one.error) == (1.0, None)
    assert one.low == pytest.approx(0.2065, abs=1e-4)  # n = 1 says little, and says so
    assert (equal.low, equal.method) == (None, "none")
    assert "do not differ" in equal.why


@pytest.mark.parametrize("share", [0.1, 0.6])
def test_clustered_intervals_of_shares_hold_as_often_as_they_say(share: float) -> None:
    generator = np.random.default_rng(3)
    groups = np.repeat(np.arange(30), 8)
    n_held = {"clustered": 0, "naive": 0}
    for _ in range(400):
        of_group = generator.beta(share * 3, (1 - share) * 3, 30)
        values = (generator.random(240) < of_group[groups]).astype(float)[:, None]
        for name, given in (("clustered", groups), ("naive", None)):
            found = estimate(values, is_share=True, groups=given)
            assert found is not None
            assert found.low is not None
            assert found.high is not None
            n_held[name] += found.low <= share <= found.high
    assert n_held["clustered"] / 400 > 0.92
    assert n_held["naive"] / 400 < 0.87


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 19, 150, 199, 200, 5000])
@pytest.mark.parametrize("fraction", [0.6, 0.975, 0.999])
def test_students_quantiles_are_scipys(df: int, fraction: float) -> None:
    assert t_quantile(fraction, df) == pytest.approx(stats.t.ppf(fraction, df), rel=1e-8)
