"""Early stopping, budgets, memory and file formats of the boosting libraries."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.models.boosters import BoosterEngine, hold_back
from modelyard.models.chain import build_chain, load, save
from modelyard.models.engine import FitOptions, Fitted
from modelyard.models.engines.autogluon import AutoGluon
from modelyard.models.engines.catboost import CatBoost
from modelyard.models.engines.k_neighbours import KNeighbours
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.naive_bayes import NaiveBayes
from modelyard.models.engines.neural_network import NeuralNetwork
from modelyard.models.engines.svm import MAX_ROWS, SupportVectors
from modelyard.models.engines.xgboost import XGBoost
from modelyard.models.lightgbm_file import SavedBooster
from modelyard.models.target import Target, training_target
from tests.models.rows import mixed, numbers, table_of

BOOSTERS = [LightGBM, CatBoost, XGBoost]
boosters = pytest.mark.parametrize("kind", BOOSTERS)


def table(target: str = "two", n_rows: int = 400) -> Table:
    task: Any = "regression" if target == "value" else "classification"
    return table_of(numbers(n_rows).select("a", "b", "c", target), target, task)


@boosters
@pytest.mark.parametrize("target", ["two", "three", "value"])
def test_early_stopping_keeps_fewer_trees_and_says_so(kind: type[BoosterEngine], target: str, tmp_path: Path) -> None:
    engine = kind.model_validate({"n_estimators": 400, "learning_rate": 0.3, "early_stopping_rounds": 5})
    fitted = engine.fit(table(target), FitOptions())
    assert fitted.n_steps is not None
    assert 0 < fitted.n_steps < 400
    assert fitted.notes == (f"Early stopping kept {fitted.n_steps} of 400 trees.",)
    assert fitted.n_rows == 400, "held-back rows are training rows too"
    engine.save(fitted, tmp_path)
    rows = table(target).frame
    first, second = engine.predict(fitted, rows), engine.predict(engine.load(tmp_path), rows)
    np.testing.assert_array_equal(first.values, second.values)


@pytest.mark.parametrize("target", ["two", "three", "value"])
def test_lightgbm_is_read_without_its_package_and_answers_as_that_does(target: str) -> None:
    from lightgbm import Booster

    text = LightGBM(n_estimators=20).fit(table(target), FitOptions()).state["booster"].model_to_string()
    saved, whole = SavedBooster(text), Booster(model_str=text)
    x = numbers(200, seed=5).select("a", "b", "c").to_numpy().copy()
    x[::7, 1] = np.nan
    for rows in (x, np.asfortranarray(x), x[:1], x[:0]):
        for contrib in (False, True):
            found = saved.predict(rows, pred_contrib=contrib)
            if len(rows):
                np.testing.assert_array_equal(found, whole.predict(rows, pred_contrib=contrib, num_threads=1))
            assert len(found) == len(rows)
    np.testing.assert_array_equal(saved.feature_importance("gain"), whole.feature_importance("gain"))
    np.testing.assert_array_equal(saved.feature_importance("split"), whole.feature_importance("split"))
    assert saved.model_to_string() == text
    with pytest.raises(ValueError, match="takes 3 features"):
        saved.predict(x[:, :2])
    with pytest.raises(Refused, match="cannot read this model"):
        SavedBooster("no trees here")


@boosters
@pytest.mark.filterwarnings("error::lightgbm.basic.LGBMDeprecationWarning")
def test_the_trees_are_those_of_the_library_stopped_on_the_same_rows(kind: type[BoosterEngine]) -> None:
    import lightgbm
    import xgboost
    from catboost import CatBoostRegressor

    rows = table("value")
    engine = kind.model_validate({"n_estimators": 300, "learning_rate": 0.3, "early_stopping_rounds": 5})
    fitted = engine.fit(rows, FitOptions(seed=3))
    held = hold_back(training_target(rows), 0.1, 3)
    assert held is not None
    grow, stop = held
    x, y = rows.features().to_numpy(), rows.target().to_numpy()
    beside, new = [(x[stop], y[stop])], numbers(100, seed=4)
    shared = {"n_estimators": 300, "learning_rate": 0.3}
    if kind is LightGBM:
        stopping = lightgbm.early_stopping(5, verbose=False)
        hand: Any = lightgbm.LGBMRegressor(**shared, random_state=3, n_jobs=1, verbosity=-1)
        hand.fit(x[grow], y[grow], eval_X=x[stop], eval_y=y[stop], callbacks=[stopping])
    elif kind is XGBoost:
        hand = xgboost.XGBRegressor(**shared, random_state=3, n_jobs=1, early_stopping_rounds=5)
        hand.fit(x[grow], y[grow], eval_set=beside, verbose=False)
    else:
        hand = CatBoostRegressor(**shared, random_seed=3, thread_count=1, verbose=False, allow_writing_files=False)
        hand.fit(x[grow], y[grow], eval_set=beside, early_stopping_rounds=5)
    found = engine.predict(fitted, new).values
    np.testing.assert_allclose(found, hand.predict(new.select("a", "b", "c").to_numpy()), rtol=1e-6)


@pytest.mark.parametrize("kind", [LightGBM, XGBoost])
def test_rows_given_to_stop_by_are_used_whole_and_none_are_held_back(kind: type[BoosterEngine]) -> None:
    engine = kind.model_validate({"n_estimators": 300, "learning_rate": 0.3})
    beside = table_of(numbers(150, seed=2).select("a", "b", "c", "two"), "two", "classification")
    fitted = engine.fit(table(), FitOptions(validation=beside, patience=5))
    assert fitted.n_steps is not None
    assert fitted.n_steps < 300
    again = kind.model_validate({"n_estimators": fitted.n_steps, "learning_rate": 0.3}).fit(table(), FitOptions())
    first = engine.predict(fitted, beside.frame).probabilities
    np.testing.assert_allclose(first, engine.predict(again, beside.frame).probabilities, atol=1e-6)


def test_catboost_stops_by_the_rows_it_is_given() -> None:
    from catboost import CatBoostClassifier

    beside = table_of(numbers(150, seed=2).select("a", "b", "c", "two"), "two", "classification")
    engine, rows = CatBoost(n_estimators=300, learning_rate=0.3), table()
    fitted = engine.fit(rows, FitOptions(validation=beside, patience=5))
    hand = CatBoostClassifier(300, 0.3, random_seed=0, thread_count=1, verbose=False, allow_writing_files=False)
    given = (beside.features().to_numpy(), beside.target().to_numpy())
    hand.fit(rows.features().to_numpy(), rows.target().to_numpy(), eval_set=given, early_stopping_rounds=5)
    assert fitted.n_steps == hand.tree_count_ < 300
    found = engine.predict(fitted, beside.frame).probabilities
    np.testing.assert_allclose(found, hand.predict_proba(given[0]), atol=1e-9)


@boosters
def test_too_few_rows_to_hold_back_grow_all_trees(kind: type[BoosterEngine]) -> None:
    engine = kind.model_validate({"n_estimators": 10, "early_stopping_rounds": 2})
    fitted = engine.fit(table(n_rows=40), FitOptions())
    assert fitted.notes == ("Too few rows to hold some back: all trees were grown.",)
    assert fitted.n_steps is None


def test_rows_held_back_keep_the_shares_of_the_classes_and_leave_each_a_row() -> None:
    values = np.array([0] * 300 + [1] * 99 + [2])
    rows = Table(pl.DataFrame({"y": values}), table().schema)
    held = hold_back(Target(values, ("a", "b", "c"), "classification", rows), 0.1, 0)
    assert held is not None
    keep, stop = held
    assert sorted([*keep, *stop]) == list(range(400))
    assert np.bincount(values[stop], minlength=3).tolist() == [30, 10, 0]


@boosters
@pytest.mark.parametrize("target", ["two", "three", "value"])
def test_a_spent_budget_keeps_the_trees_grown_so_far(kind: type[BoosterEngine], target: str) -> None:
    said: list[float] = []
    engine = kind.model_validate({"n_estimators": 10_000})
    options = FitOptions(budget_seconds=0.2, report=lambda fraction, _message: said.append(fraction))
    fitted = engine.fit(table(target), options)
    assert fitted.n_steps is not None
    assert fitted.n_steps < 10_000
    assert fitted.notes == (f"Stopped by the time budget with {fitted.n_steps} of 10000 trees.",)
    assert len(engine.predict(fitted, table(target).frame).values) == 400
    assert all(0 < fraction <= 1 for fraction in said)


@boosters
@pytest.mark.parametrize("target", ["two", "value"])
def test_gaps_and_categories_are_taken_as_the_library_takes_them(kind: type[BoosterEngine], target: str) -> None:
    frame = mixed().select("a", "city", target)
    task: Any = "regression" if target == "value" else "classification"
    engine = kind.model_validate({"n_estimators": 20, "learning_rate": 0.1})
    found = engine.predict(engine.fit(table_of(frame, target, task), FitOptions()), frame)
    names = sorted(frame["city"].drop_nulls().unique())
    x = frame.select("a", pl.col("city").cast(pl.Enum(names)).to_physical().cast(pl.Float64)).to_numpy()
    y = frame[target].to_numpy()
    hand = by_hand(kind, task, x, np.unique(y, return_inverse=True)[1] if task == "classification" else y)
    ours = found.values if task == "regression" else found.probabilities
    np.testing.assert_allclose(ours, hand, atol=1e-6)


def by_hand(kind: type[BoosterEngine], task: str, x: Any, y: Any) -> Any:
    import catboost
    import lightgbm
    import pandas as pd
    import xgboost

    suffix = "Classifier" if task == "classification" else "Regressor"
    method = "predict_proba" if task == "classification" else "predict"
    shared = {"n_estimators": 20, "learning_rate": 0.1}
    if kind is LightGBM:
        model: Any = getattr(lightgbm, f"LGBM{suffix}")(**shared, n_jobs=1, verbosity=-1, random_state=0)
        return getattr(model.fit(x, y, categorical_feature=[1]), method)(x)
    if kind is XGBoost:
        categories = {"enable_categorical": True, "feature_types": ["q", "c"]}
        return getattr(getattr(xgboost, f"XGB{suffix}")(**shared, **categories, random_state=0).fit(x, y), method)(x)
    rows = pd.DataFrame({"a": x[:, 0], "city": np.nan_to_num(x[:, 1], nan=-1).astype(int).astype(str)})
    silent = {"verbose": False, "allow_writing_files": False, "random_seed": 0, "thread_count": 1}
    model = getattr(catboost, f"CatBoost{suffix}")(**shared, **silent, cat_features=["city"])
    return getattr(model.fit(rows, y), method)(rows)


def test_catboost_refuses_beforehand_what_does_not_fit_in_memory() -> None:
    engine = CatBoost(n_estimators=2)
    few = engine.memory_bytes(n_rows=1000, n_features=20, n_classes=2)
    many = engine.memory_bytes(n_rows=1000, n_features=20, n_classes=26)
    assert many > 5 * few
    with pytest.raises(Invalid, match=r"CatBoost would need about \d+ MB for 400 rows and 3 classes; there are 20 MB"):
        engine.fit(table("three"), FitOptions(memory_bytes=20 * 1024**2))
    engine.fit(table("three"), FitOptions(memory_bytes=200 * 1024**2))


def test_catboost_chooses_its_learning_rate_unless_the_penalty_is_given() -> None:
    rows = table("value", 2000)
    by_itself: Fitted = CatBoost(n_estimators=30).fit(rows, FitOptions())
    given: Fitted = CatBoost(n_estimators=30, l2_leaf_reg=3.0).fit(rows, FitOptions())
    assert by_itself.state["booster"].learning_rate_ != pytest.approx(0.03)
    assert given.state["booster"].learning_rate_ == pytest.approx(0.03)


def test_support_vectors_refuse_more_rows_than_is_sane_and_classes_of_one_row() -> None:
    with pytest.raises(Invalid, match=f"takes at most {MAX_ROWS:,} training rows"):
        SupportVectors().fit(table(n_rows=MAX_ROWS + 1), FitOptions())
    frame = pl.DataFrame({"a": np.arange(21.0), "y": ["x", "y"] * 10 + ["rare"]})
    with pytest.raises(Invalid, match="the class 'rare' has 1 training row"):
        SupportVectors().fit(table_of(frame, "y", "classification"), FitOptions())


def test_naive_bayes_of_counts_refuses_values_below_zero() -> None:
    engine = NaiveBayes(variant="multinomial")
    with pytest.raises(Invalid, match=r"cannot take values below 0 \(a, b, c\)"):
        engine.fit(table(), FitOptions())
    counts = table_of(numbers().select(pl.col("a", "b").abs(), "two"), "two", "classification")
    assert len(engine.predict(engine.fit(counts, FitOptions()), counts.frame).values) == 400


def test_more_neighbours_than_rows_are_refused() -> None:
    with pytest.raises(Invalid, match="asks 50 rows, but there are 40"):
        KNeighbours(n_neighbours=50).fit(table(n_rows=40), FitOptions())


def test_a_network_on_few_rows_says_that_it_did_not_stop_early() -> None:
    fitted = NeuralNetwork(max_iter=5).fit(table(n_rows=8), FitOptions())
    assert "Too few rows to hold some back: early stopping was left out." in fitted.notes


def test_neighbours_from_a_file_that_was_tampered_with_are_refused(tmp_path: Path) -> None:
    engine = KNeighbours()
    engine.save(engine.fit(table(), FitOptions()), tmp_path)
    with np.load(tmp_path / "rows.npz") as file:
        rows, values = file["rows"], file["values"]
    np.savez_compressed(tmp_path / "rows.npz", rows=rows, values=values + 7)
    with pytest.raises(Refused, match="not those it names"):
        engine.load(tmp_path)


def test_a_model_whose_files_run_code_is_read_only_when_it_is_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = LightGBM(n_estimators=2)
    rows = table()
    save(build_chain([], engine, engine.fit(rows, FitOptions()), rows), tmp_path / "model.zip")
    monkeypatch.setattr(LightGBM, "is_pickled", True)
    with pytest.raises(Refused, match="runs code when it is read"):
        load(tmp_path / "model.zip")
    assert load(tmp_path / "model.zip", is_ours=True).engine == engine
    assert AutoGluon.is_pickled


def test_autogluon_says_how_to_install_it_and_what_its_metric_is_for() -> None:
    from importlib.util import find_spec

    if find_spec("autogluon") is None:
        assert AutoGluon.unavailable_reason() == "not installed: pip install modelyard[autogluon]"
    problems = AutoGluon(metric="r2").problems(table().schema)
    assert problems == ["The metric r2 is not for classification: choose auto."]


def test_catboost_refitted_with_the_trees_it_stopped_at_is_the_same_model() -> None:
    rows = table_of(mixed(400).drop("value"), "two", "classification")
    stated = {"n_estimators": 300, "learning_rate": 0.1, "max_ctr_complexity": 4, "leaf_estimation_iterations": 10}
    engine = CatBoost.model_validate(stated)
    stopped = engine.fit(rows, FitOptions(seed=5, validation=rows, patience=300, budget_seconds=None))
    whole = engine.model_copy(update={"n_estimators": stopped.n_steps or 300}).fit(rows, FitOptions(seed=5))
    new = mixed(100, seed=4)
    probabilities = [engine.predict(fitted, new).probabilities for fitted in (stopped, whole)]
    np.testing.assert_allclose(*probabilities, rtol=0, atol=1e-12)
