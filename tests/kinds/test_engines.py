"""The promises that every engine makes: a new engine is tested by existing."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelyard.data.columns import Task
from modelyard.kernel.kinds import family
from modelyard.models.engine import Engine, FitOptions
from tests.models.rows import mixed, numbers, table_of

ENGINES: dict[str, type[Engine]] = dict(family("engine").kinds)
CASES = [(kind, task) for kind in ENGINES.values() for task in kind.tasks]


def rows(task: Task) -> Any:
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
    assert (before.probabilities is None) == (task == "regression")


@pytest.mark.parametrize(("kind", "task"), CASES)
def test_it_takes_what_it_says_it_takes(kind: type[Engine], task: Task) -> None:
    target = "two" if task == "classification" else "value"
    frame = mixed(300).drop("value" if target == "two" else "two")
    engine, table = kind(), table_of(frame, target, task)
    problems = engine.problems(table.schema)
    assert any("missing values" in text for text in problems) is not kind.takes_missing
    assert any("cannot take categories" in text for text in problems) is not kind.takes_categories
    if not problems:
        fitted = engine.fit(table, FitOptions())
        assert len(engine.predict(fitted, frame.drop(target)).values) == 300


@pytest.mark.parametrize("name", ENGINES)
def test_the_kind_imports_nothing_heavy_and_no_server(name: str) -> None:
    module = ENGINES[name].__module__
    heavy = "sklearn lightgbm polars numpy pandas skops sqlalchemy fastapi typer"
    code = f"import sys, {module}; print([m for m in {heavy.split()!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
