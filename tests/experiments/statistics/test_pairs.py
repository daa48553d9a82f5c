"""Differences in pairs, against SciPy and formulas written out, and how often they are right."""

import math

import numpy as np
import pytest
from scipy import stats

from modelyard.experiments.statistics.flips import MOST_FLIPPED, flip_p_value
from modelyard.experiments.statistics.pairs import Pair, paired
from modelyard.kernel.intervals.chance import holm
from tests.experiments.statistics.recorded import right_answers


def found_of(first: np.ndarray, second: np.ndarray, *, is_share: bool, groups: np.ndarray | None = None) -> Pair:
    found = paired(first, second, is_share=is_share, groups=groups)
    assert found is not None
    return found


def column(values: object) -> np.ndarray:
    return np.asarray(values, float)[:, None]


def test_recorded_answers_per_task_and_overall_are_as_computed_independently() -> None:
    tasks = right_answers()
    every = {**tasks, "all": tuple([bit for each in tasks.values() for bit in each[way]] for way in (0, 1))}
    p_values = {}
    for task, (naive, cot) in every.items():
        pair = found_of(column(cot), column(naive), is_share=True)
        table = np.array(
            [[sum(c == i and n == j for c, n in zip(cot, naive, strict=True)) for j in (1, 0)] for i in (1, 0)]
        )
        only_cot, only_naive, n = table[0, 1], table[1, 0], len(naive)
        assert (pair.n_both, pair.n_only_first, pair.n_only_second, pair.n_neither) == tuple(table.ravel())
        p_values[task] = stats.binomtest(int(only_cot), int(only_cot + only_naive)).pvalue
        assert pair.p_value == pytest.approx(p_values[task], rel=1e-9)
        assert pair.difference == pytest.approx(np.mean(cot) - np.mean(naive))
        share_cot, share_naive = (only_cot + 0.5) / (n + 2), (only_naive + 0.5) / (n + 2)
        middle = share_cot - share_naive
        half = stats.norm.ppf(0.975) * math.sqrt((share_cot + share_naive - middle**2) / (n + 2))
        assert (pair.low, pair.high) == pytest.approx((middle - half, middle + half))
    ordered = sorted(p_values, key=p_values.__getitem__)
    stepped = np.maximum.accumulate([p_values[task] * (len(ordered) - rank) for rank, task in enumerate(ordered)])
    corrected = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    assert [corrected[task] for task in ordered] == pytest.approx(np.minimum(stepped, 1).tolist())
    assert np.mean(every["word_sorting"][1]) < np.mean(every["word_sorting"][0])  # the order turns in one task


def test_identical_runs_differ_by_nothing() -> None:
    values = column([1, 0, 1, 1, 0] * 8)
    for groups in (None, np.arange(40) % 25):
        pair = found_of(values, values.copy(), is_share=True, groups=groups)
        assert (pair.difference, pair.low, pair.high, pair.p_value) == (0.0, 0.0, 0.0, 1.0)
        assert (pair.n_needed, pair.n_more, pair.detectable) == (None, None, None)


def test_pairs_are_made_of_common_samples_alone() -> None:
    a, b = column([1, 1, np.nan, 0, 1]), column([0, 1, 1, np.nan, 1])
    pair = found_of(a, b, is_share=True)
    assert (pair.n, pair.n_only_first, pair.n_both, pair.first, pair.second) == (3, 1, 2, 1.0, pytest.approx(2 / 3))
    assert paired(column([1, np.nan]), column([np.nan, 1]), is_share=True) is None


def test_means_are_compared_by_flipped_signs_and_resampled_pairs() -> None:
    generator = np.random.default_rng(4)
    base = generator.random(200)
    a, b = np.clip(base + generator.normal(0.03, 0.1, 200), 0, 1), base
    pair = found_of(a[:, None], b[:, None], is_share=False)
    exact = stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        n_resamples=9999,
        vectorized=True,
        rng=np.random.default_rng(5),
    )
    assert (pair.test, pair.method, pair.mcnemar_p_value) == ("flips", "bootstrap", None)
    assert pair.p_value == pytest.approx(exact.pvalue, abs=0.004)
    t_test = stats.ttest_rel(a, b).confidence_interval()
    assert (pair.low, pair.high) == pytest.approx((t_test.low, t_test.high), abs=0.002)


def test_repeats_are_compared_by_their_means() -> None:
    generator = np.random.default_rng(6)
    a = (generator.random((60, 5)) < 0.8).astype(float)
    b = (generator.random((60, 5)) < 0.6).astype(float)
    pair = found_of(a, b, is_share=True)
    assert (pair.n, pair.test, pair.method) == (60, "flips", "bootstrap")
    assert pair.difference == pytest.approx(a.mean() - b.mean())


def test_groups_are_flipped_and_resampled_whole() -> None:
    generator = np.random.default_rng(7)
    groups = np.repeat(np.arange(25), 20)
    better = generator.random(25) < 0.5  # the same sign in all samples of a group
    a = np.where(better[groups], 1.0, 0.0)
    b = 1 - a
    pair = found_of(a[:, None], b[:, None], is_share=True, groups=groups)
    by_group = (2 * better - 1.0) * 20
    assert pair.test == "cluster_flips"
    assert pair.p_value == pytest.approx(flip_p_value(by_group))
    assert pair.p_value > 0.1
    assert pair.mcnemar_p_value is not None
    assert pair.mcnemar_p_value < pair.p_value


def test_flipped_signs_are_exact_drawn_or_normal_by_their_number() -> None:
    few = np.array([0.3, 0.1, 0.4, -0.2, 0.5, 0.0])
    exact = stats.permutation_test((few,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert flip_p_value(few) == pytest.approx(exact.pvalue)
    many = np.random.default_rng(8).normal(0.02, 1, MOST_FLIPPED + 1)
    assert flip_p_value(many) == pytest.approx(flip_p_value(many[:-2]), abs=0.02)
    assert flip_p_value(np.zeros(9)) == 1.0


@pytest.mark.parametrize(("n", "is_share"), [(40, True), (40, False), (300, True)])
def test_intervals_hold_and_tests_do_not_cry_wolf(n: int, is_share: bool) -> None:
    generator = np.random.default_rng(9)
    n_held = n_cried = 0
    for _ in range(300):
        if is_share:
            kind = generator.choice(4, n, p=[0.5, 0.15, 0.15, 0.2])  # both, only a, only b, neither
            a, b = np.isin(kind, (0, 1)).astype(float), np.isin(kind, (0, 2)).astype(float)
        else:
            base = generator.random(n)
            a, b = base + generator.normal(0, 0.2, n), base + generator.normal(0, 0.2, n)
        pair = found_of(a[:, None], b[:, None], is_share=is_share)
        assert pair.low is not None
        assert pair.high is not None
        n_held += pair.low <= 0 <= pair.high
        n_cried += pair.p_value < 0.05
    assert n_held / 300 > 0.92
    assert n_cried / 300 < 0.08
