"""Scores are scikit-learn's and those of the evaluation, and intervals hold what they say."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss, mean_absolute_error, roc_auc_score
from sklearn.metrics import root_mean_squared_error as rmse

from modelyard.models.engine import Prediction
from modelyard.models.metrics.evaluate import evaluate
from modelyard.models.objective import LABELS, MetricName, metric_for, metric_problem, score
from tests.models.automl.rows import probabilities


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


def test_names_are_those_of_the_evaluation() -> None:
    chance = np.random.default_rng(0)
    classes = pl.Series("y", ["a", "b"] * 30)
    spread = probabilities(chance, np.arange(60) % 2, 2, 3.0)
    of_classes = evaluate(
        classes,
        Prediction(classes.to_numpy(), spread, ("a", "b")),
        task="classification",
        split="test",
        training_target=classes,
    )
    numbers = pl.Series("y", chance.normal(size=60))
    of_numbers = evaluate(
        numbers, Prediction(numbers.to_numpy() + 1), task="regression", split="test", training_target=numbers
    )
    said = {metric.name: metric.label for metric in [*of_classes, *of_numbers]}
    assert {name: said[name] for name in LABELS} == LABELS
