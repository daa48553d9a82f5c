"""The node that keeps the rows that meet conditions."""

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import NodeProblem
from modelyard.workflows.nodes._columns import KIND_NAMES, absent
from modelyard.workflows.nodes._rows import ROWS_CODE, LeavesRowsOut
from modelyard.workflows.nodes._typed import typed, typed_problems

if TYPE_CHECKING:
    import polars as pl

Operator = Literal[
    "is", "is_not", "less", "at_most", "more", "at_least", "contains", "starts_with", "is_missing", "is_present"
]
_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "less": operator.lt,
    "at_most": operator.le,
    "more": operator.gt,
    "at_least": operator.ge,
}
_SIGNS = {"less": "<", "at_most": "<=", "more": ">", "at_least": ">="}


class Condition(BaseModel):
    """What a row must meet: a column, how it is compared, and with what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str = Field(description="The column to look at.", json_schema_extra={"x-widget": "column"})
    operator: Operator = Field("is", description="How its value is compared.")
    values: tuple[str, ...] = Field(
        (),
        description="What it is compared with: one value, for is and is_not also several; 3.5, 2026-01-31, true.",
        max_length=1000,
    )


class FilterRows(LeavesRowsOut):
    """Keep the rows that meet conditions, and leave the others out.

    Each condition compares a column with values: `is` and `is_not` with one or several, `less`, `at_most`, `more` and
    `at_least` with one number or date, `contains` and `starts_with` with one text. A missing value meets `is_missing`
    and `is_not`, nothing else. With `drop`, the rows that meet the conditions are left out instead.

    Before the split this chooses what the workflow is about: the model is for such rows. Behind the split only
    training rows are left out; validation and test rows stay.
    """

    title: ClassVar[str] = "Filter rows"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "list-filter"
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("conditions", "match", "rows")

    kind: Literal["filter_rows"] = "filter_rows"
    conditions: tuple[Condition, ...] = Parameter((), description="What is asked of a row.", max_length=100)
    match: Literal["all", "any"] = Parameter("all", description="Whether all conditions must be met or any of them.")
    rows: Literal["keep", "drop"] = Parameter("keep", description="What happens to the rows that meet them.")

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Columns must be there and comparable like this, and the values must be of their type."""
        found = [
            item for index, c in enumerate(self.conditions) for item in _problems(c, schema, f"conditions.{index}")
        ]
        if not self.conditions:
            found.append(NodeProblem("There is no condition, so every row stays.", "conditions", "warning"))
        return found

    def staying(self, table: Table, learned: dict[str, Any]) -> "pl.Series":
        """Return which rows meet the conditions, or do not with `drop`."""
        import polars as pl

        if not self.conditions:
            return pl.Series("stays", [True]).new_from_index(0, table.n_rows)
        columns = {column.name: column for column in table.schema.columns}
        met = [_meets(condition, columns[condition.column]) for condition in self.conditions]
        together = (pl.all_horizontal if self.match == "all" else pl.any_horizontal)(met)
        return table.frame.select((together if self.rows == "keep" else ~together).alias("stays")).to_series()

    def code(self) -> str:
        """Compare with Polars."""
        if not self.conditions:
            return ""
        met = ",\n    ".join(_condition_code(condition) for condition in self.conditions)
        together = "all_horizontal" if self.match == "all" else "any_horizontal"
        turned = "" if self.rows == "keep" else "stays = ~stays\n"
        return f"""stays = frame.select(stays=pl.{together}(
    {met},
)).to_series()
{turned}{ROWS_CODE}"""


def _problems(condition: Condition, schema: Schema, path: str) -> list[NodeProblem]:
    column = schema.get(condition.column)
    if column is None:
        return [NodeProblem(absent(schema, condition.column), f"{path}.column")]
    if message := _wrong_kind(condition.operator, column):
        return [NodeProblem(message, f"{path}.operator")]
    if message := _wrong_count(condition):
        return [NodeProblem(message, f"{path}.values")]
    return typed_problems(condition.values, column, field=f"{path}.values")


def _wrong_kind(comparison: Operator, column: Column) -> str | None:
    if comparison in _ORDERS and column.dtype in ("string", "boolean"):
        return f"{column.name!r} is {KIND_NAMES[column.kind]} and has no order; compare with is or is_not."
    if comparison in ("contains", "starts_with") and column.dtype != "string":
        return f"{column.name!r} is {KIND_NAMES[column.kind]}, not text; compare with is, less or more."
    return None


def _wrong_count(condition: Condition) -> str | None:
    n_given, comparison = len(condition.values), condition.operator
    if comparison in ("is_missing", "is_present"):
        return f"{comparison} takes no value." if n_given else None
    if comparison in ("is", "is_not"):
        return None if n_given else "Say which values."
    return None if n_given == 1 else f"{comparison} takes one value, not {n_given}."


def _meets(condition: Condition, column: Column) -> "pl.Expr":
    import polars as pl

    values = pl.col(column.name)
    values = values.fill_nan(None) if column.dtype == "float" else values
    given = [typed(text, column.dtype) for text in condition.values]
    if condition.operator == "is_missing":
        return values.is_null()
    if condition.operator == "is_present":
        return values.is_not_null()
    if condition.operator in _ORDERS:
        return _ORDERS[condition.operator](values, pl.lit(given[0])).fill_null(False)  # type: ignore[no-any-return]
    if condition.operator in ("contains", "starts_with"):
        text = condition.values[0]
        is_in = (
            values.str.contains(text, literal=True)
            if condition.operator == "contains"
            else values.str.starts_with(text)
        )
        return is_in.fill_null(False)
    is_any = pl.any_horizontal([(values == pl.lit(value)).fill_null(False) for value in given])
    return is_any if condition.operator == "is" else ~is_any


def _condition_code(condition: Condition) -> str:
    column = f"column(frame, {condition.column!r})"
    if condition.operator in ("is_missing", "is_present"):
        return f"{column}.{'is_null' if condition.operator == 'is_missing' else 'is_not_null'}()"
    if condition.operator in ("contains", "starts_with"):
        literal = ", literal=True" if condition.operator == "contains" else ""
        return f"{column}.str.{condition.operator}({condition.values[0]!r}{literal}).fill_null(False)"
    if condition.operator in _SIGNS:
        value = f"typed(frame, {condition.column!r}, {condition.values[0]!r})"
        return f"({column} {_SIGNS[condition.operator]} {value}).fill_null(False)"
    values = (
        f"(({column} == typed(frame, {condition.column!r}, text)).fill_null(False) for text in {condition.values!r})"
    )
    return f"{'~' if condition.operator == 'is_not' else ''}pl.any_horizontal({values})"
