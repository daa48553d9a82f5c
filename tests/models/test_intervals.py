"""Intervals hold what they promise, and resampling computes what scikit-learn computes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.kernel.intervals.interval import NoInterval, difference, median_interval, wilson
from modelyard.kernel.intervals.means import (
    MAX_RESAMPLED,
    OfMeans,
    bias_corrected,
    interval_of_means,
    plain_mean,
    row_counts,
)
from modelyard.models.intervals.confusion import counted, resampled
from modelyard.models.intervals.curves import precision_influence, roc_influence
from modelyard.models.metrics.classification import brier_scores, log_losses
from modelyard.models.metrics.evaluate import rules
from modelyard.models.metrics.metric import Rule, measure
from modelyard.models.metrics.regression import explained, pinball_losses, r2_means, rmse_means
from modelyard.models.metrics.scored import Classified, Measured
from tests.examples import examples

Array = np.ndarray[Any, Any]


def classified(n: int, k: int, generator: np.random.Generator) -> Classified:
    """Classes of different frequency, and probabilities that are right more often than not."""
    shares = np.arange(1, k + 1) / np.arange(1, k + 1).sum()
    actual = generator.choice(k, n, p=shares)
    scores = generator.normal(size=(n, k))
    scores[np.arange(n), actual] += 1.2
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return Classified(actual, probabilities, probabilities.argmax(axis=1), tuple(map(str, range(k))), k, shares)


def measured(n: int, generator: np.random.Generator) -> Measured:
    """Numbers with errors a little heavier in the tails than normal."""
    actual = generator.normal(10, 2, n)
    return Measured(actual, actual + generator.standard_t(20, n), 10.0, 0.8)


MAKERS: dict[str, Callable[[int, np.random.Generator], Any]] = {
    "two classes": lambda n, generator: classified(n, 2, generator),
    "four classes": lambda n, generator: classified(n, 4, generator),
    "numbers": measured,
}
N_SIMULATED = 200


@pytest.mark.parametrize("what", sorted(MAKERS))
def test_an_interval_of_95_percent_holds_the_truth_in_about_95_of_100_draws(what: str) -> None:
    generator = np.random.default_rng(11)
    make = MAKERS[what]
    population = make(200_000, generator)
    truth = {rule.name: rule.value(population) for rule in rules(population)}
    held = dict.fromkeys(truth, 0)
    for _ in range(N_SIMULATED):
        rows = make(200, generator)
        for rule in rules(rows):
            interval = measure(rule, rows, split="test", n=rows.n).interval
            assert interval is not None, rule.name
            held[rule.name] += interval[0] <= truth[rule.name] <= interval[1]
    # Four standard errors of 200 draws around 95 %: a simulation, not an identity.
    wrong = {name: n / N_SIMULATED for name, n in held.items() if not 0.885 <= n / N_SIMULATED <= 1.0}
    assert not wrong
    assert 0.925 <= np.mean(list(held.values())) / N_SIMULATED <= 0.98


@pytest.mark.parametrize("k", [2, 5])
def test_counts_are_those_of_scikit_learn_on_the_same_resampled_rows(k: int) -> None:
    generator = np.random.default_rng(3)
    rows = classified(80, k, generator)
    for weights in row_counts(generator, 80, 20):
        places = np.repeat(np.arange(80), weights.astype(int))
        actual, predicted = rows.actual[places], rows.predicted[places]
        found = counted(actual, predicted, k)
        labels = {"average": "macro", "zero_division": 0}
        assert found.accuracy()[0] == pytest.approx(sk.accuracy_score(actual, predicted), abs=1e-12)
        assert found.balanced_accuracy()[0] == pytest.approx(sk.balanced_accuracy_score(actual, predicted), abs=1e-12)
        assert found.macro(found.f1())[0] == pytest.approx(sk.f1_score(actual, predicted, **labels), abs=1e-12)
        assert found.macro(found.recall())[0] == pytest.approx(sk.recall_score(actual, predicted, **labels), abs=1e-12)
        assert found.macro(found.precision())[0] == pytest.approx(
            sk.precision_score(actual, predicted, **labels), abs=1e-12
        )
        assert found.mcc()[0] == pytest.approx(sk.matthews_corrcoef(actual, predicted), abs=1e-12)


@pytest.mark.parametrize(
    ("make", "score"),
    [
        (r2_means, sk.r2_score),
        (rmse_means, sk.root_mean_squared_error),
        (explained, sk.explained_variance_score),
        (lambda rows: plain_mean(abs(rows.errors)), sk.mean_absolute_error),
        (lambda rows: plain_mean(rows.errors**2), sk.mean_squared_error),
        (lambda rows: plain_mean(pinball_losses(rows)), lambda *a, **k: sk.mean_pinball_loss(*a, **k, alpha=0.8)),
    ],
)
def test_figures_of_means_are_those_of_scikit_learn_with_weights(
    make: Callable[[Measured], OfMeans], score: Callable[..., float]
) -> None:
    generator = np.random.default_rng(4)
    rows = measured(60, generator)
    figure = make(rows)
    weights = row_counts(generator, 60, 30)
    found = figure.value(weights @ figure.rows / 60)
    expected = [score(rows.actual, rows.predicted, sample_weight=each) for each in weights]
    assert found == pytest.approx(np.asarray(expected), abs=1e-12)
    assert numeric_influence(lambda w: float(figure.value(w @ figure.rows / w.sum())), 60) == pytest.approx(
        figure.influence() / 60, abs=1e-6
    )


def test_losses_by_row_are_those_of_scikit_learn() -> None:
    for k in (2, 4):
        rows = classified(100, k, np.random.default_rng(k))
        assert log_losses(rows).mean() == pytest.approx(sk.log_loss(rows.actual, rows.probabilities), abs=1e-12)
        given = rows.probabilities[:, 1] if k == 2 else rows.probabilities
        assert brier_scores(rows).mean() == pytest.approx(sk.brier_score_loss(rows.actual, given), abs=1e-12)


def numeric_influence(figure: Callable[[Array], float], n: int, step: float = 1e-5) -> Array:
    """Return the derivative of a weighted figure by each row's weight, less its mean; shape (n,)."""
    found = np.empty(n)
    for row in range(n):
        up, down = np.ones(n), np.ones(n)
        up[row] += step
        down[row] -= step
        found[row] = (figure(up) - figure(down)) / (2 * step)
    return found - found.mean()


def test_areas_and_their_influence_are_those_of_scikit_learn() -> None:
    generator = np.random.default_rng(5)
    score = generator.random(120).round(2)  # with ties
    is_class = generator.random(120) < score
    area, pulls = precision_influence(is_class, score)
    assert area == pytest.approx(sk.average_precision_score(is_class, score), abs=1e-12)
    numeric = numeric_influence(lambda w: float(sk.average_precision_score(is_class, score, sample_weight=w)), 120)
    assert pulls == pytest.approx(numeric, abs=1e-6)
    area, pulls = roc_influence(is_class, score)
    assert area == pytest.approx(sk.roc_auc_score(is_class, score), abs=1e-12)
    numeric = numeric_influence(lambda w: float(sk.roc_auc_score(is_class, score, sample_weight=w)), 120)
    # DeLong divides by the number of rows of a side less one.
    m, n = is_class.sum(), (~is_class).sum()
    assert pulls[is_class] * np.sqrt((m - 1) / m) == pytest.approx(numeric[is_class], abs=1e-6)
    assert pulls[~is_class] * np.sqrt((n - 1) / n) == pytest.approx(numeric[~is_class], abs=1e-6)


def test_small_cases_known_from_books() -> None:
    # Newcombe (1998), Stat. Med. 17, table I: 81 of 263 and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(20, 20)[1] == 1.0
    # The same, table II: 56/70 − 48/80 by the score method.
    gap = difference(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80))
    assert gap == pytest.approx((0.0524, 0.3339), abs=5e-5)
    # 10 values: the 2nd and the 9th hold the median with 97.9 %.
    assert median_interval(np.arange(10.0)) == (1.0, 8.0)


def test_few_rows_and_rows_without_differences_have_no_interval_and_say_why() -> None:
    with pytest.raises(NoInterval, match="9 rows are too few"):
        interval_of_means(plain_mean(np.arange(9.0)))
    with pytest.raises(NoInterval, match="do not differ"):
        interval_of_means(plain_mean(np.ones(50)))
    with pytest.raises(NoInterval, match="same figure"):
        bias_corrected(np.ones(100), 1.0)


def test_above_the_limit_the_delta_method_gives_nearly_the_bootstrap() -> None:
    values = np.random.default_rng(6).exponential(size=MAX_RESAMPLED)
    below = interval_of_means(plain_mean(values))
    above = interval_of_means(plain_mean(np.concatenate([values, values[:1]])))
    assert above == pytest.approx(below, abs=0.004)


def test_no_class_vanishes_from_a_resample() -> None:
    actual = np.asarray([0] * 500 + [1] * 3)
    drawn = resampled(actual, np.zeros(503, dtype=int), 2)
    assert (drawn.actual == [500, 3]).all()
    whole = resampled(np.asarray([0, 1] * 300), np.zeros(600, dtype=int), 2)
    assert whole.actual[:, 0].std() > 5


@settings(max_examples=examples(40), deadline=None)
@given(
    actual=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    known=st.integers(2, 3),
    constant=st.booleans(),
    seed=st.integers(0, 5),
)
def test_odd_classes_give_a_value_or_a_sentence(actual: list[int], known: int, constant: bool, seed: int) -> None:
    generator = np.random.default_rng(seed)
    n = len(actual)
    scores = np.ones((n, known)) if constant else generator.random((n, known)) + 1e-3
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    there = np.asarray(actual)
    classes = tuple(map(str, range(max(known, int(there.max()) + 1))))
    rows = Classified(there, probabilities, probabilities.argmax(axis=1), classes, known, np.full(known, 1 / known))
    for rule in rules(rows):
        said_or_measured(rule, rows, n)


@settings(max_examples=examples(40), deadline=None)
@given(actual=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), scale=st.sampled_from([0.0, 1e-9, 1.0, 1e9]))
def test_odd_numbers_give_a_value_or_a_sentence(actual: list[float], scale: float) -> None:
    there = np.asarray(actual)
    rows = Measured(there, there + scale * np.arange(len(there)), float(there.mean()))
    for rule in rules(rows):
        said_or_measured(rule, rows, len(there))


def said_or_measured(rule: Rule, rows: Any, n: int) -> None:
    metric = measure(rule, rows, split="test", n=n, baseline=rows.baseline())
    assert (metric.value is None) == (metric.unavailable is not None)
    if metric.value is None:
        assert metric.interval is None
        assert metric.unavailable.endswith(".")
        return
    assert (metric.interval is None) == (metric.interval_unavailable is not None)
    if metric.interval is not None:
        assert metric.interval[0] <= metric.interval[1]
