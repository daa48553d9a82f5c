"""Each engine gives what the bare library gives, survives a round trip through files, and refuses in sentences."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.engines.hist_gradient_boosting import HistGradientBoosting
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.linear_regression import LinearRegression
from modelyard.models.engines.logistic_regression import LogisticRegression
from modelyard.models.engines.random_forest import RandomForest
from tests.examples import examples
from tests.models.bare import CLASSIFIERS, REGRESSORS, bare, named
from tests.models.rows import mixed, numbers, table_of

FEATURES = ["a", "b", "c"]


def features_of(target: str, rows: int | None = None, seed: int = 0) -> pl.DataFrame:
    return numbers(rows or 400, seed).select([*FEATURES, target])


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("target", ["two", "three"])
@pytest.mark.parametrize("engine", CLASSIFIERS, ids=named)
def test_classification_equals_the_bare_library(engine: Engine, target: str, balanced: bool) -> None:
    train, new = features_of(target), numbers(150, seed=9)
    options = FitOptions(class_weight="balanced" if balanced else "none")
    if balanced and not engine.takes_class_weight:
        with pytest.raises(Invalid, match="cannot weigh classes"):
            engine.fit(table_of(train, target, "classification"), options)
        return
    fitted = engine.fit(table_of(train, target, "classification"), options)
    found = engine.predict(fitted, new)

    hand = bare(engine, "classification", balanced=balanced)
    hand.fit(train.select(FEATURES).to_numpy(), train[target].to_numpy())
    x = new.select(FEATURES).to_numpy()
    assert [str(name) for name in hand.classes_] == list(found.classes or ())
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities, hand.predict_proba(x), atol=1e-9)
    assert [str(value) for value in np.ravel(hand.predict(x))] == list(found.values)


@pytest.mark.parametrize("engine", REGRESSORS, ids=named)
def test_regression_equals_the_bare_library(engine: Engine) -> None:
    train, new = features_of("value"), numbers(150, seed=9)
    fitted = engine.fit(table_of(train, "value", "regression"), FitOptions())
    found = engine.predict(fitted, new)
    hand = bare(engine, "regression")
    hand.fit(train.select(FEATURES).to_numpy(), train["value"].to_numpy())
    assert found.probabilities is None
    np.testing.assert_allclose(found.values, hand.predict(new.select(FEATURES).to_numpy()), atol=1e-9)


@pytest.mark.parametrize("engine", [HistGradientBoosting(max_iter=20), LightGBM(n_estimators=20)], ids=named)
def test_gaps_and_categories_are_taken_as_the_library_takes_them(engine: Engine) -> None:
    frame = mixed().drop("value")
    fitted = engine.fit(table_of(frame, "two", "classification"), FitOptions())
    codes = frame.with_columns(
        pl.col("city").cast(pl.Enum(sorted(frame["city"].drop_nulls().unique()))).to_physical(),
    ).drop("two")
    x = codes.cast(pl.Float64).to_numpy()
    hand = bare(engine, "classification")
    if isinstance(engine, HistGradientBoosting):
        hand.categorical_features = [1]
        hand.fit(x, frame["two"].to_numpy())
    else:
        hand.fit(x, frame["two"].to_numpy(), categorical_feature=[1])
    found = engine.predict(fitted, frame)
    np.testing.assert_allclose(found.probabilities, hand.predict_proba(x), atol=1e-9)
    stranger = frame.head(1).with_columns(city=pl.lit("Sapa"))
    unknown = frame.head(1).with_columns(city=pl.lit(None, dtype=pl.String))
    first, second = engine.predict(fitted, stranger), engine.predict(fitted, unknown)
    np.testing.assert_array_equal(first.probabilities, second.probabilities)


@pytest.mark.parametrize(
    ("engine", "target", "task"),
    [*((e, "three", "classification") for e in CLASSIFIERS), *((e, "value", "regression") for e in REGRESSORS)],
    ids=lambda value: named(value) if isinstance(value, Engine) else str(value),
)
def test_files_keep_every_digit_and_hold_no_pickle(engine: Engine, target: str, task: Any, tmp_path: Path) -> None:
    fitted = engine.fit(table_of(features_of(target), target, task), FitOptions())
    engine.save(fitted, tmp_path)
    again = engine.load(tmp_path)
    new = numbers(50, seed=3)
    first, second = engine.predict(fitted, new), engine.predict(again, new)
    np.testing.assert_array_equal(first.values, second.values)
    if first.probabilities is not None:
        np.testing.assert_array_equal(first.probabilities, second.probabilities)
    assert (again.features, again.classes, again.n_rows) == (fitted.features, fitted.classes, 400)
    assert again.state.keys() == fitted.state.keys()
    assert engine.importance(again) == engine.importance(fitted)
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".skops", ".txt", ".cbm", ".ubj", ".npz"}


def test_a_file_with_a_foreign_type_is_refused(tmp_path: Path) -> None:
    import skops.io
    from sklearn.ensemble import HistGradientBoostingClassifier

    engine = LogisticRegression()
    engine.save(engine.fit(table_of(features_of("two"), "two", "classification"), FitOptions()), tmp_path)
    foreign = HistGradientBoostingClassifier(max_iter=2).fit([[0.0], [1.0]] * 30, [0, 1] * 30)
    skops.io.dump(foreign, tmp_path / "estimator.skops")
    with pytest.raises(Refused, match="types that Logistic regression does not use"):
        engine.load(tmp_path)


@pytest.mark.parametrize("engine", [RandomForest(n_estimators=25), LightGBM(n_estimators=20)], ids=named)
def test_importance_sums_to_one(engine: Engine) -> None:
    fitted = engine.fit(table_of(features_of("two"), "two", "classification"), FitOptions())
    importance = engine.importance(fitted)
    assert importance is not None
    assert sum(importance.values()) == pytest.approx(1)
    assert max(importance, key=importance.__getitem__) == "a"


@pytest.mark.parametrize(
    "engine",
    [RandomForest(n_estimators=500), HistGradientBoosting(max_iter=2000), LightGBM(n_estimators=5000)],
    ids=named,
)
def test_a_spent_budget_stops_early_with_what_there_is(engine: Engine) -> None:
    said: list[float] = []
    options = FitOptions(budget_seconds=1e-6, report=lambda fraction, _message: said.append(fraction))
    table = table_of(features_of("two"), "two", "classification")
    fitted = engine.fit(table, options)
    assert "Stopped by the time budget" in fitted.notes[0]
    assert len(engine.predict(fitted, table.frame).values) == 400
    assert all(0 < fraction <= 1 for fraction in said)


@pytest.mark.parametrize("target", ["two", "three"])
def test_growing_in_parts_gives_the_same_trees(target: str) -> None:
    engine = HistGradientBoosting(max_iter=40, max_features=0.5)
    table = table_of(features_of(target), target, "classification")
    whole = engine.fit(table, FitOptions())
    parts = engine.fit(table, FitOptions(budget_seconds=1000))
    first, second = engine.predict(whole, table.frame), engine.predict(parts, table.frame)
    np.testing.assert_allclose(first.probabilities, second.probabilities, atol=1e-12)


def test_the_same_seed_gives_the_same_model_and_another_seed_another() -> None:
    engine = RandomForest(n_estimators=10)
    table = table_of(features_of("value"), "value", "regression")
    runs = [engine.predict(engine.fit(table, FitOptions(seed=seed)), table.frame).values for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def fit_classes(labels: list[Any], engine: Engine | None = None) -> Any:
    frame = pl.DataFrame({"a": np.arange(len(labels), dtype=float), "y": labels})
    return (engine or LightGBM(n_estimators=2)).fit(table_of(frame, "y", "classification"), FitOptions())


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["x"] * 20, "has one class only"),
        ([f"row {i}" for i in range(20)], "as many classes as rows"),
        ([None] * 15 + ["x", "y"] * 2, "is missing in 79%"),
    ],
)
def test_targets_that_cannot_be_learned_are_refused(labels: list[Any], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        fit_classes(labels)


def test_half_of_the_target_missing_is_taken_and_said() -> None:
    fitted = fit_classes([None] * 20 + ["x", "y"] * 10)
    assert fitted.notes == ("20 rows without a target (y) left out of the training.",)
    assert fitted.n_rows == 20


@pytest.mark.parametrize(
    ("values", "message"),
    [([3.0] * 20, "is constant"), ([1.0, 2.0, float("inf")] * 5, "has infinite values in 5 rows")],
)
def test_numbers_that_cannot_be_learned_are_refused(values: list[float], message: str) -> None:
    frame = pl.DataFrame({"a": np.arange(len(values), dtype=float), "y": values})
    with pytest.raises(Invalid, match=message):
        LinearRegression().fit(table_of(frame, "y", "regression"), FitOptions())


@pytest.mark.parametrize("engine", [*CLASSIFIERS[:1], *CLASSIFIERS[3:]], ids=named)
def test_infinite_features_are_refused_with_their_column(engine: Engine) -> None:
    frame = features_of("two").with_columns(b=pl.when(pl.col("a") > 1).then(float("inf")).otherwise(pl.col("b")))
    with pytest.raises(Invalid, match=r"cannot take infinite values \(b: \d+ rows\)"):
        engine.fit(table_of(frame, "two", "classification"), FitOptions())


def test_class_names_are_text_in_natural_order() -> None:
    assert fit_classes([2, 10, 1] * 10).classes == ("1", "2", "10")
    assert fit_classes([True, False] * 10).classes == ("false", "true")
    assert fit_classes(["b", "a"] * 10).classes == ("a", "b")


def test_problems_say_what_to_add() -> None:
    import datetime as dt

    frame = mixed().with_columns(day=pl.lit(dt.date(2026, 1, 1)), note=pl.lit("words"))
    schema = table_of(frame, "two", "classification", note="text").schema
    assert LogisticRegression().problems(schema) == [
        "Logistic regression cannot take dates (day): add Features from dates before it.",
        "Logistic regression cannot take text or identifiers (note): add Drop columns before it.",
        "Logistic regression cannot take categories (city): add Encode categories before it.",
        "Logistic regression cannot take missing values (a): add Fill missing before it.",
    ]
    assert LightGBM().problems(schema.without(["day", "note"])) == []
    assert "is for classification; this target is for regression" in LogisticRegression().problems(
        table_of(features_of("value"), "value", "regression").schema
    )[0]  # fmt: skip
    assert LightGBM().problems(schema.without(["two"]))[0].startswith("There is no target")
    only_target = table_of(frame.select("two"), "two", "classification").schema
    assert "No features reach LightGBM" in LightGBM().problems(only_target)[0]


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (LogisticRegression, {"penalty": "elasticnet", "l1_ratio": 0.5, "solver": "lbfgs"}, "choose auto or saga"),
        (LogisticRegression, {"penalty": "elasticnet"}, "elasticnet needs l1_ratio"),
        (RandomForest, {"max_features": "fraction"}, "needs max_features_fraction"),
        (HistGradientBoosting, {"loss": "quantile"}, "needs quantile"),
        (LightGBM, {"subsample": 0.5}, "needs subsample_freq"),
        (LightGBM, {"max_depth": 3, "num_leaves": 31}, "at most 8 leaves"),
        (LightGBM, {"learning_rate": float("nan")}, "finite"),
    ],
)
def test_parameters_that_do_not_fit_together_are_refused(kind: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        kind(**values)


def test_class_weights_are_for_classes() -> None:
    table = table_of(features_of("value"), "value", "regression")
    with pytest.raises(Invalid, match="Class weights are for classification"):
        LightGBM().fit(table, FitOptions(class_weight="balanced"))


def test_no_convergence_is_said() -> None:
    frame = features_of("two").with_columns(pl.col("c") * 1e6)
    fitted = LogisticRegression(max_iter=1).fit(table_of(frame, "two", "classification"), FitOptions())
    assert "did not converge" in fitted.notes[0]


def test_code_makes_the_same_estimator() -> None:
    for engine, task in [*((e, "classification") for e in CLASSIFIERS), *((e, "regression") for e in REGRESSORS)]:
        scope: dict[str, Any] = {"task": task, "train": features_of("two"), "target": "two"}
        exec(engine.code(), scope)
        ours = engine.estimator(task, FitOptions()) if hasattr(engine, "estimator") else None
        if ours is not None:
            stated, meant = scope["estimator"].get_params(), ours.get_params()
            told = {name: value for name, value in stated.items() if not hasattr(value, "get_params")}
            assert stated.keys() == meant.keys()
            assert {
                k: v for k, v in told.items() if not k.endswith(("random_state", "n_jobs"))
            }.items() <= meant.items()


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.sampled_from(["x", "y", "z", None]), min_size=1, max_size=40))
def test_any_target_is_learned_or_refused_in_a_sentence(labels: list[str | None]) -> None:
    frame = pl.DataFrame(
        {"a": np.arange(len(labels), dtype=float), "y": labels}, schema={"a": pl.Float64, "y": pl.String}
    )
    table = table_of(frame, "y", "classification")
    n_classes, n_rows = len(set(labels) - {None}), len([label for label in labels if label is not None])
    if n_classes < 2 or n_classes == n_rows or n_rows < len(labels) / 2:
        with pytest.raises(Invalid, match="'y'"):
            LightGBM(n_estimators=1).fit(table, FitOptions())
        return
    fitted = LightGBM(n_estimators=1).fit(table, FitOptions())
    found = LightGBM(n_estimators=1).predict(fitted, frame)
    assert set(found.values) <= {label for label in labels if label is not None}
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)  # type: ignore[union-attr]  # classes have some


def test_a_table_without_its_rows_of_training_is_refused() -> None:
    table = table_of(features_of("two"), "two", "classification")
    split = pl.Series(["test"] * table.n_rows)
    with pytest.raises(Invalid, match="no training rows"):
        LightGBM().fit(Table(table.frame, table.schema, split).rows("train"), FitOptions())
