"""Detectors: each finds what it is for, and keeps quiet about ordinary rows."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.columns import Column, ColumnKind, Dtype, Schema, Splitting, Task
from modelyard.data.frames import Table
from modelyard.workflows.leakage.detect import detect

N = 600
RANDOM = Splitting(method="random")
DTYPES: dict[Any, Dtype] = {
    pl.Int64: "integer",
    pl.Float64: "float",
    pl.String: "string",
    pl.Date: "date",
    pl.Boolean: "boolean",
}


def table(columns: dict[str, Any], task: Task = "regression", **kinds: ColumnKind) -> Table:
    """Return a split table whose target is `y`; kinds are guessed from the dtype where none are given."""
    frame = pl.DataFrame(columns, strict=False)
    guessed: dict[Any, ColumnKind] = {pl.String: "category", pl.Date: "date", pl.Boolean: "category"}
    described = tuple(
        Column(
            name=name,
            kind=kinds.get(name, guessed.get(dtype, "number")),
            dtype=DTYPES[dtype],
            n_unique=frame[name].n_unique(),
        )
        for name, dtype in frame.schema.items()
    )
    schema = Schema(columns=described, target="y", task=task, has_split=True, splitting=RANDOM)
    parts = np.where(np.arange(frame.height) % 5 == 0, "test", "train")
    return Table(frame, schema, pl.Series("split", parts))


def rules(given: Table, splitting: Splitting = RANDOM) -> set[str]:
    return {finding.rule for finding in detect(given, splitting)}


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def test_ordinary_rows_have_no_findings(random: np.random.Generator) -> None:
    x, z = random.normal(size=N), random.normal(size=N)
    cities = random.choice(["a", "b", "c"], N)
    assert rules(table({"x": x, "z": z, "city": cities, "y": x + z + random.normal(size=N)})) == set()


def test_a_column_that_gives_the_target_away(random: np.random.Generator) -> None:
    y = random.normal(size=N)
    found = detect(
        table({"x": random.normal(size=N), "copy": 3 * y + 1 + 0.001 * random.normal(size=N), "y": y}), RANDOM
    )
    assert [(finding.rule, finding.columns) for finding in found] == [("near_perfect_predictor", ("copy",))]


def test_a_target_that_is_a_sum_of_columns(random: np.random.Generator) -> None:
    casual, registered = random.integers(0, 100, N), random.integers(0, 300, N)
    columns = {"x": random.normal(size=N), "casual": casual, "registered": registered, "y": casual + registered}
    found = [finding for finding in detect(table(columns), RANDOM) if finding.rule == "derived_target"]
    assert [set(finding.columns) for finding in found] == [{"casual", "registered"}]


def test_a_noisy_sum_is_no_derivation(random: np.random.Generator) -> None:
    a, b = random.normal(size=N), random.normal(size=N)
    assert "derived_target" not in rules(table({"a": a, "b": b, "y": a + b + 0.1 * random.normal(size=N)}))


@pytest.mark.parametrize("kind", ["id", "number"])
def test_identifiers(random: np.random.Generator, kind: ColumnKind) -> None:
    columns = {"row": random.permutation(N) + 1000, "x": random.normal(size=N), "y": random.normal(size=N)}
    assert rules(table(columns, row=kind)) == {"id_like"}


def test_a_date_that_is_filled_after_the_outcome(random: np.random.Generator) -> None:
    y = random.choice(["stayed", "left"], N)
    days = random.integers(0, 9, N).tolist()
    closed = [date(2024, 1, 1) + timedelta(day) if who == "left" else None for who, day in zip(y, days, strict=True)]
    found = detect(table({"x": random.normal(size=N), "closed": closed, "y": y}, "classification"), RANDOM)
    assert [finding.rule for finding in found] == ["post_outcome_timestamp"]
    assert "'left'" in found[0].message


def test_a_column_whose_gaps_tell_the_class(random: np.random.Generator) -> None:
    y = random.choice(["no", "yes"], N)
    fee = [float(value) if who == "yes" else None for who, value in zip(y, random.normal(size=N), strict=True)]
    assert "filled_after_outcome" in rules(table({"fee": fee, "y": y}, "classification"))


def test_texts_that_name_their_class(random: np.random.Generator) -> None:
    y = random.choice(["refund", "praise"], N)
    text = [f"Ticket {i}, closed as {who.upper()} today" for i, who in enumerate(y)]
    assert "target_in_text" in rules(table({"text": text, "y": y}, "classification", text="text"))


def test_copies_of_training_rows(random: np.random.Generator) -> None:
    x = random.normal(size=N).round(6)
    x[::5] = x[1::5]  # each test row repeats a training row
    found = detect(table({"x": x, "y": random.normal(size=N)}), RANDOM)
    assert [(finding.rule, finding.severity) for finding in found] == [("duplicates_across_split", "warning")]
    assert "120 of 120 test rows" in found[0].message


def test_a_few_copies_are_worth_a_note_only(random: np.random.Generator) -> None:
    x = random.normal(size=N).round(6)
    x[0] = x[1]
    found = detect(table({"x": x, "y": random.normal(size=N)}), RANDOM)
    assert [(finding.rule, finding.severity) for finding in found] == [("duplicates_across_split", "info")]


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_groups_that_a_random_split_tears_apart(random: np.random.Generator, task: Task) -> None:
    person = random.integers(0, 100, N)
    level = random.normal(size=100)[person] * 10 + random.normal(size=N)
    y = level if task == "regression" else np.where(level > 0, "high", "low")
    given = table({"person": [f"p{p}" for p in person], "x": random.normal(size=N), "y": y}, task)
    assert "group_ignored" in rules(given)
    assert "group_ignored" not in rules(given, Splitting(method="group", column="person"))


def test_groups_without_likeness_are_fine(random: np.random.Generator) -> None:
    person = [f"p{p}" for p in random.integers(0, 100, N)]
    assert "group_ignored" not in rules(table({"person": person, "y": random.normal(size=N)}))


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_time_that_a_random_split_ignores(random: np.random.Generator, task: Task) -> None:
    walk = random.normal(size=N).cumsum()
    y = walk if task == "regression" else np.where(walk > np.median(walk), "up", "down")
    order = random.permutation(N)
    days = [date(2020, 1, 1) + timedelta(days=int(place)) for place in order]
    given = table({"day": days, "x": random.normal(size=N), "y": y[order]}, task)
    assert "time_ignored" in rules(given)
    assert "time_ignored" not in rules(given, Splitting(method="time", column="day"))


def test_dates_without_memory_are_fine(random: np.random.Generator) -> None:
    days = [date(2020, 1, 1) + timedelta(days=int(place)) for place in random.permutation(N)]
    assert rules(table({"day": days, "y": random.normal(size=N)})) == set()


@pytest.mark.parametrize("n", [1, 5])
def test_too_few_rows_say_nothing(n: int) -> None:
    assert detect(table({"x": [1.0] * n, "y": [1.0] * n}), RANDOM) == ()


@pytest.mark.parametrize(
    "column",
    [
        [None] * N,
        [float("inf")] * N,
        [float("nan"), 1.0] * (N // 2),
        ["x"] * N,
        [True, False] * (N // 2),
        ["ü 漢字", ""] * (N // 2),
    ],
)
@pytest.mark.parametrize("task", ["regression", "classification"])
def test_odd_columns_do_no_harm(column: list[Any], task: Task, random: np.random.Generator) -> None:
    y = random.normal(size=N) if task == "regression" else random.choice(["a", "b"], N)
    series = pl.Series(column) if column[0] is not None else pl.Series(column, dtype=pl.Float64)
    detect(table({"odd": series, "x": random.normal(size=N), "y": y}, task), RANDOM)
