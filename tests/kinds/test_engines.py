"""The promises that every engine makes: a new engine is tested by existing."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.data.columns import Task
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Choices, family
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.search_space import Space, conditions, draw, search_space
from tests.examples import examples
from tests.kinds.imports import brought_by
from tests.models.rows import mixed, numbers, table_of

ENGINES: dict[str, type[Engine]] = dict(family("engine").kinds)
HERE = {name: kind for name, kind in ENGINES.items() if kind.unavailable_reason() is None}
CASES = [(kind, task) for kind in HERE.values() for task in kind.tasks if not kind.reads_text]
"""Engines of columns; one that reads text is tested beside it (tests/models/transformers)."""


def rows(task: Task) -> Any:
    if task == "clustering":
        return table_of(numbers(200).select("a", "b"), None, task)
    target = "three" if task == "classification" else "value"
    return table_of(numbers(200).select("a", "b", "c", target), target, task)


def test_all_are_found() -> None:
    assert {"logistic_regression", "linear_regression", "random_forest", "hist_gradient_boosting", "lightgbm"} <= set(
        ENGINES
    )


@pytest.mark.parametrize("kind", ENGINES.values(), ids=ENGINES.keys())
def test_defaults_round_trip_and_every_field_is_described(kind: type[Engine]) -> None:
    engine = kind()
    assert kind.model_validate_json(engine.model_dump_json()) == engine
    assert family("engine").parse(engine.model_dump(mode="json")) == engine
    card = kind.card()
    assert card["title"]
    assert card["summary"].endswith(".")
    assert card["group"] == "train"
    for name, field in kind.model_fields.items():
        assert name == "kind" or field.description, name
    for name, stated in card["schema"]["properties"].items():
        bounds = str(stated)
        is_number = "'number'" in bounds or "'integer'" in bounds
        assert not is_number or ("inimum" in bounds and "aximum" in bounds), f"{name} has no range"


@pytest.mark.parametrize(("kind", "task"), CASES)
def test_the_same_seed_gives_the_same_result_also_from_files(kind: type[Engine], task: Task, tmp_path: Path) -> None:
    engine, table = kind(), rows(task)
    first, second = (engine.fit(table, FitOptions(seed=7)) for _ in range(2))
    before = engine.predict(first, table.frame)
    np.testing.assert_array_equal(before.values, engine.predict(second, table.frame).values)
    engine.save(first, tmp_path)
    np.testing.assert_array_equal(before.values, engine.predict(engine.load(tmp_path), table.frame).values)
    assert len(before.values) == table.n_rows
    assert (before.probabilities is None) == (task != "classification")
    assert set(before.values) <= set(before.classes) if before.classes is not None else task == "regression"


@pytest.mark.parametrize(("kind", "task"), CASES)
def test_it_takes_what_it_says_it_takes(kind: type[Engine], task: Task) -> None:
    target = {"classification": "two", "regression": "value"}.get(task)
    frame = mixed(300).drop({"two", "value"} - {target})
    engine, table = kind(), table_of(frame, target, task)
    problems = engine.problems(table.schema)
    assert any("missing values" in text for text in problems) is not kind.takes_missing
    assert any("cannot take categories" in text for text in problems) is not kind.takes_categories
    if not problems:
        fitted = engine.fit(table, FitOptions())
        assert len(engine.predict(fitted, table.features()).values) == 300


@pytest.mark.parametrize("name", ENGINES)
def test_the_kind_imports_nothing_heavy_and_no_server(name: str) -> None:
    heavy = "sklearn lightgbm catboost xgboost autogluon polars numpy pandas skops sqlalchemy fastapi typer"
    modules = sorted({each.__module__ for each in ENGINES.values()})
    assert not set(heavy.split()) & set(brought_by(*modules)[ENGINES[name].__module__])


CONDITIONS = [(kind, name) for kind in ENGINES.values() for name in conditions(kind)]


@pytest.mark.parametrize(("kind", "name"), CONDITIONS, ids=[f"{k.kind_name()}-{n}" for k, n in CONDITIONS])
def test_a_parameter_that_would_have_no_effect_takes_its_default(kind: type[Engine], name: str) -> None:
    condition = conditions(kind)[name]
    field, allowed = next(iter(condition.items()))
    assert set(condition) <= set(kind.model_fields)
    others = [value for value in choices(kind, field) if value not in allowed]
    assert others, f"{kind.kind_name()}.{name} applies always"
    default, stated = kind.model_fields[name].default, kind.model_json_schema()["properties"][name]
    made = family("engine").parse({"kind": kind.kind_name(), field: others[0], name: another(stated, default)})
    assert getattr(made, name) == default
    assert made == family("engine").parse({"kind": kind.kind_name(), field: others[0]})
    family("engine").parse({"kind": kind.kind_name(), field: others[0]} | needed(kind, field, others[0]))


def choices(kind: type[Engine], field: str) -> list[Any]:
    stated = kind.model_json_schema()["properties"][field]
    return [True, False] if stated.get("type") == "boolean" else list(stated["enum"])


def another(stated: dict[str, Any], default: Any) -> Any:
    """A value within the parameter's range that is not its default."""
    options = [option for option in stated.get("anyOf", [stated]) if option.get("type") != "null"]
    if "enum" in options[0]:
        return next(value for value in options[0]["enum"] if value != default)
    if options[0]["type"] == "boolean":
        return not default
    low = options[0].get("minimum", options[0].get("exclusiveMinimum"))
    high = options[0].get("maximum", options[0].get("exclusiveMaximum"))
    middle = low + 0.4 * (high - low)
    found = int(middle) if options[0]["type"] == "integer" else middle
    return found if found != default else found + (1 if options[0]["type"] == "integer" else middle / 2)


def needed(kind: type[Engine], field: str, value: Any) -> dict[str, Any]:
    """What the value of the field asks for itself: a quantile, a share …"""
    stated = kind.model_json_schema()["properties"]
    return {
        name: 0.5
        for name, condition in conditions(kind).items()
        if kind.model_fields[name].default is None
        and value in condition.get(field, ())
        and "number" in [option.get("type") for option in stated[name]["anyOf"]]
    }


SEARCHED = [(kind, task) for kind in ENGINES.values() for task in kind.tasks if search_space(kind, task)]


def test_every_engine_of_one_piece_can_be_tuned() -> None:
    assert set(ENGINES) - {kind.kind_name() for kind, _ in SEARCHED} <= {"autogluon", "ensemble"}


@pytest.mark.parametrize(("kind", "task"), SEARCHED)
@settings(max_examples=examples(60), deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_whatever_is_drawn_from_the_search_space_is_a_valid_engine(kind: type[Engine], task: Task, random: Any) -> None:
    asked: list[str] = []

    def choose(name: str, space: Space) -> Any:
        asked.append(name)
        if isinstance(space, Choices):
            return random.choice(space.values)
        return (
            random.randint(int(space.low), int(space.high))
            if space.is_integer
            else random.uniform(space.low, space.high)
        )

    drawn = draw(kind(), task, choose)
    assert len(asked) == len(set(asked))
    for name, condition in conditions(kind).items():
        if name in asked:
            assert all(getattr(drawn, field) in values for field, values in condition.items())
    assert family("engine").parse(drawn.model_dump(mode="json")) == drawn
    assert not set(asked) & {name for name, only in kind.only_for.items() if only != task}


@pytest.mark.parametrize(("kind", "task"), SEARCHED)
def test_the_search_stays_within_the_ranges(kind: type[Engine], task: Task) -> None:
    for name, space in search_space(kind, task).items():
        ends = space.values if isinstance(space, Choices) else (space.low, space.high)
        for value in ends:
            allowed = {field: values[0] for field, values in conditions(kind).get(name, {}).items()}
            extra = {
                key: needed_value
                for field, chosen in allowed.items()
                for key, needed_value in needed(kind, field, chosen).items()
            }
            own = needed(kind, name, value)
            made = kind.model_validate({**extra, **own, **allowed, name: value})
            assert getattr(made, name) == value
        if not isinstance(space, Choices):
            assert space.low < space.high
            assert space.low > 0 or not space.is_log


BAD: dict[str, pl.DataFrame] = {
    "one feature": numbers(60).select("a", "two"),
    "a constant feature": numbers(60).select("a", "two", b=pl.lit(1.0)),
    "only a constant feature": numbers(60).select("two", b=pl.lit(1.0)),
    "26 classes": pl.DataFrame(
        {"a": np.arange(780) % 26 + np.arange(780) / 1e4, "two": [chr(97 + i % 26) for i in range(780)]}
    ),
    "5 % positives": pl.DataFrame(
        {"a": np.arange(200) / 10, "two": ["yes" if i % 20 == 0 else "no" for i in range(200)]}
    ),
    "a class with one row": pl.DataFrame({"a": np.arange(41) / 10, "two": ["rare"] + ["yes", "no"] * 20}),
    "three rows": pl.DataFrame({"a": [0.0, 1.0, 2.0], "two": ["x", "y", "x"]}),
    "two rows": pl.DataFrame({"a": [0.0, 1.0], "two": ["x", "y"]}),
    "one row": pl.DataFrame({"a": [0.0], "two": ["x"]}),
    "no rows": pl.DataFrame({"a": [], "two": []}, schema={"a": pl.Float64, "two": pl.String}),
    "infinite": pl.DataFrame({"a": [1.0, float("inf")] * 20, "two": ["x", "y"] * 20}),
    "all missing": pl.DataFrame({"a": pl.Series([None] * 40, dtype=pl.Float64), "two": ["x", "y"] * 20}),
    "huge numbers": pl.DataFrame({"a": [1e300, -1e300, 1e308, 3.0] * 10, "two": ["x", "y"] * 20}),
    "names with spaces and accents": numbers(60).select(pl.col("a").alias('số lượng [kg] {1}: "x"'), "two"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize(("kind", "task"), CASES)
def test_odd_rows_are_learned_or_refused_in_a_sentence(kind: type[Engine], task: Task, case: str) -> None:
    frame = BAD[case]
    if task == "regression":
        codes = frame["two"].cast(pl.Categorical).to_physical().cast(pl.Float64)
        frame = frame.with_columns(codes.alias("two"))
    if task == "clustering":
        frame = frame.drop("two")
    table = table_of(frame, None if task == "clustering" else "two", task)
    engine = kind()
    try:
        fitted = engine.fit(table, FitOptions())
        found = engine.predict(fitted, table.features())
    except Invalid as error:
        said = error.message
    else:
        said = ""
    if said:
        assert said[0].isupper(), said
        assert " " in said
        return
    assert len(found.values) == frame.height
    if found.probabilities is not None:
        np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-6)
    elif task == "regression":
        assert np.isfinite(found.values).all()


CATEGORICAL = [(kind, task) for kind, task in CASES if kind.takes_categories]


@pytest.mark.parametrize(("kind", "task"), CATEGORICAL)
def test_nine_hundred_categories_are_taken(kind: type[Engine], task: Task) -> None:
    names = [f"shop {i % 900}" for i in range(1800)]
    frame = pl.DataFrame({"shop": names, "y": [float(i % 900 > 450) + i / 1e5 for i in range(1800)]})
    if task == "classification":
        frame = frame.with_columns(pl.when(pl.col("y") > 0.5).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("y"))
    engine, table = kind(), table_of(frame, "y", task)
    fitted = engine.fit(table, FitOptions())
    strange = pl.DataFrame({"shop": ["shop 1", "never seen", None]})
    assert len(engine.predict(fitted, strange).values) == 3


EXPLAINED = [
    case for case in CASES if case[0].contributions is not Engine.contributions and case[0].kind_name() != "ensemble"
]


@pytest.mark.parametrize("target", ["two", "three", "value"])
@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, _ in EXPLAINED))
def test_contributions_sum_to_the_raw_score(kind: type[Engine], target: str) -> None:
    task: Task = "regression" if target == "value" else "classification"
    if task not in kind.tasks:
        pytest.skip("another task")
    engine, table = kind(), table_of(numbers(300).select("a", "b", "c", target), target, task)
    fitted = engine.fit(table, FitOptions())
    found, prediction = engine.contributions(fitted, table.frame), engine.predict(fitted, table.frame)
    assert found is not None
    raw = found.sum(axis=-1)
    if task == "regression":
        assert found.shape == (300, 4)
        np.testing.assert_allclose(raw, prediction.values, rtol=1e-5, atol=1e-4)
        return
    assert prediction.probabilities is not None
    if target == "two":
        assert found.shape == (300, 4)
        np.testing.assert_allclose(1 / (1 + np.exp(-raw)), prediction.probabilities[:, 1], atol=1e-5)
        return
    assert found.shape == (300, 3, 4)
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    np.testing.assert_allclose(powers / powers.sum(axis=1, keepdims=True), prediction.probabilities, atol=1e-5)
