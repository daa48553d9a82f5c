"""Paired comparison: on the same rows only, with intervals that hold, for every metric there is."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.frames import Table
from modelyard.kernel.yard import Yard
from modelyard.models.comparing.kept import Kept, read_predictions, row_ids
from modelyard.models.comparing.paired import mcnemar, paired
from modelyard.models.engine import Prediction
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.metrics.classification import classification_rules
from modelyard.models.metrics.regression import regression_rules
from modelyard.models.metrics.scored import Classified
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of


def table(target: str = "two", *, seed: int = 0, n_rows: int = 600) -> Table:
    task: Any = {"two": "classification", "value": "regression"}[target]
    frame = mixed(n_rows, seed=seed).drop({"two": "value", "value": "two"}[target])
    made = table_of(frame, target, task)
    split = pl.Series(["train"] * (n_rows - 200) + ["test"] * 200)
    return replace(made, split=split, schema=made.schema.model_copy(update={"has_split": True}))


def kept(yard: Yard, given: Table, **engine: Any) -> Kept:
    _, draft = draft_of(yard, given, LightGBM(**engine))
    return read_predictions(yard.artifacts, str(draft.predictions_hash), yard.settings.scratch)


def numbers(actual: np.ndarray, predicted: np.ndarray) -> Kept:
    ids = np.arange(len(actual), dtype=np.uint64)
    return Kept("regression", "test", len(ids), ids, pl.Series("y", actual), Prediction(predicted))


def classes(actual: np.ndarray, score: np.ndarray) -> Kept:
    names = ("no", "yes")
    probabilities = np.column_stack([1 - score, score])
    values = np.asarray(names, dtype=object)[(score > 0.5).astype(int)]
    target = pl.Series("y", np.asarray(names, dtype=object)[actual].tolist())
    ids = np.arange(len(actual), dtype=np.uint64)
    return Kept("classification", "test", len(ids), ids, target, Prediction(values, probabilities, names))


@pytest.mark.parametrize("target", ["two", "value"])
def test_what_was_predicted_is_kept_by_row_exactly(yard: Yard, target: str) -> None:
    given = table(target)
    chain, draft = draft_of(yard, given, LightGBM(n_estimators=5))
    found = read_predictions(yard.artifacts, str(draft.predictions_hash), yard.settings.scratch)
    rows = given.rows("test")
    right = chain.engine.predict(chain.fitted, rows.frame)
    order = np.argsort(row_ids(rows.frame).to_numpy())
    assert found.prediction.values.tolist() == right.values[order].tolist()
    assert found.target.to_list() == rows.target().gather(order).to_list()
    if right.probabilities is not None and found.prediction.probabilities is not None:
        assert (found.prediction.probabilities == right.probabilities[order]).all()
    assert (found.split, found.n, found.n_all) == ("test", 200, 200)


def test_equal_rows_have_ids_of_their_own_and_ids_do_not_depend_on_order() -> None:
    frame = pl.DataFrame({"a": [1.5, None, 1.5, 2.0], "b": ["x", "y", "x", None]})
    ids = row_ids(frame)
    assert ids.n_unique() == 4
    assert sorted(row_ids(frame.reverse())) == sorted(ids)
    assert set(row_ids(frame.with_columns(b=pl.lit("x")))) != set(ids)


def test_models_of_other_rows_are_refused_with_the_count(yard: Yard) -> None:
    first, second = (kept(yard, table("value", seed=seed), n_estimators=5) for seed in (0, 1))
    found = paired(first, second)
    assert found.differences == ()
    assert found.unavailable is not None
    assert "200 test rows and 200 test rows, of which 0 are the same" in found.unavailable


def test_another_split_of_the_same_rows_is_refused(yard: Yard) -> None:
    given = table()
    assert given.split is not None
    found = paired(kept(yard, given, n_estimators=5), kept(yard, replace(given, split=given.split.reverse())))
    assert found.unavailable is not None
    assert "0 are the same" in found.unavailable


def test_another_task_is_refused(yard: Yard) -> None:
    found = paired(kept(yard, table("two"), n_estimators=2), kept(yard, table("value"), n_estimators=2))
    assert found.unavailable == "One is for classification, the other for regression."


@pytest.mark.parametrize("target", ["two", "value"])
def test_every_metric_is_paired_and_a_much_worse_model_is_found_out(yard: Yard, target: str) -> None:
    weak, strong = kept(yard, table(target), n_estimators=1), kept(yard, table(target), n_estimators=60)
    found = paired(weak, strong)
    rows = weak.scored()
    rules = classification_rules(rows) if isinstance(rows, Classified) else regression_rules(rows)
    assert [each.name for each in found.differences] == [rule.name for rule in rules]
    for each in found.differences:
        if each.first is None:
            assert each.unavailable
            continue
        assert each.interval is not None, each
        assert each.difference == pytest.approx(each.second - each.first)  # type: ignore[operator]  # both are there
        assert each.interval[0] <= each.difference <= each.interval[1], each.name  # type: ignore[operator]
    main = {each.name: each for each in found.differences}[{"two": "log_loss", "value": "rmse"}[target]]
    assert main.is_certain
    assert main.difference is not None
    assert main.difference < 0


def test_two_that_say_the_same_do_not_differ() -> None:
    generator = np.random.default_rng(0)
    one = numbers(generator.normal(size=50), generator.normal(size=50))
    found = paired(one, one)
    assert {each.difference for each in found.differences if each.difference is not None} == {0.0}
    assert not any(each.is_certain for each in found.differences)
    assert found.differences[0].unavailable == "Both models predict the same for every row."


@pytest.mark.parametrize("n", [1, 9])
def test_a_handful_of_rows_gives_differences_without_intervals(n: int) -> None:
    actual = np.arange(n) % 2
    found = paired(classes(actual, np.full(n, 0.3)), classes(actual, np.full(n, 0.6)))
    assert found.unavailable is None
    assert all(each.interval is None and each.unavailable for each in found.differences)


def test_mcnemar_is_the_binomial_test_of_the_rows_that_one_has_right() -> None:
    actual = np.zeros(100, dtype=int)
    score = np.full(100, 0.1)
    worse = score.copy()
    worse[:9] = 0.9
    better = score.copy()
    better[9] = 0.9
    found = paired(classes(actual, worse), classes(actual, better)).mcnemar
    assert found is not None
    assert (found.n_only_first, found.n_only_second) == (1, 9)
    assert found.p_value == pytest.approx(2 * (1 + 10) / 2**10)
    same = classes(actual, score).scored()
    assert isinstance(same, Classified)
    assert mcnemar(same, same).p_value == 1.0


def share_certain(pairs: Iterator[tuple[Kept, Kept]], names: set[str]) -> dict[str, float]:
    """Return for each metric how often its interval left out 0."""
    found = [{each.name: each.is_certain for each in paired(*pair).differences} for pair in pairs]
    return {name: sum(each[name] for each in found) / len(found) for name in names}


def test_intervals_of_classes_hold_the_true_difference() -> None:
    """Two models of the same quality: in about 95 of 100 samples the interval holds 0."""

    def samples() -> Iterator[tuple[Kept, Kept]]:
        for seed in range(80):
            generator = np.random.default_rng(seed)
            actual = (generator.random(150) < 0.4).astype(int)
            signal = actual + generator.normal(size=150)
            first, second = (1 / (1 + np.exp(-2 * (signal + generator.normal(size=150) * 0.7 - 0.5))) for _ in "ab")
            yield classes(actual, first), classes(actual, second)

    found = share_certain(samples(), {"accuracy", "roc_auc", "average_precision", "log_loss", "f1_macro", "mcc"})
    assert max(found.values()) <= 0.125, found
    assert 0.02 <= sum(found.values()) / len(found) <= 0.09, found


def test_intervals_of_numbers_hold_the_true_difference() -> None:
    def samples() -> Iterator[tuple[Kept, Kept]]:
        for seed in range(80):
            generator = np.random.default_rng(seed)
            actual, shared = generator.normal(size=(2, 120))
            yield tuple(numbers(actual, actual + shared + generator.normal(size=120)) for _ in "ab")  # type: ignore[misc]

    found = share_certain(samples(), {"rmse", "mae", "median_ae", "r2"})
    assert max(found.values()) <= 0.125, found
    assert 0.01 <= sum(found.values()) / len(found) <= 0.09, found


def test_pairing_tells_apart_what_two_intervals_cannot() -> None:
    """The same hard rows for both: the metric's own interval is wide, the difference's narrow."""
    generator = np.random.default_rng(0)
    actual, hard = generator.normal(size=200) * 10, generator.normal(size=200) * 5
    first = numbers(actual, actual + hard)
    second = numbers(actual, actual + hard * 0.97)
    each = {each.name: each for each in paired(first, second).differences}["mae"]
    assert each.is_certain
    assert each.interval is not None
    assert each.interval[1] - each.interval[0] < 0.1
