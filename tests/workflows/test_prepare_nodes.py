"""The preparing nodes compute what scikit-learn's transformers compute, learned from training rows only."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.workflows.node import Node
from modelyard.workflows.nodes.date_features import DateFeatures
from modelyard.workflows.nodes.drop_columns import DropColumns
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.fill_missing import FillMissing
from modelyard.workflows.nodes.scale import Scale
from tests.workflows.tables import mixed_frame, schema_of, table_of

N_TRAIN = 140


@pytest.fixture(scope="module")
def table() -> Table:
    return table_of(mixed_frame(), target="label", task="classification", n_train=N_TRAIN)


def prepared(node: Node, table: Table) -> Table:
    after = node.apply(table, node.learn(table.rows("train")))
    assert after.schema.names == tuple(after.frame.columns)
    return after


def floats(table: Table, names: list[str]) -> np.ndarray:
    return table.frame.select(names).cast(pl.Float64).to_numpy()


@pytest.mark.parametrize(
    ("method", "scaler"),
    [
        ("standard", StandardScaler()),
        ("min_max", MinMaxScaler()),
        ("robust", RobustScaler()),
        ("max_abs", MaxAbsScaler()),
    ],
)
def test_scale_is_scikit_learns(table: Table, method: str, scaler: object) -> None:
    names = ["size", "weight", "count", "price"]
    expected = scaler.fit(floats(table.rows("train"), names)).transform(floats(table, names))
    after = prepared(Scale(method=method), table)
    np.testing.assert_allclose(floats(after, names), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("method", ["standard", "min_max", "robust", "max_abs"])
def test_scaling_a_constant_column_divides_by_nothing(method: str) -> None:
    frame = pl.DataFrame({"x": [0.1] * 10, "zero": [0.0] * 10, "empty": pl.Series([None] * 10, dtype=pl.Float64)})
    after = prepared(Scale(method=method), table_of(frame))
    assert after.frame["x"].is_finite().all()
    assert after.frame["zero"].to_list() == [0.0] * 10
    assert after.frame["empty"].null_count() == 10


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent"])
def test_filling_numbers_is_scikit_learns(table: Table, strategy: str) -> None:
    names = ["size", "weight", "count"]
    imputer = SimpleImputer(strategy=strategy).fit(floats(table.rows("train"), names))
    after = prepared(FillMissing(number=strategy), table)
    np.testing.assert_allclose(floats(after, names), imputer.transform(floats(table, names)), rtol=1e-12)


def test_filling_categories_takes_the_most_frequent_the_smaller_of_equals() -> None:
    frame = pl.DataFrame({"c": ["b", "a", "b", "a", None, "z", "z", "z"]})
    after = prepared(FillMissing(), table_of(frame, n_train=5))
    assert after.frame["c"].to_list() == ["b", "a", "b", "a", "a", "z", "z", "z"]


def test_filling_with_constants_and_indicators() -> None:
    frame = pl.DataFrame({"n": [1, None, 3], "c": ["a", None, "b"], "flag": [True, None, False]})
    node = FillMissing(number="constant", number_value=-1.5, category="constant", category_value="?", indicator=True)
    table = table_of(frame)
    after = prepared(node, table)
    assert after.frame["n"].to_list() == [1.0, -1.5, 3.0]
    assert after.frame["c"].to_list() == ["a", "?", "b"]
    assert after.frame["flag"].to_list() == ["true", "?", "false"]
    assert after.frame.columns == ["n", "c", "flag", "n_missing", "c_missing", "flag_missing"]
    assert after.frame["c_missing"].to_list() == [0, 1, 0]
    assert after.schema == node.schema_after(table.schema)


def test_infinite_and_nan_count_as_missing_when_filled() -> None:
    frame = pl.DataFrame({"x": [1.0, float("inf"), float("nan"), None, 3.0, float("-inf")]})
    after = prepared(FillMissing(number="mean", indicator=True), table_of(frame))
    assert after.frame["x"].to_list() == [1.0, 2.0, 2.0, 2.0, 3.0, 2.0]
    assert after.frame["x_missing"].to_list() == [0, 1, 1, 1, 0, 1]


def test_a_column_without_training_values_takes_the_constant() -> None:
    frame = pl.DataFrame({"x": [None, None, 5.0], "c": [None, None, "a"]})
    after = prepared(FillMissing(), table_of(frame, n_train=2))
    assert after.frame.rows() == [(0.0, "missing"), (0.0, "missing"), (5.0, "a")]


@pytest.mark.parametrize("max_categories", [2, 3, 50])
@pytest.mark.parametrize(("unknown", "handling"), [("other", "infrequent_if_exist"), ("zeros", "ignore")])
def test_one_hot_is_scikit_learns(table: Table, max_categories: int, unknown: str, handling: str) -> None:
    unseen = table.frame.with_columns(
        colour=pl.when(pl.int_range(pl.len()) % 7 == 6).then(pl.lit("new")).otherwise("colour")
    )
    unseen = pl.concat([table.frame[:N_TRAIN], unseen[N_TRAIN:]])
    table = Table(unseen, table.schema, table.split)
    rows = unseen.select("colour", "is_new").to_numpy().astype(object)
    encoder = OneHotEncoder(max_categories=max_categories, handle_unknown=handling, sparse_output=False)
    expected = encoder.fit(rows[:N_TRAIN]).transform(rows)
    after = prepared(EncodeCategories(max_categories=max_categories, unknown=unknown), table)
    new = [name for name in after.frame.columns if name.startswith(("colour", "is_new"))]
    np.testing.assert_array_equal(floats(after, new), expected)
    assert all(after.schema.get(name).kind == "number" for name in new)


def test_one_hot_names_and_order() -> None:
    frame = pl.DataFrame({"c": ["b", "a", "a", "b", "rare", None, None], "n": [10, 9, 2, 2, 9, 9, 2]})
    after = prepared(EncodeCategories(max_categories=4), table_of(frame, n="category"))
    assert after.frame.columns == ["c=a", "c=b", "c=rare", "c (missing)", "n=2", "n=9", "n=10"]
    cut = prepared(EncodeCategories(columns=("c",), max_categories=3), table_of(frame, n="category"))
    assert cut.frame.columns == ["c=b", "c (missing)", "c (other)", "n"]


def test_ordinal_is_scikit_learns_and_unseen_is_minus_one(table: Table) -> None:
    rows = table.frame.select("colour").to_numpy().astype(object)
    rows[-1] = "new"
    frame = table.frame.with_columns(colour=pl.Series(rows[:, 0].tolist(), dtype=pl.String))
    rows[[value is None for value in rows[:, 0]]] = np.nan
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(rows[:N_TRAIN])
    after = prepared(EncodeCategories(columns=("colour",), method="ordinal"), Table(frame, table.schema, table.split))
    np.testing.assert_array_equal(floats(after, ["colour"]), encoder.transform(rows))


def test_encoding_refuses_to_make_a_second_column_of_a_name() -> None:
    frame = pl.DataFrame({"c": ["a", "b"], "c=a": [1, 2]})
    with pytest.raises(Invalid, match="second column 'c=a'"):
        prepared(EncodeCategories(), table_of(frame))


def test_parts_of_dates() -> None:
    frame = pl.DataFrame(
        {"at": [datetime.fromisoformat("2024-02-29T18:30"), None], "on": [date(2021, 12, 31), date(1999, 12, 31)]}
    )
    parts = ("year", "quarter", "month", "week", "day", "weekday", "day_of_year", "hour", "minute")
    node = DateFeatures(parts=parts, elapsed_days=True)
    table = table_of(frame)
    after = prepared(node, table)
    assert after.frame.row(0)[:10] == pytest.approx((2024, 1, 2, 9, 29, 4, 60, 18, 30, 8825 + 18.5 / 24))
    assert list(after.frame.row(1))[:10] == [None] * 10
    assert "on_hour" not in after.frame.columns
    assert after.frame["on_days"].to_list() == [8035.0, -1.0]
    assert after.schema == node.schema_after(table.schema)


def test_cyclic_parts_put_december_next_to_january() -> None:
    frame = pl.DataFrame({"d": [date(2020, 12, 1), date(2021, 1, 1), date(2021, 7, 1)]})
    after = prepared(DateFeatures(parts=("month",), cyclic=True, keep=True), table_of(frame)).frame
    points = after.select("d_month_sin", "d_month_cos").to_numpy()
    december, january, july = points
    assert np.linalg.norm(december - january) < 0.6 < np.linalg.norm(january - july)
    assert "d" in after.columns


def test_dropping_columns_keeps_the_target_and_names_what_is_absent() -> None:
    schema = schema_of(mixed_frame(20), target="label", task="classification")
    assert DropColumns(columns=("size",)).schema_after(schema).get("size") is None
    problems = DropColumns(columns=("sise", "label")).problems(schema)
    assert [(p.field, p.message) for p in problems] == [
        ("columns.0", "There is no column 'sise' here. Did you mean 'size'?"),
        ("columns.1", "'label' is the target and cannot be dropped."),
    ]


LEARNING = [
    FillMissing(number="mean"),
    FillMissing(number="median", category="constant", indicator=True),
    FillMissing(number="most_frequent"),
    Scale(),
    Scale(method="min_max"),
    Scale(method="robust"),
    Scale(method="max_abs"),
    EncodeCategories(max_categories=3),
    EncodeCategories(method="ordinal"),
]


@pytest.mark.parametrize("node", LEARNING, ids=lambda node: f"{node.kind}-{getattr(node, 'method', '')}")
def test_new_rows_without_the_target_keep_order_and_length(table: Table, node: Node) -> None:
    learned = node.learn(table.rows("train"))
    new = table.frame.drop("label").reverse()
    schema = Schema(columns=tuple(column for column in table.schema.columns if column.name != "label"))
    after = node.apply(Table(new, schema), learned)
    expected = node.apply(table, learned).frame.drop("label").reverse()
    assert after.frame.equals(expected)
    one = node.apply(Table(new[:1], schema), learned)
    assert one.frame.equals(expected[:1])
    nothing = pl.DataFrame({name: pl.Series([None], dtype=dtype) for name, dtype in new.schema.items()})
    assert node.apply(Table(nothing, schema), learned).n_rows == 1


def test_problems_name_the_column_and_the_field() -> None:
    schema = schema_of(mixed_frame(20), target="label", task="classification")
    assert Scale(columns=("colour",)).problems(schema)[0].field == "columns.0"
    assert "takes a number" in Scale(columns=("colour",)).problems(schema)[0].message
    assert EncodeCategories(columns=("label",)).problems(schema)[0].message.startswith("'label' is the target")
    taken = schema.model_copy(
        update={"columns": (*schema.columns, Column(name="size_missing", kind="number", dtype="integer"))}
    )
    assert FillMissing(indicator=True).problems(taken)
    assert DateFeatures(parts=()).problems(schema)[0].field == "parts"
