"""The node that turns columns into numbers, categories, text or dates."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Dtype, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import present_names, rebuilt
from modelyard.workflows.nodes._conversions import as_date, as_number, as_text, completed, date_formats, written
from modelyard.workflows.values import Outcome, TableValue, Value, Work

if TYPE_CHECKING:
    import polars as pl

MAX_NAMED = 3
"""Values named in one sentence."""


class ConvertTypes(Node):
    """Turn columns into numbers, categories, text or dates, with a policy for values that cannot be read.

    - `number`: text is read as a decimal number with point or comma, thousands separated by the other one, a space or
      an apostrophe; true is 1 and false is 0. A number that was a category becomes a number again.
    - `category` and `text`: values keep their look; a float that is whole loses its `.0`. Whole numbers and truth
      values stay what they are as categories.
    - `date`: text is read in one format, or when none is given in the usual ones: 2026-01-31, 2026/01/31, 31.01.2026,
      and with slashes or hyphens as `day_first` says; a time of day may follow and is kept with `with_time`. Time zones
      are brought to UTC. Whole numbers like 20260131 need a format; a format without a day gives the first one.

    A value that cannot be read becomes missing, and the run says how many did, or is an error that names the first
    ones. Words for "no value" (empty, NA, null, …) are missing, and never an error. Nothing is learned; new rows are
    treated the same.
    """

    title: ClassVar[str] = "Convert types"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "arrow-right-left"
    telling: ClassVar[tuple[str, ...]] = ("to", "columns")

    kind: Literal["convert_types"] = "convert_types"
    columns: tuple[str, ...] = Parameter((), description="The columns to convert.", widget="columns")
    to: Literal["number", "category", "text", "date"] = Parameter("number", description="What they become.")
    unreadable: Literal["missing", "error"] = Parameter(
        "missing", description="What becomes of a value that cannot be read.", when={"to": ["number", "date"]}
    )
    decimal: Literal["point", "comma"] = Parameter(
        "point", description="What separates the decimals in text.", when={"to": ["number"]}
    )
    day_first: bool = Parameter(
        True, description="Whether 03/04/2026 is the 3rd of April and not the 4th of March.", when={"to": ["date"]}
    )
    date_format: str | None = Parameter(
        None,
        description="The one format of the dates, like %d.%m.%Y %H:%M; empty means the usual ones.",
        max_length=50,
        when={"to": ["date"]},
    )
    with_time: bool = Parameter(False, description="Keep the time of day.", when={"to": ["date"]})

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Columns must be there and convertible; the format must be one."""
        found = present_names(schema, self.columns)
        for index, name in enumerate(self.columns):
            column = schema.get(name)
            if column is not None and (message := self._obstacle(schema, column)):
                found.append(NodeProblem(message, f"columns.{index}"))
        if self.to == "date" and self.date_format is not None and not _is_format(self.date_format):
            message = f"{self.date_format!r} is no format of a date, like %d.%m.%Y %H:%M or %Y-%m."
            found.append(NodeProblem(message, "date_format"))
        if not self.columns:
            found.append(NodeProblem("No column is chosen, so nothing is converted.", "columns", "warning"))
        return found

    def _obstacle(self, schema: Schema, column: Column) -> str | None:
        if column.name == schema.target:
            return f"{column.name!r} is the target; nodes change features only."
        if self.to == "number" and column.dtype in ("date", "datetime"):
            return f"{column.name!r} is a date; Date features makes numbers of it."
        if self.to == "date" and column.dtype in ("float", "boolean"):
            return f"{column.name!r} is stored as {column.dtype}, which is no date."
        if self.to == "date" and column.dtype == "integer" and self.date_format is None:
            return f"{column.name!r} holds whole numbers; say in which format they are dates, like %Y%m%d."
        return None

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the new types."""
        return rebuilt(schema, {c.name: (self._converted(c),) for c in schema.columns if c.name in set(self.columns)})

    def _converted(self, column: Column) -> Column:
        dtype = self._dtype(column)
        changes: dict[str, Any] = {"kind": _KINDS[self.to], "dtype": dtype}
        if self.to != "category":
            changes["categories"] = ()
        if self.to != "number" or column.dtype == "string":
            changes |= {"minimum": None, "maximum": None}
        if self._is_read(column):
            changes |= {
                "n_unique": None,
                "missing_fraction": None if self.unreadable == "missing" else column.missing_fraction,
            }
        return column.model_copy(update=changes)

    def _dtype(self, column: Column) -> Dtype:
        if self.to == "number":
            return {"integer": "integer", "boolean": "integer"}.get(column.dtype, "float")  # type: ignore[return-value]
        if self.to == "category":
            return column.dtype if column.dtype in ("integer", "boolean") else "string"
        return "string" if self.to == "text" else "datetime" if self.with_time else "date"

    def _is_read(self, column: Column) -> bool:
        """Whether values are read that may turn out unreadable."""
        return (
            self.to in ("number", "date")
            and column.dtype in ("string", "integer")
            and self._dtype(column) != column.dtype
        )

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the new types; raise Invalid for unreadable values when they are to be errors."""
        named = set(self.columns)
        columns = [column for column in table.schema.columns if column.name in named]
        frame = table.frame.with_columns(self._values(table.frame.get_column(column.name)) for column in columns)
        if self.unreadable == "error":
            self._refuse(table, frame)
        return Table(frame, self.schema_after(table.schema), table.split)

    def _values(self, values: "pl.Series") -> "pl.Series":
        if self.to == "number":
            return as_number(values, decimal=self.decimal)
        if self.to == "date":
            formats, ending = self._formats()
            return as_date(values, formats=formats, with_time=self.with_time, ending=ending)
        return as_text(values, keeps_whole=self.to == "category")

    def _formats(self) -> tuple[list[str], str]:
        if self.date_format is None:
            return date_formats(day_first=self.day_first), ""
        form, ending = completed(self.date_format)
        return [form], ending

    def _unreadable(self, table: Table, frame: "pl.DataFrame") -> "dict[str, pl.Series]":
        """Return for each column that is read which of its values were there and are not any more."""
        found = {}
        for column in table.schema.columns:
            if column.name in self.columns and self._is_read(column):
                there = written(table.frame.get_column(column.name)).is_not_null()
                found[column.name] = there & frame.get_column(column.name).is_null()
        return found

    def _refuse(self, table: Table, frame: "pl.DataFrame") -> None:
        bad = {name: places for name, places in self._unreadable(table, frame).items() if places.any()}
        if not bad:
            return
        noun = {"number": "number", "date": "date"}[self.to]
        sentences = {name: _named(table.frame.get_column(name), places, noun) for name, places in bad.items()}
        raise Invalid(
            " ".join(sentences.values()),
            hint="Mend them with Replace values before this node, or let them become missing.",
            fields=[FieldError((name,), sentence) for name, sentence in sentences.items()],
        )

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Convert, and say how many values became missing."""
        outcome = super().execute(inputs, work)
        before, after = inputs["table"], outcome.outputs["table"]
        if not isinstance(before, TableValue) or not isinstance(after, TableValue):
            return outcome
        table = before.table.get()
        counts = {name: int(bad.sum()) for name, bad in self._unreadable(table, after.table.get().frame).items()}
        notes = tuple(f"{n:,} values of {name!r} could not be read and are missing." for name, n in counts.items() if n)
        return replace(outcome, notes=(*outcome.notes, *notes))

    def code(self) -> str:
        """Read and cast with Polars."""
        columns = repr(list(self.columns))
        formats, ending = self._formats()
        converted = {
            "number": f"as_number(frame[name], {self.decimal!r})",
            "date": f"as_date(frame[name], {formats!r}, with_time={self.with_time!r}, ending={ending!r})",
            "category": "as_text(frame[name], keeps_whole=True)",
            "text": "as_text(frame[name], keeps_whole=False)",
        }[self.to]
        return f"""frame = frame.with_columns({converted} for name in {columns})
kinds |= dict.fromkeys({columns}, {_KINDS[self.to]!r})"""


_KINDS: dict[str, ColumnKind] = {"number": "number", "category": "category", "text": "text", "date": "date"}


def _is_format(text: str) -> bool:
    """Whether what is written in this format is read as the same day, as far as the format tells."""
    day = datetime(2003, 11, 27, tzinfo=UTC)
    form, ending = completed(text)
    day = day.replace(day=1 if ending else 27, month=1 if ending == " 01 01" else 11)
    try:
        return datetime.strptime(day.strftime(text) + ending, form).replace(tzinfo=UTC).date() == day.date()
    except ValueError:
        return False


def _named(values: "pl.Series", bad: "pl.Series", noun: str) -> str:
    places = bad.arg_true().to_list()
    shown = ", ".join(f"{str(values[place])[:60]!r} (row {place + 1})" for place in places[:MAX_NAMED])
    more = f" and {len(places) - MAX_NAMED:,} more" if len(places) > MAX_NAMED else ""
    return f"{values.name!r} has values that are no {noun}: {shown}{more}."
