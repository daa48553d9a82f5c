"""Lags and windows: what a row sees of earlier rows, never of itself, its moment or the future."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.data.columns import Splitting
from modelyard.data.frames import Table
from modelyard.workflows.nodes import _series
from modelyard.workflows.nodes.lags import Lags
from tests.examples import examples
from tests.workflows.features import ALL_STATISTICS, COUNT, MOMENT, SHOP, SIZE, alone, feature_table, prepared
from tests.workflows.tables import table_of


def series(n_train: int, **columns: Any) -> Table:
    """Return rows with a column `t` that orders them; the target `y`, if there is one, is a number."""
    target = "y" if "y" in columns else None
    table = table_of(pl.DataFrame(columns), target=target, task="regression" if target else None, n_train=n_train)
    return in_time(table, "t")


def in_time(table: Table, column: str) -> Table:
    splitting = Splitting(method="time", column=column)
    return Table(table.frame, table.schema.model_copy(update={"splitting": splitting}), table.split)


def test_lags_and_windows_count_rows_in_the_order_of_time() -> None:
    table = series(4, t=[3, 1, 2, 4, 5], x=[30.0, 10.0, 20.0, 40.0, 50.0])
    after = prepared(Lags(columns=("x",), lags=(1, 2), windows=(2,), statistics=ALL_STATISTICS), table).frame
    assert after["x_lag_1"].to_list() == [20.0, None, 10.0, 30.0, 40.0]
    assert after["x_lag_2"].to_list() == [10.0, None, None, 20.0, 30.0]
    assert after["x_mean_2"].to_list() == [15.0, None, 10.0, 25.0, 35.0]
    assert after["x_sum_2"].to_list() == [30.0, None, 10.0, 50.0, 70.0]
    assert after["x_minimum_2"].to_list() == [10.0, None, 10.0, 20.0, 30.0]
    assert after["x_maximum_2"].to_list() == [20.0, None, 10.0, 30.0, 40.0]
    assert after["x_deviation_2"].to_list() == [pytest.approx(50**0.5), None, None] + [pytest.approx(50**0.5)] * 2


def test_rows_of_one_moment_see_the_same_and_not_each_other() -> None:
    table = series(4, t=[1, 1, 2, 2, 3], x=[1.0, 2.0, 3.0, 4.0, 5.0])
    after = prepared(Lags(columns=("x",), lags=(1,), windows=(3,), statistics=("sum",)), table).frame
    assert after["x_lag_1"].to_list() == [None, None, 2.0, 2.0, 4.0]
    assert after["x_sum_3"].to_list() == [None, None, 3.0, 3.0, 9.0]


def test_groups_are_series_of_their_own_and_a_missing_group_is_one() -> None:
    table = series(5, t=range(6), g=["a", None, "a", "b", None, "a"], x=[1, 2, 3, 4, 5, 6])
    after = prepared(Lags(columns=("x",), group_column="g"), table).frame
    assert after["x_lag_1"].to_list() == [None, None, 1, None, 2, 3]
    assert after["x_lag_1"].dtype == pl.Int64


def test_a_row_without_a_time_sees_nothing_and_is_not_seen() -> None:
    table = series(4, t=[1.0, None, float("nan"), 2.0], x=[1.0, 2.0, 3.0, 4.0])
    after = prepared(Lags(columns=("x",)), table).frame
    assert after["x_lag_1"].to_list() == [None, None, None, 1.0]


def test_windows_take_what_is_there() -> None:
    table = series(5, t=range(5), x=[1.0, None, float("inf"), 4.0, 0.0])
    after = prepared(Lags(columns=("x",), lags=(), windows=(3,), statistics=("mean", "deviation")), table).frame
    assert after["x_mean_3"].to_list() == [None, 1.0, 1.0, 1.0, 4.0]
    assert after["x_deviation_3"].to_list() == [None] * 5


def test_categories_have_lags_and_no_windows() -> None:
    schema = feature_table().schema
    assert not Lags(columns=(SHOP,)).problems(schema)
    (problem,) = Lags(columns=(SIZE, SHOP), windows=(2,)).problems(schema)
    assert problem.field == "columns.1"


def test_the_target_is_known_of_training_rows_only() -> None:
    table = series(3, t=range(6), y=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    node = Lags(columns=("y",), lags=(1, 3))
    learned = node.learn(table.rows("train"))
    after = node.apply(table, learned).frame
    assert after["y_lag_1"].to_list() == [None, 1.0, 2.0, 3.0, None, None]
    assert after["y_lag_3"].to_list() == [None, None, None, 1.0, 2.0, 3.0]
    new = node.apply(alone(table, slice(3, 6)), learned).frame
    assert new.select("y_lag_1", "y_lag_3").equals(after[3:].select("y_lag_1", "y_lag_3"))


values = st.none() | st.floats(-1e9, 1e9)


@st.composite
def histories(draw: st.DrawFn) -> pl.DataFrame:
    n = draw(st.integers(2, 25))
    return pl.DataFrame(
        {
            "t": draw(st.lists(st.integers(0, 12), min_size=n, max_size=n)),
            "g": draw(st.lists(st.sampled_from(["a", "b", None]), min_size=n, max_size=n)),
            "x": draw(st.lists(values, min_size=n, max_size=n)),
        },
        schema={"t": pl.Int64, "g": pl.String, "x": pl.Float64},
    )


EVERY_WAY = Lags(columns=("x",), lags=(1, 2, 5), windows=(2, 4), statistics=ALL_STATISTICS, group_column="g")


@settings(max_examples=examples(150), deadline=None)
@given(frame=histories(), moment=st.integers(0, 12), other=values)
def test_what_happens_later_changes_nothing_earlier(frame: pl.DataFrame, moment: int, other: float | None) -> None:
    """Neither other values from a moment on, nor rows that are not there, nor the row itself."""
    is_earlier = pl.col("t") <= moment
    before = made(frame).filter(frame["t"] <= moment)
    changed = frame.with_columns(x=pl.when(pl.col("t") < moment).then("x").otherwise(pl.lit(other, dtype=pl.Float64)))
    assert made(changed).filter(frame["t"] <= moment).equals(before)
    assert made(frame.filter(is_earlier)).equals(before)


def made(frame: pl.DataFrame) -> pl.DataFrame:
    table = in_time(table_of(frame, g="category"), "t")
    return EVERY_WAY.apply(table, EVERY_WAY.learn(table)).frame.drop("t", "g", "x")


@settings(max_examples=examples(100), deadline=None)
@given(frame=histories(), data=st.data())
def test_new_rows_continue_the_series_as_if_they_had_been_there(frame: pl.DataFrame, data: st.DataObject) -> None:
    ordered = frame.sort("t", maintain_order=True)
    moment = data.draw(st.integers(0, 13))
    old, new = ordered.filter(pl.col("t") < moment), ordered.filter(pl.col("t") >= moment)
    table = in_time(table_of(old, g="category"), "t")
    learned = EVERY_WAY.learn(table)
    expected = made(ordered)[old.height :]
    seen = EVERY_WAY.apply(Table(new, table.schema), learned).frame.drop("t", "g", "x")
    assert seen.equals(expected)
    again = EVERY_WAY.apply(Table(old, table.schema), learned).frame.drop("t", "g", "x")
    assert again.height == old.height


def test_a_row_sent_again_replaces_the_kept_one() -> None:
    table = series(3, t=[1, 2, 3], x=[1.0, 2.0, 3.0])
    node = Lags(columns=("x",), windows=(2,), statistics=("sum",))
    learned = node.learn(table)
    new = Table(pl.DataFrame({"t": [3, 4], "x": [30.0, 0.0]}), table.schema)
    after = node.apply(new, learned).frame
    assert after["x_lag_1"].to_list() == [2.0, 30.0]
    assert after["x_sum_2"].to_list() == [3.0, 32.0]


def test_a_whole_number_group_that_comes_as_decimals_is_the_same_group() -> None:
    table = series(2, t=[1, 2], g=[7, 8], x=[1.0, 2.0])
    node = Lags(columns=("x",), group_column="g")
    learned = node.learn(table)
    new = Table(pl.DataFrame({"t": [3, 3], "g": [7.0, 8.5], "x": [0.0, 0.0]}), table.schema)
    assert node.apply(new, learned).frame["x_lag_1"].to_list() == [1.0, None]


def test_what_a_model_keeps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_series, "MAX_KEPT_ROWS", 6)
    table = series(20, t=range(20), g=["a", "b"] * 10, x=np.arange(20.0))
    history = Lags(columns=("x",), lags=(2, 4), group_column="g").learn(table)["history"]
    assert history["time"] == [14.0, 15.0, 16.0, 17.0, 18.0, 19.0]
    short = Lags(columns=("x",), lags=(2,), group_column="g").learn(table)["history"]
    assert short["values"] == [[14.0, 15.0, 16.0, 17.0, 18.0, 19.0]]


def test_windows_are_computed_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    table = feature_table()
    node = Lags(columns=(COUNT,), windows=(7, 30), statistics=ALL_STATISTICS)
    whole = prepared(node, table).frame
    monkeypatch.setattr(_series, "CHUNK", 50)
    assert prepared(node, table).frame.equals(whole)


@pytest.mark.parametrize("method", ["random", "stratified", "group"])
def test_only_a_split_by_time_says_which_row_is_earlier(method: Any) -> None:
    schema = feature_table().schema
    other = schema.model_copy(update={"splitting": Splitting(method=method, column=SHOP)})
    (problem,) = Lags(columns=(SIZE,)).problems(other)
    assert "choose the method time in the split" in problem.message


def test_problems_name_the_parameter() -> None:
    schema = feature_table().schema
    assert not Lags(columns=(SIZE, "y"), group_column=SHOP).problems(schema)
    assert [p.field for p in Lags(columns=("größer",)).problems(schema)] == ["columns.0"]
    assert [p.field for p in Lags(columns=(SIZE,), lags=()).problems(schema)] == ["lags"]
    assert [p.field for p in Lags(columns=(SIZE,), group_column="y").problems(schema)] == ["group_column"]
    assert [p.field for p in Lags(columns=(SIZE,), group_column="z").problems(schema)] == ["group_column"]
    (gone,) = Lags(columns=(SIZE,)).problems(schema.without([MOMENT]))
    assert "is not here any more" in gone.message
    wide = Lags(columns=(SIZE, COUNT), lags=tuple(range(1, 51)), windows=tuple(range(2, 22)), statistics=ALL_STATISTICS)
    assert not wide.problems(schema)
