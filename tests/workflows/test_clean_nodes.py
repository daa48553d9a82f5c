"""Nodes that clean: which rows and columns stay, what values become, and what is said when they cannot."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.workflows.node import Node
from modelyard.workflows.nodes.convert_types import ConvertTypes
from modelyard.workflows.nodes.drop_missing import DropMissing
from modelyard.workflows.nodes.filter_rows import Condition, FilterRows
from modelyard.workflows.nodes.outliers import Outliers
from modelyard.workflows.nodes.remove_duplicates import RemoveDuplicates
from modelyard.workflows.nodes.rename_columns import NewName, RenameColumns
from modelyard.workflows.nodes.replace_values import Replacement, ReplaceValues
from modelyard.workflows.nodes.select_columns import SelectColumns
from tests.workflows.held import executed, tables
from tests.workflows.tables import mixed_frame, schema_of, table_of

N_TRAIN = 140
MIXED = table_of(mixed_frame(), target="label", task="classification", n_train=N_TRAIN)


def applied(node: Node, table: Table) -> pl.DataFrame:
    after = node.apply(table, node.learn(table.rows("train")))
    assert after.schema.names == tuple(after.frame.columns)
    return after.frame


def problems(node: Node, table: Table = MIXED) -> list[tuple[str | None, str]]:
    return [(problem.field, problem.message) for problem in node.problems(table.schema)]


LEAVING: list[Node] = [
    DropMissing(),
    RemoveDuplicates(columns=("colour", "is_new")),
    RemoveDuplicates(columns=("colour", "count"), keep="none", across_split=True),
    Outliers(action="remove", iqr_factor=0.2),
    FilterRows(conditions=(Condition(column="colour", values=("red",)),)),
]


@pytest.mark.parametrize("node", LEAVING, ids=lambda node: f"{node.kind}-{getattr(node, 'keep', '')}")
def test_training_rows_are_left_out_of_prepared_and_raw_rows_alike_and_test_rows_never(node: Node) -> None:
    numbered = MIXED.frame.with_columns(number=pl.int_range(pl.len()))
    raw = Table(numbered, MIXED.schema, MIXED.split)
    outcome = executed(node, MIXED, raw)
    after, after_raw = tables(outcome)
    assert 0 < after.rows("train").n_rows < N_TRAIN
    assert after.rows("test").frame.equals(MIXED.rows("test").frame)
    assert after_raw.frame.drop("number").equals(after.frame)
    assert after_raw.split is not None
    assert after.split is not None
    assert after_raw.split.equals(after.split)
    n_left = N_TRAIN - after.rows("train").n_rows
    assert outcome.notes == (f"{n_left:,} of {N_TRAIN:,} training rows left out.",)
    value = outcome.outputs["table"]
    assert getattr(value, "steps") == ()  # noqa: B009 — new rows are all answered: no step for the model


@pytest.mark.parametrize("node", LEAVING, ids=lambda node: f"{node.kind}-{getattr(node, 'keep', '')}")
def test_a_table_that_keeps_all_its_rows_is_passed_on(node: Node) -> None:
    rows = MIXED.frame.filter(colour="red").unique(["colour", "is_new"], keep="none").head(0)
    empty = Table(rows, MIXED.schema, pl.Series("split", [], dtype=pl.String))
    after, _ = tables(executed(node, empty))
    assert after is empty


def test_before_the_split_rows_are_left_out_everywhere_and_none_left_is_said() -> None:
    table = table_of(mixed_frame())
    assert tables(executed(DropMissing(), table))[0].frame.equals(table.frame.drop_nulls())
    nothing = FilterRows(conditions=(Condition(column="count", operator="more", values=("1e6",)),))
    with pytest.raises(Invalid, match="All 200 rows would be left out"):
        executed(nothing, table)
    with pytest.raises(Invalid, match="All 140 training rows would be left out"):
        executed(nothing, MIXED)


def test_rows_go_by_how_much_is_missing_and_without_a_target() -> None:
    frame = pl.DataFrame({"a": [1.0, None, None, float("nan")], "b": ["x", None, "y", "z"], "y": ["n", "m", None, "n"]})
    table = table_of(frame, target="y", task="classification")
    assert tables(executed(DropMissing(), table))[0].frame.rows() == [(1.0, "x", "n")]
    half = tables(executed(DropMissing(row_fraction=0.5), table))[0].frame
    assert half["b"].to_list() == ["x", "z"]
    kept = tables(executed(DropMissing(row_fraction=0.5, without_target=False), table))[0].frame
    assert kept["b"].to_list() == ["x", "y", "z"]
    only_b = tables(executed(DropMissing(columns=("b",), without_target=False), table))[0].frame
    assert only_b["b"].to_list() == ["x", "y", "z"]


def test_columns_go_by_what_training_rows_lack() -> None:
    frame = pl.DataFrame({"late": [1, 2, None, None], "early": [None, None, 3, 4], "y": [None, None, None, 1]})
    table = table_of(frame, n_train=2, target="y", task="regression")
    node = DropMissing(drop="columns")
    assert applied(node, table).columns == ["late", "y"]
    assert DropMissing(drop="columns").is_learning()
    assert not DropMissing().is_learning()
    new = Table(frame.select("late"), schema_of(frame.select("late")))
    assert node.apply(new, node.learn(table.rows("train"))).frame.columns == ["late"]


def test_duplicates_on_both_sides_of_the_split_are_said() -> None:
    frame = pl.DataFrame({"x": [1, 1, 2, 3, 1, 4, 3], "c": ["a", "a", None, "b", "a", "c", "b"]})
    table = table_of(frame, n_train=4)
    outcome = executed(RemoveDuplicates(), table)
    assert tables(outcome)[0].frame["x"].to_list() == [1, 2, 3, 1, 4, 3]
    (finding,) = outcome.findings
    assert (finding.rule, finding.severity) == ("duplicates_across_split", "warning")
    assert finding.message.startswith("2 of 3 validation and test rows are also training rows")
    strict = executed(RemoveDuplicates(across_split=True), table)
    assert tables(strict)[0].frame["x"].to_list() == [2, 1, 4, 3]
    assert strict.findings[0].severity == "info"
    assert executed(RemoveDuplicates(), table_of(frame)).findings == ()


@pytest.mark.parametrize(("keep", "kept"), [("first", [0, 2, 3]), ("last", [1, 2, 4]), ("none", [2])])
def test_which_of_equal_rows_is_kept(keep: str, kept: list[int]) -> None:
    frame = pl.DataFrame({"at": range(5), "x": [1.0, 1.0, None, 2.0, 2.0]})
    after, _ = tables(executed(RemoveDuplicates(columns=("x",), keep=keep), table_of(frame)))
    assert after.frame["at"].to_list() == kept


def test_limits_of_outliers_are_numpys_and_learned_from_training_rows() -> None:
    values = MIXED.rows("train").frame["size"].drop_nulls().to_numpy()
    low, high = np.percentile(values, [25, 75])
    reach = 1.5 * (high - low)
    learned = Outliers(columns=("size",)).learn(MIXED.rows("train"))
    assert (learned["low"], learned["high"]) == ([low - reach], [high + reach])
    by_z = Outliers(method="z_score", columns=("size",)).learn(MIXED.rows("train"))
    assert by_z["high"] == [values.mean() + 3 * values.std()]
    winsor = Outliers(method="percentile", columns=("size",)).learn(MIXED.rows("train"))
    assert winsor["low"] == [np.percentile(values, 1)]


def test_outliers_are_clipped_or_missing_and_missing_values_are_none() -> None:
    frame = pl.DataFrame({"x": [1, 2, 3, 4, 5, 999, None], "empty": pl.Series([None] * 7, dtype=pl.Float64)})
    table = table_of(frame, n_train=5)
    assert applied(Outliers(), table)["x"].to_list() == [1, 2, 3, 4, 5, 7, None]
    assert applied(Outliers(action="missing"), table)["x"].to_list() == [1, 2, 3, 4, 5, None, None]
    infinite = pl.DataFrame({"x": [1.0, 2.0, 3.0, float("inf"), float("-inf"), float("nan")]})
    clipped = applied(Outliers(), table_of(infinite))["x"].to_list()
    assert clipped[3:5] == [4.0, 0.0]
    assert np.isnan(clipped[5])
    assert tables(executed(Outliers(action="remove"), table_of(infinite)))[0].n_rows == 4


TEXTS = ["3", "1.234,5", "1,234.5", " 7 ", "abc", "NA", None, "1e3", "-.5", "12,34"]


@pytest.mark.parametrize(
    ("decimal", "numbers"),
    [
        ("point", [3, None, 1234.5, 7, None, None, None, 1000, -0.5, None]),
        ("comma", [3, 1234.5, None, 7, None, None, None, 1000, None, 12.34]),
    ],
)
def test_text_becomes_numbers(decimal: str, numbers: list[float | None]) -> None:
    table = table_of(pl.DataFrame({"t": TEXTS}))
    node = ConvertTypes(columns=("t",), decimal=decimal)
    outcome = executed(node, table)
    assert tables(outcome)[0].frame["t"].to_list() == numbers
    n_lost = sum(number is None for number in numbers) - 2
    assert outcome.notes == (f"{n_lost} values of 't' could not be read and are missing.",)


def test_unreadable_values_are_named_when_they_are_errors() -> None:
    table = table_of(pl.DataFrame({"t": ["1", "x", "NA", None, "y", "z", "q", "3"]}))
    with pytest.raises(Invalid) as caught:
        applied(ConvertTypes(columns=("t",), unreadable="error"), table)
    assert (
        caught.value.message == "'t' has values that are no number: 'x' (row 2), 'y' (row 5), 'z' (row 6) and 1 more."
    )
    assert [field.path for field in caught.value.fields] == [("t",)]


def test_text_becomes_dates_day_first_or_not() -> None:
    texts = ["03/04/2026", "2026-01-31", "31.1.2026", "2026-01-31T10:00:00+02:00", "31.01.26", "soon", None]
    table = table_of(pl.DataFrame({"d": texts}))
    day = date(2026, 1, 31)
    assert applied(ConvertTypes(columns=("d",), to="date"), table)["d"].to_list() == [
        *(date(2026, 4, 3), day, day, day),
        *(None, None, None),
    ]
    american = applied(ConvertTypes(columns=("d",), to="date", day_first=False, with_time=True), table)["d"]
    assert american[0] == datetime(2026, 3, 4)  # noqa: DTZ001 — columns have no time zone
    assert american[3] == datetime(2026, 1, 31, 8)  # noqa: DTZ001
    whole = table_of(pl.DataFrame({"n": [20260131, 20261399]}))
    assert applied(ConvertTypes(columns=("n",), to="date", date_format="%Y%m%d"), whole)["n"].to_list() == [day, None]
    months = table_of(pl.DataFrame({"m": ["2026-01"]}))
    assert applied(ConvertTypes(columns=("m",), to="date", date_format="%Y-%m"), months)["m"][0] == date(2026, 1, 1)


def test_values_become_categories_and_text() -> None:
    frame = pl.DataFrame({"f": [1.0, 2.5, None], "i": [1, 2, 3], "b": [True, False, None]})
    category = ConvertTypes(columns=("f", "i", "b"), to="category")
    assert applied(category, table_of(frame)).rows() == [("1", 1, True), ("2.5", 2, False), (None, 3, None)]
    assert {column.kind for column in category.schema_after(table_of(frame).schema).columns} == {"category"}
    text = applied(ConvertTypes(columns=("f", "i", "b"), to="text"), table_of(frame))
    assert text.rows() == [("1", "1", "true"), ("2.5", "2", "false"), (None, "3", None)]


def test_what_cannot_be_converted_is_a_problem() -> None:
    assert problems(ConvertTypes(columns=("bought",)))[0] == (
        "columns.0",
        "'bought' is a date; Date features makes numbers of it.",
    )
    assert problems(ConvertTypes(columns=("count",), to="date"))[0][0] == "columns.0"
    assert problems(ConvertTypes(columns=("colour",), to="date", date_format="%q"))[0][0] == "date_format"
    assert problems(ConvertTypes(columns=("label",)))[0][1].startswith("'label' is the target")
    assert problems(ConvertTypes(columns=("gone",)))[0][0] == "columns.0"


ROWS = pl.DataFrame(
    {
        "n": [1, 2, 3, None],
        "f": [0.5, float("nan"), None, 3.0],
        "t": ["ab", "b.", None, "abc"],
        "on": [date(2020, 1, 1), date(2021, 1, 1), None, date(2022, 1, 1)],
        "is": [True, False, None, True],
    }
)


@pytest.mark.parametrize(
    ("column", "operator", "values", "met"),
    [
        ("n", "is", ["1", "3"], [0, 2]),
        ("n", "is_not", ["1", "3"], [1, 3]),
        ("n", "less", ["2.5"], [0, 1]),
        ("n", "at_least", ["2"], [1, 2]),
        ("f", "more", ["0"], [0, 3]),
        ("f", "is_missing", [], [1, 2]),
        ("t", "contains", ["."], [1]),
        ("t", "starts_with", ["ab"], [0, 3]),
        ("t", "is_present", [], [0, 1, 3]),
        ("on", "at_most", ["2021-01-01"], [0, 1]),
        ("is", "is", ["true"], [0, 3]),
        ("is", "is_not", ["True"], [1, 2]),
    ],
)
def test_conditions(column: str, operator: str, values: list[str], met: list[int]) -> None:
    table = table_of(ROWS.with_columns(at=pl.int_range(pl.len())))
    condition = Condition.model_validate({"column": column, "operator": operator, "values": values})
    node = FilterRows(conditions=(condition,))
    assert problems(node, table) == []
    assert tables(executed(node, table))[0].frame["at"].to_list() == met
    dropped = node.model_copy(update={"rows": "drop"})
    assert tables(executed(dropped, table))[0].frame["at"].to_list() == [at for at in range(4) if at not in met]


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ({"column": "gone"}, "conditions.0.column"),
        ({"column": "colour", "operator": "less", "values": ["a"]}, "conditions.0.operator"),
        ({"column": "count", "operator": "contains", "values": ["a"]}, "conditions.0.operator"),
        ({"column": "count", "operator": "less", "values": ["1", "2"]}, "conditions.0.values"),
        ({"column": "count", "operator": "less", "values": ["many"]}, "conditions.0.values.0"),
        ({"column": "size", "values": ["nan"]}, "conditions.0.values.0"),
        ({"column": "bought", "operator": "more", "values": ["31.1.2020"]}, "conditions.0.values.0"),
        ({"column": "is_new", "values": ["true", "yes"]}, "conditions.0.values.1"),
        ({"column": "count"}, "conditions.0.values"),
        ({"column": "count", "operator": "is_missing", "values": ["1"]}, "conditions.0.values"),
    ],
)
def test_wrong_conditions_are_problems_at_their_place(condition: dict[str, object], field: str) -> None:
    found = problems(FilterRows(conditions=(Condition.model_validate(condition),)))
    assert [path for path, _ in found] == [field]


def test_columns_are_selected_and_renamed() -> None:
    selected = applied(SelectColumns(columns=("count", "size")), MIXED)
    assert selected.columns == ["size", "count", "label"]
    swap = RenameColumns(names=(NewName(column="size", name="weight"), NewName(column="weight", name="size")))
    assert problems(swap) == []
    renamed = applied(swap, MIXED)
    assert renamed.columns[:2] == ["weight", "size"]
    assert renamed["weight"].equals(MIXED.frame["size"], check_names=False)


def test_names_that_clash_are_problems() -> None:
    def name(*pairs: tuple[str, str]) -> RenameColumns:
        return RenameColumns(names=tuple(NewName(column=column, name=new) for column, new in pairs))

    assert problems(name(("size", "count"))) == [("names.0.name", "Two columns would be called 'count'.")]
    assert [path for path, _ in problems(name(("size", "x"), ("weight", "x")))] == ["names.0.name", "names.1.name"]
    assert [path for path, _ in problems(name(("label", "x")))] == ["names.0.column"]
    assert [path for path, _ in problems(name(("size", "x"), ("size", "y")))] == ["names.0.column", "names.1.column"]
    assert [path for path, _ in problems(name(("sise", "x")))] == ["names.0.column"]


def test_values_are_replaced_after_the_type_of_each_column() -> None:
    frame = pl.DataFrame({"n": [-999, 2], "f": [-999.0, 1.5], "t": ["-999", "New york"], "b": [True, None]})
    node = ReplaceValues(
        replacements=(
            Replacement(find="-999"),
            Replacement(find="NEW YORK", replace_with="NYC"),
            Replacement(find="true", replace_with="false"),
        ),
        ignore_case=True,
    )
    table = table_of(frame)
    assert problems(node, table) == []
    assert applied(node, table).rows() == [(None, None, None, False), (2, 1.5, "NYC", None)]


def test_replacing_looks_at_the_value_as_it_came_and_patterns_go_one_after_another() -> None:
    table = table_of(pl.DataFrame({"t": ["a", "b", "id-17", None]}))
    swap = (Replacement(find="a", replace_with="b"), Replacement(find="b", replace_with="a"))
    assert applied(ReplaceValues(replacements=swap), table)["t"].to_list() == ["b", "a", "id-17", None]
    patterns = (Replacement(find=r"^id-(\d+)$", replace_with="$1"), Replacement(find="^1"))
    after = applied(ReplaceValues(method="pattern", replacements=patterns), table)
    assert after["t"].to_list() == ["a", "b", None, None]


def test_replacements_that_a_column_cannot_hold_are_problems() -> None:
    whole = ReplaceValues(columns=("count",), replacements=(Replacement(find="1", replace_with="1.5"),))
    assert problems(whole) == [("replacements.0", "'count' holds whole numbers, and 1.5 is none.")]
    words = ReplaceValues(columns=("count",), replacements=(Replacement(find="one", replace_with="1"),))
    assert [path for path, _ in problems(words)] == ["replacements.0.find"]
    broken = ReplaceValues(method="pattern", replacements=(Replacement(find="(a"),))
    assert problems(broken) == [("replacements.0.find", "The pattern '(a' cannot be read: unclosed group.")]
    number = ReplaceValues(method="pattern", columns=("count",), replacements=(Replacement(find="a"),))
    assert [path for path, _ in problems(number)] == ["columns.0"]
    assert [path for path, _ in problems(ReplaceValues(columns=("label",), replacements=(Replacement(find="a"),)))] == [
        "columns.0"
    ]


def test_a_pattern_that_hangs_elsewhere_is_matched_at_once() -> None:
    table = table_of(pl.DataFrame({"t": ["a" * 50_000 + "!"]}))
    node = ReplaceValues(method="pattern", replacements=(Replacement(find="^(a+)+$", replace_with=""),))
    assert applied(node, table)["t"][0].endswith("!")


def test_percentiles_in_the_wrong_order_are_a_problem() -> None:
    node = Outliers(method="percentile", lower_percentile=60, upper_percentile=40)
    assert [path for path, _ in problems(node)] == ["lower_percentile"]


def test_a_model_asks_for_the_columns_it_uses_and_no_others() -> None:
    from modelyard.models.signature import needed_columns
    from modelyard.workflows.nodes.encode_categories import EncodeCategories
    from modelyard.workflows.nodes.fill_missing import FillMissing

    nodes: list[Node] = [
        RenameColumns(names=(NewName(column="size", name="weight"), NewName(column="weight", name="w"))),
        FillMissing(indicator=True),
        EncodeCategories(),
    ]
    table = Table(MIXED.frame.drop("label"), MIXED.schema.without(["label"]), MIXED.split)
    steps, after = [], table
    for node in nodes:
        learned = node.learn(after)
        steps.append((node, learned))
        after = node.apply(after, learned)
    raw = Table(table.frame, table.schema)
    assert needed_columns(steps, raw, ["weight"]) == {"size"}
    assert needed_columns(steps, raw, ["w_missing"]) == {"weight"}
    assert needed_columns(steps, raw, ["colour=red", "count"]) == {"colour", "count"}
