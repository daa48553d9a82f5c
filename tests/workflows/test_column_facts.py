"""The facts of columns that a node made or changed are those of all rows, and JSON."""

import json
from datetime import date

import polars as pl

from modelyard.data.frames import Table
from modelyard.workflows.column_facts import MAX_COLUMNS, column_facts
from tests.workflows.tables import schema_of


def table(frame: pl.DataFrame) -> Table:
    return Table(frame, schema_of(frame))


BEFORE = pl.DataFrame({"age": [1, 2, 3, 4], "city": ["Huế", None, "Hà Nội", "Huế"], "kept": [0.5, None, 2.0, 1.0]})


def test_only_what_is_new_or_changed() -> None:
    after = BEFORE.with_columns(pl.col("age") * 2.0, older=pl.col("age") + 1).drop("city")
    assert column_facts(table(after), table(BEFORE)) == [
        {"name": "age", "dtype": "Float64", "missing_fraction": 0.0, "n_unique": 4, "minimum": 2.0, "maximum": 8.0},
        {"name": "older", "dtype": "Int64", "missing_fraction": 0.0, "n_unique": 4, "minimum": 2, "maximum": 5},
    ]
    assert column_facts(table(BEFORE), table(BEFORE)) == []


def test_all_columns_where_rows_come_from_and_where_some_went() -> None:
    assert [facts["name"] for facts in column_facts(table(BEFORE), None)] == ["age", "city", "kept"]
    fewer = column_facts(table(BEFORE[:2]), table(BEFORE))
    assert [(facts["name"], facts["missing_fraction"]) for facts in fewer] == [("age", 0), ("city", 0.5), ("kept", 0.5)]


def test_odd_values_are_json() -> None:
    frame = pl.DataFrame(
        {
            "infinite": [float("inf"), float("nan"), None],
            "day": [date(2026, 1, 2), None, date(2025, 1, 2)],
            "nothing": pl.Series([None, None, None], dtype=pl.Float64),
            "flag": [True, False, None],
        }
    )
    facts = {each["name"]: each for each in json.loads(json.dumps(column_facts(table(frame), None), allow_nan=False))}
    assert facts["infinite"]["maximum"] == "inf"
    assert facts["infinite"]["missing_fraction"] == 2 / 3
    assert (facts["day"]["minimum"], facts["day"]["maximum"]) == ("2025-01-02", "2026-01-02")
    assert (facts["nothing"]["n_unique"], facts["nothing"]["minimum"]) == (0, None)
    assert facts["flag"]["minimum"] is None


def test_no_rows_and_many_columns() -> None:
    empty = column_facts(table(BEFORE[:0]), None)
    assert [facts["missing_fraction"] for facts in empty] == [None, None, None]
    wide = pl.DataFrame({f"c{n}": [n] for n in range(200)})
    assert len(column_facts(table(wide), None)) == MAX_COLUMNS
