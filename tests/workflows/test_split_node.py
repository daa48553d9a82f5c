"""The split gives scikit-learn's rows, and every row goes to exactly one part."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.workflows.nodes.split import Split
from tests.examples import examples
from tests.workflows.tables import mixed_frame, table_of


def numbered(n_rows: int = 200) -> Table:
    return table_of(
        mixed_frame(n_rows).with_row_index("row").cast({"row": pl.Int64}), target="label", task="classification"
    )


def rows(table: Table, part: str) -> list[int]:
    return table.rows(part).frame["row"].to_list()


def test_random_is_train_test_split_in_its_order() -> None:
    after = Split(test_fraction=0.25, seed=7).apply(numbered(), {})
    train, test = train_test_split(np.arange(200), test_size=0.25, random_state=7)
    assert rows(after, "train") == train.tolist()
    assert rows(after, "test") == test.tolist()


def test_stratified_with_validation_is_two_train_test_splits() -> None:
    table = numbered()
    after = Split(method="stratified", test_fraction=0.2, validation_fraction=0.2, seed=3).apply(table, {})
    labels = table.frame["label"].to_numpy()
    rest, test = train_test_split(np.arange(200), test_size=0.2, random_state=3, stratify=labels)
    train, validation = train_test_split(rest, test_size=0.2 / 0.8, random_state=3, stratify=labels[rest])
    assert rows(after, "train") == train.tolist()
    assert rows(after, "validation") == validation.tolist()
    assert rows(after, "test") == test.tolist()


def test_stratified_orders_whole_number_classes_as_numbers() -> None:
    frame = mixed_frame(120).with_columns(label=pl.int_range(pl.len()) % 11)
    frame = frame.with_columns(row=pl.int_range(pl.len()))
    table = table_of(frame, target="label", task="classification", label="category")
    after = Split(method="stratified", test_fraction=0.25).apply(table, {})
    _, test = train_test_split(np.arange(120), test_size=0.25, random_state=0, stratify=frame["label"].to_numpy())
    assert rows(after, "test") == test.tolist()


def test_a_class_with_one_row_is_trained_on() -> None:
    frame = pl.DataFrame({"row": range(41), "label": ["a", "b"] * 20 + ["only"]})
    after = Split(method="stratified", test_fraction=0.2).apply(
        table_of(frame, target="label", task="classification"), {}
    )
    assert 40 in rows(after, "train")
    assert after.n_rows == 41


def test_more_classes_than_test_rows_is_said() -> None:
    frame = pl.DataFrame({"row": range(40), "label": [str(i // 2) for i in range(40)]})
    table = table_of(frame, target="label", task="classification")
    with pytest.raises(Invalid, match="cannot be split") as caught:
        Split(method="stratified", test_fraction=0.2).apply(table, {})
    assert "another method" in (caught.value.hint or "")


def test_groups_stay_together_and_are_group_shuffle_splits() -> None:
    table = numbered()
    after = Split(method="group", group_column="count", test_fraction=0.3, seed=5).apply(table, {})
    groups = table.frame["count"].to_numpy()
    train, test = next(GroupShuffleSplit(n_splits=1, test_size=0.3, random_state=5).split(groups, groups=groups))
    assert rows(after, "train") == train.tolist()
    assert rows(after, "test") == test.tolist()
    assert not set(after.rows("train").frame["count"]) & set(after.rows("test").frame["count"])


def test_time_tests_on_the_latest_rows() -> None:
    after = Split(method="time", time_column="bought", test_fraction=0.2, validation_fraction=0.1).apply(numbered(), {})
    latest_train = after.rows("train").frame["bought"].max()
    assert latest_train <= after.rows("validation").frame["bought"].min()
    assert after.rows("validation").frame["bought"].max() <= after.rows("test").frame["bought"].min()
    assert (after.rows("test").n_rows, after.rows("validation").n_rows) == (40, 20)


def test_rows_without_a_time_are_trained_on() -> None:
    frame = pl.DataFrame({"row": range(10), "t": [None, 9, 8, None, 6, 5, 4, 3, 2, 1]})
    after = Split(method="time", time_column="t", test_fraction=0.2).apply(table_of(frame), {})
    assert sorted(rows(after, "test")) == [1, 2]
    nothing = frame.with_columns(t=pl.lit(None, dtype=pl.Int64))
    with pytest.raises(Invalid, match="too few rows have a time"):
        Split(method="time", time_column="t").apply(table_of(nothing), {})


@settings(max_examples=examples(60), deadline=None)
@given(
    n_rows=st.integers(3, 60),
    test=st.floats(0.01, 0.9),
    validation=st.floats(0, 0.5),
    method=st.sampled_from(["random", "stratified", "group", "time"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_row_is_in_one_part_or_the_reason_is_said(
    n_rows: int, test: float, validation: float, method: str, seed: int
) -> None:
    frame = pl.DataFrame({"row": range(n_rows), "label": [str(i % 3) for i in range(n_rows)]})
    node = Split(
        method=method,
        test_fraction=test,
        validation_fraction=validation,
        seed=seed,
        group_column="label",
        time_column="row",
    )
    table = table_of(frame, target="label", task="classification")
    if node.problems(table.schema):
        return
    try:
        after = node.apply(table, {})
    except Invalid:
        return
    assert sorted(after.frame["row"].to_list()) == list(range(n_rows))
    assert after.rows("train").n_rows > 0
    assert after.schema.has_split


def test_problems_of_the_split() -> None:
    schema = numbered().schema
    assert Split(method="group").problems(schema)[0].field == "group_column"
    assert Split(method="time", time_column="gone").problems(schema)[0].message.startswith("There is no column 'gone'")
    assert "does not order" in Split(method="time", time_column="colour").problems(schema)[0].message
    assert Split(test_fraction=0.6, validation_fraction=0.4).problems(schema)[0].field == "test_fraction"
    regression = schema.model_copy(update={"target": "price", "task": "regression"})
    assert Split(method="stratified").problems(regression)[0].field == "method"
    assert "split already" in Split().problems(schema.model_copy(update={"has_split": True}))[0].message
