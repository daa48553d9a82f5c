"""What every preparing node keeps to, on tables that nobody would make by hand."""

import json
from contextlib import suppress
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.workflows.graph import NodeDocument
from modelyard.workflows.node import Node
from modelyard.workflows.nodes._rows import LeavesRowsOut
from modelyard.workflows.nodes.convert_types import ConvertTypes
from modelyard.workflows.nodes.drop_columns import DropColumns
from modelyard.workflows.nodes.drop_missing import DropMissing
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.fill_missing import FillMissing
from modelyard.workflows.nodes.filter_rows import Condition, FilterRows
from modelyard.workflows.nodes.outliers import Outliers
from modelyard.workflows.nodes.remove_duplicates import RemoveDuplicates
from modelyard.workflows.nodes.rename_columns import NewName, RenameColumns
from modelyard.workflows.nodes.replace_values import Replacement, ReplaceValues
from modelyard.workflows.nodes.scale import Scale
from modelyard.workflows.nodes.select_columns import SelectColumns
from modelyard.workflows.plan import PlannedStep, step_key
from tests.examples import examples
from tests.workflows.held import executed, tables
from tests.workflows.tables import table_of

FLOAT, WHOLE, TEXT, TRUTH, DAY = "größe", "zahl 数", "文字", "ja?", "am"
STORED = {"integer": pl.Int64, "float": pl.Float64, "boolean": pl.Boolean, "string": pl.String, "date": pl.Date}
NODES: list[Node] = [
    ConvertTypes(columns=(TEXT, WHOLE, TRUTH)),
    ConvertTypes(columns=(FLOAT, WHOLE, DAY), to="category"),
    ConvertTypes(columns=(FLOAT, DAY), to="text"),
    ConvertTypes(columns=(TEXT, DAY), to="date"),
    DropColumns(columns=(TEXT,)),
    DropMissing(),
    DropMissing(drop="columns"),
    EncodeCategories(),
    EncodeCategories(max_categories=2, drop_first=True, min_rows=2),
    EncodeCategories(method="ordinal"),
    EncodeCategories(method="ordinal", order="frequency"),
    EncodeCategories(method="ordinal", order="given", categories=("a", "ü")),
    EncodeCategories(method="target"),
    EncodeCategories(method="frequency"),
    EncodeCategories(method="hashing", n_columns=3),
    FillMissing(indicator=True),
    FillMissing(number="most_frequent", category="constant"),
    FillMissing(number="mean", category="leave"),
    FilterRows(conditions=(Condition(column=FLOAT, operator="more", values=("0",)),)),
    FilterRows(conditions=(Condition(column=TEXT, operator="is_missing"),), rows="drop"),
    Outliers(),
    Outliers(method="z_score", action="missing"),
    Outliers(method="percentile", action="remove"),
    RemoveDuplicates(columns=(TEXT, TRUTH), across_split=True),
    RenameColumns(names=(NewName(column=TEXT, name="text"),)),
    ReplaceValues(replacements=(Replacement(find="a", replace_with="b"), Replacement(find="0", replace_with="1"))),
    ReplaceValues(method="pattern", replacements=(Replacement(find="[aü]"),)),
    Scale(),
    Scale(method="quantile", output="normal"),
    Scale(method="power"),
    Scale(method="power", power="box_cox"),
    SelectColumns(columns=(FLOAT, TEXT)),
]
every_node = pytest.mark.parametrize("node", NODES, ids=lambda node: node.model_dump_json(exclude_defaults=True)[:60])


def column(values: st.SearchStrategy[Any], n_rows: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | values, min_size=n_rows, max_size=n_rows)


@st.composite
def odd_tables(draw: st.DrawFn) -> Table:
    n_rows = draw(st.integers(1, 12))
    frame = pl.DataFrame(
        [
            pl.Series(FLOAT, draw(column(st.floats(), n_rows)), dtype=pl.Float64),
            pl.Series(WHOLE, draw(column(st.integers(-(2**53), 2**53), n_rows)), dtype=pl.Int64),
            pl.Series(
                TEXT, draw(column(st.sampled_from(["", "a", "ü", "b c", "1,5", "2020-02-30"]), n_rows)), dtype=pl.String
            ),
            pl.Series(TRUTH, draw(column(st.booleans(), n_rows)), dtype=pl.Boolean),
            pl.Series(DAY, draw(column(st.dates(), n_rows)), dtype=pl.Date),
            pl.Series("y", draw(column(st.floats(-1e6, 1e6), n_rows)), dtype=pl.Float64),
        ]
    )
    frame = frame.with_columns(y=pl.concat([pl.Series([1.0]), frame["y"][1:]]))
    n_train = draw(st.integers(1, n_rows))
    return table_of(frame, target="y", task="regression", n_train=n_train)


def assert_described(table: Table) -> None:
    assert table.schema.names == tuple(table.frame.columns)
    for item in table.schema.columns:
        stored = table.frame.schema[item.name]
        assert stored == STORED[item.dtype] or (item.dtype == "integer" and stored.is_integer()), item


@every_node
@settings(max_examples=examples(15), deadline=None)
@given(table=odd_tables())
def test_the_schema_is_that_of_the_rows(node: Node, table: Table) -> None:
    assert not [problem for problem in node.problems(table.schema) if problem.severity == "error"]
    learned = node.learn(table.rows("train"))
    assert json.loads(json.dumps(learned, allow_nan=False)) == learned
    after = node.apply(table, learned)
    assert_described(after)
    assert after.n_rows == table.n_rows
    if not is_guessed(node):
        assert node.schema_after(table.schema) == after.schema
    alone = Table(table.frame[:1].drop("y"), table.schema.without(["y"]))
    one = node.apply(alone, learned)
    assert_described(one)
    is_cross_fitted = isinstance(node, EncodeCategories) and node.method == "target"
    if one.frame.width and not is_cross_fitted:
        assert one.frame.equals(after.frame[:1].select(one.frame.columns))


def is_guessed(node: Node) -> bool:
    """Whether the columns that leave the node depend on rows."""
    is_one_hot = isinstance(node, EncodeCategories) and node.method == "one_hot"
    return is_one_hot or (isinstance(node, DropMissing) and node.drop == "columns")


@every_node
def test_a_guess_from_the_profile_of_all_rows_is_right(node: Node) -> None:
    frame = pl.DataFrame(
        {
            FLOAT: [1.0, 2.0, None, 4.0],
            WHOLE: [3, 1, 2, 10],
            TEXT: ["a", "ü", None, "a"],
            TRUTH: [True, False, True, True],
            DAY: pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 1, 4), eager=True),
            "y": [1.0, 2.0, 3.0, 4.0],
        }
    )
    table = table_of(frame, target="y", task="regression")
    if isinstance(node, EncodeCategories) and node.min_rows > 1:
        pytest.skip("how many rows a category has is no part of the profile")
    after = node.apply(table, node.learn(table))
    assert node.schema_after(table.schema).names == after.schema.names


def empty(table: Table, n_rows: int) -> Table:
    """Return rows of nothing but missing values."""
    frame = pl.DataFrame({name: pl.Series([None] * n_rows, dtype=dtype) for name, dtype in table.frame.schema.items()})
    split = None if table.split is None else pl.Series("split", ["train"] * n_rows, dtype=pl.String)
    return Table(frame, table.schema, split)


def odd(n_rows: int = 6) -> Table:
    frame = pl.DataFrame(
        {
            FLOAT: [float("inf"), float("nan"), None, 1e300, -1e300, 0.0][:n_rows],
            WHOLE: [7] * n_rows,
            TEXT: ["a"] * n_rows,
            TRUTH: [None] * n_rows,
            DAY: [None] * n_rows,
            "y": [1.0, 2.0, 3.0, None, 5.0, 6.0][:n_rows],
        },
        schema_overrides={TRUTH: pl.Boolean, DAY: pl.Date},
    )
    return table_of(frame, target="y", task="regression", n_train=max(n_rows - 2, 1))


@every_node
@pytest.mark.parametrize("n_rows", [6, 1], ids=["infinite, constant, all missing", "one row"])
def test_odd_training_rows_are_learned_from_and_new_rows_of_nothing_are_answered(node: Node, n_rows: int) -> None:
    table = odd(n_rows)
    learned = node.learn(table.rows("train"))
    json.dumps(learned, allow_nan=False)
    assert_described(node.apply(table, learned))
    for size in (0, 1, 3):
        new = empty(table, size)
        new = Table(new.frame.drop("y"), new.schema.without(["y"]))
        after = node.apply(new, learned)
        assert after.n_rows == size
        assert_described(after)


@every_node
def test_training_rows_of_nothing_but_missing_values(node: Node) -> None:
    table = empty(odd(), 4)
    with_target = Table(table.frame.with_columns(y=pl.lit(1.0)), table.schema, table.split)
    learned = node.learn(with_target)
    assert_described(node.apply(with_target, learned))
    assert_described(node.apply(odd(), learned))


@pytest.mark.parametrize(
    "node", [node for node in NODES if isinstance(node, LeavesRowsOut)], ids=lambda node: node.kind
)
@settings(max_examples=examples(15), deadline=None)
@given(table=odd_tables())
def test_no_test_row_is_left_out_and_raw_rows_go_along(node: Node, table: Table) -> None:
    raw = Table(table.frame.with_columns(at=pl.int_range(pl.len())), table.schema, table.split)
    after = before = table.rows("test")
    after_raw = raw.rows("test")
    with suppress(Invalid):  # every training row would be left out
        after, after_raw = tables(executed(node, table, raw))
    assert after.rows("test").n_rows == before.n_rows
    assert after_raw.rows("test").frame["at"].equals(raw.rows("test").frame["at"])
    assert after.n_rows == after_raw.n_rows
    if isinstance(node, LeavesRowsOut) and node.leaves_rows_out():
        assert after.frame.equals(after_raw.frame.drop("at"))


@every_node
def test_problems_are_sentences_on_any_schema(node: Node) -> None:
    for schema in (Schema(columns=()), odd().schema, odd().schema.model_copy(update={"target": None, "task": None})):
        for problem in node.problems(schema):
            assert problem.message.endswith("."), problem
            assert problem.field is None or problem.field.split(".")[0] in type(node).model_fields


@every_node
def test_a_title_does_not_change_the_key_and_a_parameter_does(node: Node) -> None:
    inputs = {"table": ("data", "table")}
    references = {"table": {"table": "0" * 64}}
    keys = {step_key(PlannedStep("a", title, node, inputs), references, {}) for title in ("one", "another")}
    assert len(keys) == 1
    default: Node = family("node").parse({"kind": node.kind_name()})
    if node != default:
        assert step_key(PlannedStep("a", "one", default, inputs), references, {}) not in keys
    assert NodeDocument(id="a", kind=node.kind_name(), parameters={}).title is None


@every_node
def test_a_wide_table_is_prepared(node: Node) -> None:
    more = {f"n{i}": [float(i), None, 2.0, 3.0] for i in range(60)} | {
        f"c{i}": ["a", None, "b", "a"] for i in range(60)
    }
    frame = odd(4).frame.with_columns(**{name: pl.Series(values) for name, values in more.items()})
    table = table_of(frame, target="y", task="regression", n_train=3)
    assert_described(node.apply(table, node.learn(table.rows("train"))))
