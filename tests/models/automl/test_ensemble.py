"""The ensemble as an engine of its own: any table, kept whole, importances and contributions by its own columns."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from modelyard.data.frames import Table
from modelyard.models.engine import FitOptions
from modelyard.models.engines.ensemble import Ensemble
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.linear_regression import LinearRegression
from modelyard.models.preparation import preparation, usable
from tests.models.automl.rows import messy_table, table_of
from tests.models.rows import numbers

LGBM = {"kind": "lightgbm", "n_estimators": 20}


def both(table: Table, **more: Any) -> Ensemble:
    nodes = preparation("dense", usable(table.schema))
    members = [{"engine": {**LGBM, **more}, "weight": 3}, {"engine": {"kind": "linear_regression"}, "nodes": nodes}]
    return Ensemble(members=members)  # type: ignore[arg-type]  # pydantic reads documents


@pytest.mark.parametrize("target", ["label", "price"])
def test_the_standard_three_take_a_table_as_it_is(target: str, tmp_path: Path) -> None:
    table, engine = messy_table(target), Ensemble()
    assert engine.problems(table.schema) == []
    fitted = engine.fit(table, FitOptions(seed=1))
    assert set(fitted.features) == {"size", "colour", "day", "note"}
    features = table.frame.drop(target)
    before = engine.predict(fitted, features)
    engine.save(fitted, tmp_path)
    again = engine.load(tmp_path)
    np.testing.assert_array_equal(before.values, engine.predict(again, features).values)
    assert not any(path.suffix in (".pkl", ".pickle", ".joblib") for path in tmp_path.iterdir())
    importance = engine.importance(fitted)
    assert importance is not None
    assert set(importance) == set(fitted.features)
    assert sum(importance.values()) == pytest.approx(1)
    assert importance == engine.importance(again)


def test_it_is_the_weighted_mean_of_its_members() -> None:
    frame = numbers(300).select("a", "b", "c", "value")
    table = table_of(frame, "value", "regression")
    engine = Ensemble(members=[{"engine": LGBM, "weight": 3}, {"engine": {"kind": "linear_regression"}}])  # type: ignore[list-item]
    fitted = engine.fit(table, FitOptions())
    trees, line = LightGBM(n_estimators=20), LinearRegression()
    one = trees.predict(trees.fit(table, FitOptions()), frame).values
    two = line.predict(line.fit(table, FitOptions()), frame).values
    np.testing.assert_allclose(engine.predict(fitted, frame).values, 0.75 * one + 0.25 * two, rtol=1e-12)


def test_contributions_sum_to_the_prediction_of_a_number() -> None:
    frame = numbers(300).select("a", "b", "c", "value")
    table = table_of(frame, "value", "regression")
    engine = both(table)
    fitted = engine.fit(table, FitOptions())
    found = engine.contributions(fitted, frame.drop("value"))
    assert found is not None
    assert found.shape == (300, 4)
    np.testing.assert_allclose(found.sum(axis=1), engine.predict(fitted, frame).values, rtol=1e-6)


def test_without_members_that_know_theirs_there_are_no_contributions() -> None:
    table = table_of(numbers(100).select("a", "b", "value"), "value", "regression")
    engine = Ensemble(members=[{"engine": {"kind": "k_neighbours"}}])  # type: ignore[list-item]
    fitted = engine.fit(table, FitOptions())
    assert engine.contributions(fitted, table.frame.drop("value")) is None


def test_fits_on_folds_are_each_a_member_and_stated_steps_give_the_same() -> None:
    table = table_of(numbers(300).select("a", "b", "two"), "two", "classification")
    member = {"engine": {**LGBM, "n_estimators": 200, "learning_rate": 0.1}, "n_folds": 4, "n_fits": 3}
    chosen = Ensemble(members=[member])  # type: ignore[list-item]
    fitted = chosen.fit(table, FitOptions(seed=2))
    steps = [part.fitted.n_steps for part in fitted.state["parts"]]
    assert len(steps) == 3
    assert all(steps)
    stated = Ensemble(members=[{**member, "n_steps": steps}])  # type: ignore[list-item]
    features = table.frame.drop("two")
    again = stated.predict(stated.fit(table, FitOptions(seed=2)), features)
    expected = chosen.predict(fitted, features)
    assert again.probabilities is not None
    np.testing.assert_allclose(again.probabilities, expected.probabilities, rtol=1e-12)


def test_a_class_that_a_part_never_saw_has_no_probability_there() -> None:
    frame = pl.DataFrame({"a": [float(i) for i in range(40)], "y": ["x", "z"] * 19 + ["rare", "x"]})
    table = table_of(frame, "y", "classification")
    member = {"engine": {"kind": "naive_bayes"}, "n_folds": 4}
    engine = Ensemble(members=[member])  # type: ignore[list-item]
    fitted = engine.fit(table, FitOptions())
    assert fitted.classes == ("rare", "x", "z")
    found = engine.predict(fitted, frame.drop("y")).probabilities
    assert found is not None
    np.testing.assert_allclose(found.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ({"engine": {"kind": "ensemble"}}, "an ensemble itself"),
        ({"engine": {"kind": "nothing"}}, "no engine kind"),
        ({"engine": {"kind": "lightgbm", "n_estimators": 0}}, "member 1"),
        ({"engine": {"kind": "lightgbm"}, "nodes": [{"kind": "nothing"}]}, "no node kind"),
    ],
)
def test_members_must_be_known(member: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Ensemble(members=[member])  # type: ignore[list-item]


def test_without_a_column_to_learn_from_it_says_so() -> None:
    table = table_of(pl.DataFrame({"code": ["a", "b"], "y": [1.0, 2.0]}), "y", "regression", code="id")
    assert any("identifier" in text for text in Ensemble().problems(table.schema))
