"""Measures of drift beside numbers worked out by hand and the functions of SciPy."""

import math

import numpy as np
import pytest
from scipy import stats

from modelyard.models.distributions import of_categories, of_numbers, of_texts, rounded
from modelyard.predictions.drift.bins import OTHERS, bins_of_categories, bins_of_numbers
from modelyard.predictions.drift.measures import kolmogorov_smirnov, psi, psi_by_chance, shares_differ, z_limit


def test_the_index_is_the_textbooks() -> None:
    # 0.1 · ln(0.6 / 0.5) + -0.1 · ln(0.4 / 0.5): with many rows smoothing does not matter.
    assert psi([50_000, 50_000], [60_000, 40_000]) == pytest.approx(0.1 * math.log(1.2 / 0.8), abs=1e-5)
    # (99.5 / 101, 1.5 / 101) beside (0.5, 0.5), each bin with half a row more.
    p = (99.5 / 101, 1.5 / 101)
    expected = sum((0.5 - a) * math.log(0.5 / a) for a in p)
    assert psi([99, 1], [40, 40]) == pytest.approx(expected)
    assert psi([700, 300], [70, 30]) == pytest.approx(0, abs=1e-3)
    assert math.isfinite(psi([10, 0], [0, 10]))


@pytest.mark.parametrize("n_bins", [2, 3, 5, 10, 20])
@pytest.mark.parametrize("alpha", [0.05, 0.001])
def test_what_chance_reaches_follows_chi_square(n_bins: int, alpha: float) -> None:
    expected = stats.chi2.isf(alpha, n_bins - 1) * (1 / 200 + 1 / 50)
    assert psi_by_chance(200, 50, n_bins, alpha) == pytest.approx(expected, rel=1e-12)
    assert psi_by_chance(0, 50, n_bins, alpha) == math.inf


def test_kolmogorov_and_smirnov_are_scipys() -> None:
    generator = np.random.default_rng(1)
    training, recent = generator.normal(size=80), generator.normal(0.4, 1.3, 300)
    kept = of_numbers(training)  # fewer values than points: all are kept
    found = kolmogorov_smirnov(kept["points"], kept["counts"], rounded(recent).tolist())
    exact = stats.ks_2samp(training, recent)
    assert found is not None
    assert exact.statistic - 1 / 80 <= found.distance <= exact.statistic + 1e-9
    assert found.p_value == pytest.approx(exact.pvalue, rel=0.1)
    size = math.sqrt(80 * 300 / 380)
    corrected = (size + 0.12 + 0.11 / size) * found.distance
    assert found.p_value == pytest.approx(stats.kstwobign.sf(corrected))


@pytest.mark.parametrize(
    ("recent", "distance"),
    [([5.0], 1.0), ([-5.0], 1.0), ([1.0, 1.0, 2.0, 2.0], 0.0), ([2.0], 0.5), ([1.0, 9.0], 0.5)],
)
def test_distances_by_hand(recent: list[float], distance: float) -> None:
    kept = of_numbers([1.0, 2.0])
    found = kolmogorov_smirnov(kept["points"], kept["counts"], recent)
    assert found is not None
    assert found.distance == distance


def test_nothing_to_compare() -> None:
    assert kolmogorov_smirnov([], [], [1.0]) is None
    assert kolmogorov_smirnov([1.0], [1], []) is None
    assert not shares_differ(0, 0, 5, 5, 0.05)


def test_shares_are_told_apart_as_two_proportions_are() -> None:
    assert shares_differ(10, 100, 30, 100, 0.01)
    assert not shares_differ(10, 100, 15, 100, 0.01)
    assert not shares_differ(0, 3, 1, 3, 0.05)
    assert z_limit(0.05, 1) == pytest.approx(1.96, abs=1e-3)
    assert z_limit(0.05, 100) == pytest.approx(stats.norm.isf(0.05 / 200))


def test_numbers_are_kept_as_extremes_and_quantiles() -> None:
    values = np.random.default_rng(2).lognormal(0, 2, 5000)
    kept = of_numbers(values)
    assert (kept["points"][0], kept["points"][-1]) == (rounded([values.min()])[0], rounded([values.max()])[0])
    assert sum(kept["counts"]) == 5000
    assert len(kept["points"]) == 101
    assert max(kept["counts"]) <= 51
    assert of_numbers([]) == {"points": [], "counts": []}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(0.0, 0.0), (123.4567, 123.457), (-0.000123456789, -0.000123457), (20260311.0, 20260300.0)],
        *[(1e308, 1e308), (5e-324, 0.0), (1.5e22, 1.5e22), (999999.7, 1000000.0)],
    ],
)
def test_numbers_are_rounded_to_six_digits(value: float, expected: float) -> None:
    assert rounded([value]).tolist() == [pytest.approx(expected, rel=1e-12, abs=1e-300)]


def test_bins_of_numbers_are_even_in_training_and_fewer_for_few_rows() -> None:
    values = np.random.default_rng(3).normal(size=10_000)
    kept = of_numbers(values)
    many = bins_of_numbers(kept, rounded(values[:500]).tolist())
    assert many.training == [pytest.approx(1000, abs=50)] * 10
    assert many.edges is not None
    inside = np.searchsorted(many.edges, values[:500], side="left")
    assert many.recent == np.bincount(inside, minlength=10).tolist()
    few = bins_of_numbers(kept, [0.1] * 12)
    assert (len(few.names), sum(few.recent)) == (2, 12)
    assert sum(few.training) == 10_000


def test_a_column_of_one_value_has_below_at_and_above() -> None:
    found = bins_of_numbers(of_numbers([3.0] * 9), [2.0, 3.0, 3.0, 4.0])
    assert (found.names, found.training, found.recent) == (["< 3", "3", "> 3"], [0, 9, 0], [1, 2, 1])
    assert bins_of_numbers(of_numbers([]), [1.0]).names == []


def test_categories_are_the_frequent_ones_and_others() -> None:
    kept = of_categories(["a"] * 60 + ["b"] * 39 + ["c"])
    found = bins_of_categories(kept, {"a": 30, "b": 18, "d": 2})
    assert (found.names, found.training, found.recent) == (["a", "b", OTHERS], [60, 39, 1], [30, 18, 2])
    assert bins_of_categories(kept, {"a": 1}).names == ["a", OTHERS]
    assert bins_of_categories(of_categories(["a"] * 9), {"a": 20}).names == ["a"]


def test_texts_are_kept_as_words_by_how_many_texts_have_them() -> None:
    kept = of_texts(["good good phone", "Good!", ""])
    assert kept["words"] == [["good", 2], ["phone", 1]]
    assert (kept["n_texts"], kept["has_all_words"]) == (3, True)
    assert kept["lengths"] == {"points": [0.0, 5.0, 15.0], "counts": [1, 1, 1]}
    assert not of_texts([f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)])["has_all_words"]
