"""What every node that makes features keeps to, on tables that nobody would make by hand."""

import json
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.workflows.node import Node
from modelyard.workflows.nodes.lags import Lags
from modelyard.workflows.nodes.pca import Pca
from modelyard.workflows.nodes.sentence_embeddings import SentenceEmbeddings
from modelyard.workflows.nodes.tfidf import Tfidf
from tests.examples import examples
from tests.workflows.features import (
    COUNT,
    DAY,
    IS_NEW,
    MOMENT,
    NODES,
    NOTE,
    SHOP,
    SIZE,
    alone,
    feature_frame,
    feature_table,
    is_guessed,
    named,
    prepared,
)

STORED: dict[str, Any] = {
    "integer": pl.Int64,
    "float": pl.Float64,
    "boolean": pl.Boolean,
    "string": pl.String,
    "date": pl.Date,
    "datetime": pl.Datetime("us"),
}
every_node = pytest.mark.parametrize("node", NODES, ids=named)


def column(values: st.SearchStrategy[Any], n_rows: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | values, min_size=n_rows, max_size=n_rows)


@st.composite
def odd_tables(draw: st.DrawFn) -> Table:
    n_rows = draw(st.integers(1, 10))
    moments = st.datetimes()
    texts = st.sampled_from(["", "a", "the cat sat", "xin chào bạn", "1,5", "🙂 ok"])
    frame = pl.DataFrame(
        [
            pl.Series(SIZE, draw(column(st.floats(), n_rows)), dtype=pl.Float64),
            pl.Series(COUNT, draw(column(st.integers(-(2**53), 2**53), n_rows)), dtype=pl.Int64),
            pl.Series("third", draw(column(st.floats(-9, 9), n_rows)), dtype=pl.Float64),
            pl.Series(NOTE, draw(column(texts, n_rows)), dtype=pl.String),
            pl.Series(SHOP, draw(column(st.sampled_from(["a", "b", ""]), n_rows)), dtype=pl.String),
            pl.Series(IS_NEW, draw(column(st.booleans(), n_rows)), dtype=pl.Boolean),
            pl.Series(DAY, draw(column(st.dates(), n_rows)), dtype=pl.Date),
            pl.Series(MOMENT, draw(column(moments, n_rows)), dtype=pl.Datetime("us")),
            pl.Series("y", draw(column(st.floats(-1e6, 1e6), n_rows)), dtype=pl.Float64),
        ]
    )
    return feature_table(frame, n_train=draw(st.integers(1, n_rows)))


def assert_described(table: Table) -> None:
    assert table.schema.names == tuple(table.frame.columns)
    for item in table.schema.columns:
        stored = table.frame.schema[item.name]
        assert stored == STORED[item.dtype] or (item.dtype == "integer" and stored.is_integer()), item


def assert_same_rows(one: pl.DataFrame, expected: pl.DataFrame, node: Node) -> None:
    if isinstance(node, Pca | Tfidf | SentenceEmbeddings):
        # A product of matrices is summed in another order for one row than for many.
        from polars.testing import assert_frame_equal

        assert_frame_equal(one, expected, rel_tol=1e-12, abs_tol=1e-12)
    else:
        assert one.equals(expected)


@every_node
@settings(max_examples=examples(15), deadline=None)
@given(table=odd_tables())
def test_the_schema_is_that_of_the_rows(node: Node, table: Table) -> None:
    learned = node.learn(table.rows("train"))
    assert json.loads(json.dumps(learned, allow_nan=False)) == learned
    after = node.apply(table, learned)
    assert_described(after)
    assert after.n_rows == table.n_rows
    if not is_guessed(node):
        assert node.schema_after(table.schema) == after.schema
    for name, values in after.frame.to_dict().items():
        if values.dtype.is_float() and name not in table.frame.columns:
            assert values.drop_nulls().is_finite().all(), name
    assert_described(node.apply(alone(table, slice(0, 1)), learned))
    assert node.apply(alone(table, slice(0, 0)), learned).n_rows == 0


@every_node
def test_a_row_alone_is_the_row_among_others(node: Node) -> None:
    """But for lags, whose rows see each other: those have tests of their own."""
    table = feature_table()
    learned = node.learn(table.rows("train"))
    after = node.apply(table, learned).frame
    if isinstance(node, Lags):
        pytest.skip("rows see each other")
    for place in (0, 5, 100):
        rows = alone(table, slice(place, place + 1))
        one = node.apply(rows, learned).frame
        assert_same_rows(one, after[place : place + 1].select(one.columns), node)


@every_node
def test_nothing_is_learned_from_test_rows(node: Node) -> None:
    frame = feature_frame()
    odd = pl.DataFrame(
        [
            pl.Series(SIZE, [9e9] * 40),
            pl.Series(COUNT, [10**9] * 40),
            pl.Series("third", [None] * 40, dtype=pl.Float64),
            pl.Series(NOTE, ["never seen before"] * 40),
            pl.Series(SHOP, ["new"] * 40),
            pl.Series(IS_NEW, [None] * 40, dtype=pl.Boolean),
            pl.Series(DAY, [date(1999, 1, 1)] * 40),
            pl.Series(MOMENT, [datetime.fromisoformat("2031-01-01")] * 40, dtype=pl.Datetime("us")),
            pl.Series("y", [-1e9] * 40),
        ]
    )
    tables = [feature_table(rows) for rows in (frame, pl.concat([frame[:80], odd]))]
    learned = [node.learn(table.rows("train")) for table in tables]
    assert learned[0] == learned[1]
    trained = [node.apply(table, learned[0]).frame[:80] for table in tables]
    assert trained[0].equals(trained[1])


@every_node
def test_unseen_values_empty_columns_and_new_types_are_taken(node: Node) -> None:
    table = feature_table()
    learned = node.learn(table.rows("train"))
    rows = alone(table, slice(90, 93))
    empty = rows.frame.select(pl.lit(None, dtype=dtype).alias(name) for name, dtype in rows.frame.schema.items())
    broken = rows.frame.with_columns(pl.col(COUNT).cast(pl.Float64) + 0.5, pl.lit("unseen").alias(SHOP))
    expected = node.apply(rows, learned).frame.columns
    for frame in (pl.concat([empty] * 2), broken):
        after = node.apply(Table(frame, rows.schema), learned)
        assert (after.frame.columns, after.n_rows) == (expected, frame.height)


@every_node
def test_all_missing_training_rows_are_survived(node: Node) -> None:
    table = feature_table()
    kept = ("y", MOMENT)
    nothing = table.frame.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in table.frame.schema.items() if name not in kept
    )
    gone = Table(pl.concat([nothing[:80], table.frame[80:]]), table.schema, table.split)
    assert_described(node.apply(gone, node.learn(gone.rows("train"))))


@every_node
def test_problems_name_what_is_not_there(node: Node) -> None:
    for schema in (Schema(columns=()), feature_table().schema.without([SIZE, NOTE, MOMENT])):
        assert all(problem.message and problem.message[-1] in ".?" for problem in node.problems(schema))


@every_node
def test_columns_of_the_same_name_are_a_problem_or_do_not_arise(node: Node) -> None:
    """Once more behind itself: either a sentence, or names that are still distinct."""
    table = feature_table()
    after = prepared(node, table)
    problems = [p for p in node.problems(after.schema) if p.severity == "error"]
    if not problems:
        twice = prepared(node, after)
        assert len(set(twice.schema.names)) == len(twice.schema.names)
