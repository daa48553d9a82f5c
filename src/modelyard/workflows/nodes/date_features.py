"""The node that turns dates into numbers."""

import math
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt, taken_names
from modelyard.workflows.nodes._new_columns import ordered_code

if TYPE_CHECKING:
    import polars as pl

KINDS: frozenset[ColumnKind] = frozenset({"date"})

Part = Literal["year", "quarter", "month", "week", "day", "weekday", "day_of_year", "hour", "minute", "is_weekend"]

# Part → polars' name for it, its first value and how many values make a round; a year does not repeat.
_PARTS: dict[Part, tuple[str, int, int | None]] = {
    "year": ("year", 0, None),
    "quarter": ("quarter", 1, 4),
    "month": ("month", 1, 12),
    "week": ("week", 1, 53),
    "day": ("day", 1, 31),
    "weekday": ("weekday", 1, 7),
    "day_of_year": ("ordinal_day", 1, 366),
    "hour": ("hour", 0, 24),
    "minute": ("minute", 0, 60),
    "is_weekend": ("weekday", 0, None),
}
_CLOCK_PARTS: frozenset[Part] = frozenset({"hour", "minute"})
MICROSECONDS_PER_DAY = 86_400_000_000
SATURDAY = 6


class DateFeatures(Node):
    """Turn dates into numbers that engines can use: parts of the date, positions on a circle, days gone by.

    Each chosen part becomes a column `<date>_<part>`: weekday 1 is Monday, weeks are those of ISO 8601, `is_weekend`
    is 1 on Saturday and Sunday. Dates without a time of day have no hour and minute. With `cyclic`, parts that repeat
    also give `_sin` and `_cos`, so that December lies next to January, which linear engines cannot see otherwise.

    With `elapsed_days`, a column `<date>_days` counts the days, with fractions, since a fixed day or since the first
    date of the training rows. With `other`, a column `<date>_days_since_<other>` counts the days from another date of
    the same row: from order to delivery. A missing date gives missing numbers. Times are taken as they are written;
    those with a time zone were turned into UTC when they were read.

    Only the first date of the training rows is learned; with a fixed day the node may stand before or after the split.
    """

    title: ClassVar[str] = "Date features"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "calendar-days"
    telling: ClassVar[tuple[str, ...]] = ("parts", "columns")

    kind: Literal["date_features"] = "date_features"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The dates to use; empty means every date.", widget="columns"
    )
    parts: tuple[Part, ...] = Parameter(
        ("year", "month", "day", "weekday"), description="The parts that become columns.", max_length=10
    )
    cyclic: bool = Parameter(False, description="Also add sine and cosine of the parts that repeat.")
    elapsed_days: bool = Parameter(False, description="Also add the days gone by.")
    elapsed_from: Literal["day", "first_training_date"] = Parameter(
        "day", description="What elapsed days count from.", when={"elapsed_days": (True,)}
    )
    since: date = Parameter(
        date(2000, 1, 1),
        description="The day that elapsed days count from.",
        advanced=True,
        when={"elapsed_days": (True,), "elapsed_from": ("day",)},
    )
    other: str | None = Parameter(
        None, description="Another date of the row, from which days are counted too.", widget="column"
    )
    keep: bool = Parameter(False, description="Keep the date itself too.", advanced=True)

    def is_learning(self) -> bool:
        """Only the first training date is looked for in the rows."""
        return self.elapsed_days and self.elapsed_from == "first_training_date"

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be dates, and something must be made of them."""
        found = column_problems(schema, self.columns, KINDS)
        if self.other is not None:
            found += [NodeProblem(p.message, "other") for p in column_problems(schema, [self.other], KINDS)]
        if not self.parts and not self.elapsed_days and self.other is None:
            found.append(NodeProblem("Nothing is chosen to be made of the dates.", "parts"))
        if not found:
            dates = chosen(schema, self.columns, KINDS)
            new = [column.name for source in dates for column in self._made(source)]
            found += taken_names(schema, new)
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with each date followed, or replaced, by its numbers."""
        return self._after(schema, {column.name for column in chosen(schema, self.columns, KINDS)})

    def _after(self, schema: Schema, names: Collection[str]) -> Schema:
        dates = [column for column in schema.columns if column.name in names]
        return rebuilt(schema, {c.name: [*((c,) if self.keep else ()), *self._made(c)] for c in dates})

    def _parts_of(self, column: Column) -> list[Part]:
        asked = dict.fromkeys(self.parts)
        return [part for part in asked if column.dtype == "datetime" or part not in _CLOCK_PARTS]

    def _made(self, column: Column) -> list[Column]:
        missing = column.missing_fraction
        made: list[Column] = []
        for part in self._parts_of(column):
            _, first, period = _PARTS[part]
            whole = Column(name=f"{column.name}_{part}", kind="number", dtype="integer", missing_fraction=missing)
            if part == "is_weekend":
                made.append(whole.model_copy(update={"minimum": 0, "maximum": 1}))
                continue
            if period is None:
                made.append(whole)
                continue
            made.append(whole.model_copy(update={"minimum": first, "maximum": first + period - 1}))
            if self.cyclic:
                made += [_circle_column(f"{whole.name}_{axis}", missing) for axis in ("sin", "cos")]
        if self.elapsed_days:
            made.append(Column(name=f"{column.name}_days", kind="number", dtype="float", missing_fraction=missing))
        if self.other not in (None, column.name):
            made.append(Column(name=f"{column.name}_days_since_{self.other}", kind="number", dtype="float"))
        return made

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the names of the dates, and for each what elapsed days count from if it is in the training rows."""
        names = [column.name for column in chosen(table.schema, self.columns, KINDS)]
        if not self.is_learning():
            return {"columns": names}
        first = {name: table.frame.get_column(name).dt.timestamp("us").min() for name in names}
        return {"columns": names, "since": {name: value or 0 for name, value in first.items()}}

    def made_of(self, learned: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Each number is made of its date, and the days since another date of both."""
        parts = [f"{part}{axis}" for part in (*self.parts, "days") for axis in ("", "_sin", "_cos")]
        alone: dict[str, tuple[str, ...]] = {f"{name}_{part}": (name,) for name in learned["columns"] for part in parts}
        if self.other is None:
            return alone
        return alone | {f"{name}_days_since_{self.other}": (name, self.other) for name in learned["columns"]}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the numbers in the place of the dates."""
        import polars as pl

        dates = set(learned["columns"])
        made: list[Any] = []
        for column in table.schema.columns:
            if self.keep or column.name not in dates:
                made.append(pl.col(column.name))
            if column.name in dates:
                made += [*self._expressions(column), *self._counted(table.frame, column.name, learned)]
        return Table(table.frame.select(made), self._after(table.schema, dates), table.split)

    def _counted(self, frame: "pl.DataFrame", name: str, learned: dict[str, Any]) -> "list[pl.Series]":
        """Return the days gone by, since a day and since the other date."""
        moment = _microseconds(frame.get_column(name))
        counted = {}
        if self.elapsed_days:
            since = learned["since"][name] if self.is_learning() else self._since_microseconds
            counted[f"{name}_days"] = moment - since
        if self.other is not None and self.other != name:
            counted[f"{name}_days_since_{self.other}"] = moment - _microseconds(frame.get_column(self.other))
        return [_days(new, passed) for new, passed in counted.items()]

    def _expressions(self, column: Column) -> "list[pl.Expr]":
        import polars as pl

        made: list[pl.Expr] = []
        for part in self._parts_of(column):
            method, first, period = _PARTS[part]
            value = getattr(pl.col(column.name).dt, method)().cast(pl.Int64)
            value = (value >= SATURDAY).cast(pl.Int64) if part == "is_weekend" else value
            made.append(value.alias(f"{column.name}_{part}"))
            if self.cyclic and period is not None:
                angle = (value - first) * (2 * math.pi / period)
                made += [angle.sin().alias(f"{column.name}_{part}_sin"), angle.cos().alias(f"{column.name}_{part}_cos")]
        return made

    @property
    def _since_microseconds(self) -> int:
        return (self.since - date(1970, 1, 1)).days * MICROSECONDS_PER_DAY

    def code(self) -> str:
        """Use Polars' own date functions."""
        kept = "{name: frame[name], **made}" if self.keep else "made"
        lines = [
            "given = frame",
            f"for name in {ordered_code(self.columns, KINDS)}:",
            "    made = {}",
            "    has_clock = frame[name].dtype != pl.Date",
        ]
        for part in dict.fromkeys(self.parts):
            lines += self._part_code(part)
        lines += [
            *self._counted_code(),
            f"    frame = in_place(frame, {{name: pl.DataFrame({kept})}})",
            '    kinds |= dict.fromkeys(made, "number")',
        ]
        return "\n".join(lines)

    def _counted_code(self) -> list[str]:
        counted = []
        if self.elapsed_days:
            first = "given.filter(split == 'train')[name].dt.timestamp('us').min() or 0"
            counted.append(("", "_days", first if self.is_learning() else self._since_microseconds))
        if self.other is not None:
            since = f"given[{self.other!r}].dt.timestamp('us').to_numpy()"
            counted.append((f"if name != {self.other!r}: ", f"_days_since_{self.other}", since))
        passed = "given[name].dt.timestamp('us').to_numpy()"
        return [
            f"    {only}made[name + {ending!r}] = pl.Series(({passed} - ({since})) / {MICROSECONDS_PER_DAY}, "
            "nan_to_null=True)"
            for only, ending, since in counted
        ]

    def _part_code(self, part: Part) -> list[str]:
        method, first, period = _PARTS[part]
        indent = "        " if part in _CLOCK_PARTS else "    "
        lines = ["    if has_clock:"] if part in _CLOCK_PARTS else []
        value = f"frame[name].dt.{method}()" + (f" >= {SATURDAY}" if part == "is_weekend" else "")
        lines.append(f'{indent}made[name + "_{part}"] = ({value}).cast(pl.Int64)')
        if self.cyclic and period is not None:
            lines.append(f'{indent}angle = (made[name + "_{part}"] - {first}) * (2 * np.pi / {period})')
            lines += [f'{indent}made[name + "_{part}_{axis}"] = angle.{axis}()' for axis in ("sin", "cos")]
        return lines


def _circle_column(name: str, missing: float | None) -> Column:
    return Column(name=name, kind="number", dtype="float", missing_fraction=missing, minimum=-1, maximum=1)


def _microseconds(dates: "pl.Series") -> Any:
    return dates.dt.timestamp("us").to_numpy()


def _days(name: str, passed: Any) -> "pl.Series":
    # In NumPy: Polars divides many rows by multiplying with the reciprocal, so that one row alone would differ.
    import polars as pl

    return pl.Series(name, passed / MICROSECONDS_PER_DAY, nan_to_null=True)
