"""Metrics are scikit-learn's to the last digit, and say why when there is none."""

from typing import Any

import numpy as np
import polars as pl
import pytest
import sklearn.metrics as sk

from modelyard.models.engine import Prediction
from modelyard.models.metrics.evaluate import evaluate
from modelyard.models.metrics.metric import Metric


def classes(n: int = 300, k: int = 3, seed: int = 0) -> tuple[pl.Series, Prediction, np.ndarray[Any, Any]]:
    generator = np.random.default_rng(seed)
    names = ("1", "2", "10")[:k]
    probabilities = generator.dirichlet(np.ones(k), n)
    codes = generator.integers(0, k, n)
    values = np.asarray(names, dtype=object)[probabilities.argmax(axis=1)]
    target = pl.Series("y", [int(names[code]) for code in codes])
    return target, Prediction(values, probabilities, names), codes


def scores(
    target: pl.Series, prediction: Prediction, task: Any, training: pl.Series | None = None
) -> dict[str, Metric]:
    found = evaluate(
        target, prediction, task=task, split="test", training_target=target if training is None else training
    )
    return {metric.name: metric for metric in found}


@pytest.mark.parametrize("k", [2, 3])
def test_classification_agrees_with_scikit_learn(k: int) -> None:
    target, prediction, codes = classes(k=k)
    probabilities = prediction.probabilities
    assert probabilities is not None
    guessed = probabilities.argmax(axis=1)
    auc = (
        sk.roc_auc_score(codes, probabilities[:, 1])
        if k == 2
        else sk.roc_auc_score(codes, probabilities, multi_class="ovr")
    )
    expected = {
        "accuracy": sk.accuracy_score(codes, guessed),
        "balanced_accuracy": sk.balanced_accuracy_score(codes, guessed),
        "precision_macro": sk.precision_score(codes, guessed, average="macro"),
        "recall_macro": sk.recall_score(codes, guessed, average="macro"),
        "f1_macro": sk.f1_score(codes, guessed, average="macro"),
        "roc_auc": auc,
        "average_precision": (
            sk.average_precision_score(codes, probabilities[:, 1])
            if k == 2
            else sk.average_precision_score(np.eye(k)[codes], probabilities, average="macro")
        ),
        "log_loss": sk.log_loss(codes, probabilities),
        "brier": sk.brier_score_loss(codes, probabilities[:, 1] if k == 2 else probabilities),
        "mcc": sk.matthews_corrcoef(codes, guessed),
    }
    if k == 2:
        expected |= {
            "precision": sk.precision_score(codes, guessed),
            "recall": sk.recall_score(codes, guessed),
            "f1": sk.f1_score(codes, guessed),
        }
    found = scores(target, prediction, "classification")
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].value == pytest.approx(value, abs=1e-12)
        assert (found[name].n, found[name].split, found[name].unavailable) == (300, "test", None)
    share = max(np.bincount(codes)) / 300
    assert found["accuracy"].baseline == pytest.approx(share)
    assert found["roc_auc"].baseline == pytest.approx(0.5)
    if k == 2:
        assert found["f1"].label == "F1 (2)"


def test_regression_agrees_with_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    actual, guessed = generator.normal(5, 1, 200), generator.normal(5, 1, 200)
    found = scores(pl.Series("y", actual), Prediction(guessed), "regression")
    expected = {
        "r2": sk.r2_score(actual, guessed),
        "rmse": sk.root_mean_squared_error(actual, guessed),
        "mse": sk.mean_squared_error(actual, guessed),
        "mae": sk.mean_absolute_error(actual, guessed),
        "median_ae": sk.median_absolute_error(actual, guessed),
        "mape": sk.mean_absolute_percentage_error(actual, guessed),
        "smape": np.mean(2 * abs(actual - guessed) / (abs(actual) + abs(guessed))),
        "explained_variance": sk.explained_variance_score(actual, guessed),
        "pinball": sk.mean_pinball_loss(actual, guessed, alpha=0.5),
    }
    assert {name: metric.value for name, metric in found.items()} == pytest.approx(expected, abs=1e-12)
    assert found["r2"].baseline == pytest.approx(0, abs=1e-12)
    assert found["rmse"].baseline == pytest.approx(actual.std())


def test_a_class_seen_only_in_the_test_rows_counts_and_has_no_probability() -> None:
    target, prediction, _ = classes()
    strange = pl.Series("y", [99, *target.to_list()[1:]])
    found = scores(strange, prediction, "classification", training=target)
    assert found["accuracy"].value is not None
    assert found["log_loss"].value is None
    assert found["log_loss"].unavailable == "The class '99' was not seen in training, so it has no probability."
    assert found["roc_auc"].value is None


def test_a_class_absent_from_the_test_rows_is_said() -> None:
    target, prediction, codes = classes()
    kept = pl.Series(codes != 2)
    assert prediction.probabilities is not None
    rows = Prediction(prediction.values[kept], prediction.probabilities[kept], prediction.classes)
    found = scores(target.filter(kept), rows, "classification", training=target)
    assert found["roc_auc"].unavailable == "No row has the class '10'."
    assert found["log_loss"].value is not None


def test_what_cannot_be_divided_is_said() -> None:
    prediction = Prediction(np.asarray(["no"] * 4, dtype=object), np.tile([0.9, 0.1], (4, 1)), ("no", "yes"))
    found = scores(pl.Series("y", ["no"] * 4), prediction, "classification", pl.Series("y", ["no", "yes"]))
    assert found["precision"].unavailable == "No row was predicted as 'yes'."
    assert found["recall"].unavailable == "No row is 'yes'."
    numbers = scores(pl.Series("y", [0.0, 0.0]), Prediction(np.asarray([1.0, 2.0])), "regression")
    assert numbers["r2"].unavailable == "The target is the same in all of these rows."
    assert numbers["mape"].unavailable == "The target is 0 in 2 rows, where a relative error has no meaning."
    one = scores(pl.Series("y", [1.0]), Prediction(np.asarray([1.0])), "regression")
    assert one["r2"].unavailable == "It needs at least two rows."


def test_rows_without_a_target_are_left_out_of_n() -> None:
    target = pl.Series("y", [1.0, None, float("nan"), float("inf"), 3.0])
    found = scores(target, Prediction(np.asarray([1.0, 9.0, 9.0, 9.0, 3.0])), "regression", pl.Series("y", [1.0]))
    assert (found["mae"].value, found["mae"].n) == (0, 2)
    empty = scores(pl.Series("y", [None], dtype=pl.Float64), Prediction(np.asarray([1.0])), "regression")
    assert empty["mae"].unavailable == "There are no test rows with a target."
