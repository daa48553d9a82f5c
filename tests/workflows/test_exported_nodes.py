"""The exported code of every preparing node gives the node's own frame, on real tables, to 1e-9."""

import pytest

from modelyard.data.frames import Table
from modelyard.workflows.node import Node
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
from tests.workflows.node_code import assert_code_does_the_same
from tests.workflows.samples import sample

SAMPLES = ["penguins", "credit", "ames"]
NODES: list[Node] = [
    DropMissing(),
    DropMissing(row_fraction=0.2, without_target=False),
    DropMissing(drop="columns", column_fraction=0.05),
    RemoveDuplicates(),
    RemoveDuplicates(keep="none", across_split=True),
    Outliers(),
    Outliers(method="z_score", action="remove", z_limit=2.5),
    Outliers(method="z_score", action="missing"),
    Outliers(method="percentile", action="clip"),
    Outliers(method="percentile", action="remove", lower_percentile=5, upper_percentile=95),
    FillMissing(number="mean", category="constant", indicator=True),
    FillMissing(number="most_frequent"),
    FillMissing(number="constant", number_value=-1.0),
    EncodeCategories(),
    EncodeCategories(max_categories=4, min_rows=30, drop_first=True),
    EncodeCategories(min_rows=5, unknown="zeros"),
    EncodeCategories(method="ordinal"),
    EncodeCategories(method="ordinal", order="frequency"),
    EncodeCategories(method="target"),
    EncodeCategories(method="target", smoothing=20.0, n_folds=3, seed=7),
    EncodeCategories(method="target", smoothing=0.0),
    EncodeCategories(method="frequency"),
    EncodeCategories(method="hashing", n_columns=8),
    Scale(),
    Scale(with_centre=False),
    Scale(method="min_max", low=-1, high=2, clip=True),
    Scale(method="robust", low_percentile=10, high_percentile=90, with_spread=False),
    Scale(method="max_abs"),
    Scale(method="quantile"),
    Scale(method="quantile", output="normal", n_quantiles=50),
    Scale(method="power"),
    Scale(method="power", power="box_cox"),
    SelectColumns(),
    DropColumns(),
    FilterRows(),
    RenameColumns(),
    ReplaceValues(),
    ReplaceValues(
        replacements=(Replacement(find="0"), Replacement(find="male", replace_with="m")),
    ),
    ReplaceValues(
        method="pattern",
        replacements=(Replacement(find="^(.)[ae]", replace_with="$1_"), Replacement(find="Y$|l$")),
        ignore_case=True,
    ),
]


def told(node: Node) -> str:
    return node.kind_name() + "".join(
        f"-{value}" for _, value in sorted(node.model_dump(exclude_defaults=True).items())
    )


@pytest.mark.parametrize("key", SAMPLES)
@pytest.mark.parametrize("node", NODES, ids=lambda node: told(node)[:80])
def test_the_code_gives_the_same_frame(node: Node, key: str) -> None:
    table = sample(key)
    assert not [problem for problem in node.problems(table.schema) if problem.severity == "error"]
    assert_code_does_the_same(node, table)


@pytest.mark.parametrize(
    ("method", "column"), [("group", "Neighborhood"), ("time", "Year_Built")], ids=["group", "time"]
)
def test_target_encoding_keeps_to_the_split_in_code_too(method: str, column: str) -> None:
    table = sample("ames", method, column)  # type: ignore[arg-type]  # a literal
    assert_code_does_the_same(EncodeCategories(method="target", columns=("MS_Zoning", "Street", "Alley")), table)


PENGUINS: list[Node] = [
    FilterRows(
        conditions=(
            Condition(column="sex", values=("male",)),
            Condition(column="year", operator="more", values=("2007",)),
        )
    ),
    FilterRows(
        conditions=(
            Condition(column="sex", operator="is_missing"),
            Condition(column="island", operator="contains", values=("rg",)),
            Condition(column="bill_length_mm", operator="at_most", values=("38.5",)),
        ),
        match="any",
        rows="drop",
    ),
    FilterRows(conditions=(Condition(column="sex", operator="is_not", values=("male", "female")),)),
    FilterRows(conditions=(Condition(column="island", operator="starts_with", values=("T",)),)),
    SelectColumns(columns=("sex", "year")),
    DropColumns(columns=("sex",)),
    RenameColumns(names=(NewName(column="sex", name="s e x"), NewName(column="year", name="sex"))),
    ConvertTypes(columns=("year", "sex"), to="category"),
    ConvertTypes(columns=("year", "bill_length_mm"), to="text"),
    ConvertTypes(columns=("year", "sex"), to="number"),
    ConvertTypes(columns=("year",), to="date", date_format="%Y", with_time=True),
    ReplaceValues(
        columns=("year",), replacements=(Replacement(find="2007", replace_with="7"), Replacement(find="2008"))
    ),
    ReplaceValues(replacements=(Replacement(find="MALE", replace_with="m"),), ignore_case=True),
    EncodeCategories(columns=("sex",), method="ordinal", order="given", categories=("male", "female")),
    EncodeCategories(unknown="error"),
    RemoveDuplicates(columns=("sex", "island"), keep="last"),
    FillMissing(columns=("sex", "bill_length_mm"), indicator=True),
]


@pytest.mark.parametrize("node", PENGUINS, ids=lambda node: told(node)[:80])
def test_the_code_of_nodes_with_named_columns_gives_the_same_frame(node: Node) -> None:
    table = sample("penguins")
    found = [p for p in node.problems(table.schema) if p.severity == "error"]
    if isinstance(node, ConvertTypes) and node.to == "date":
        assert not found
    assert not found, found
    assert_code_does_the_same(node, table)


def test_rows_are_left_out_of_a_table_that_is_not_split() -> None:
    table = sample("credit")
    whole = Table(table.frame, table.schema.model_copy(update={"has_split": False, "splitting": None}))
    for node in (DropMissing(), RemoveDuplicates(columns=("Home", "Time"))):
        assert assert_code_does_the_same(node, whole).n_rows < whole.n_rows
