"""The node that looks back: earlier values of the same series as features."""

from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import KIND_NAMES, absent, rebuilt, taken_names
from modelyard.workflows.nodes._new_columns import number_column, too_many
from modelyard.workflows.nodes._series import MAX_REACH, Statistic, look_back, remember, rows_of

KINDS: frozenset[ColumnKind] = frozenset({"number", "category"})
Lag = Annotated[int, Field(ge=1, le=MAX_REACH)]
Window = Annotated[int, Field(ge=2, le=MAX_REACH)]


class Lags(Node):
    """Add earlier values of the same series: what sales were a week ago, their mean over the last month.

    Rows are ordered by the time column of the split (which must be by time), within each group when a group column is
    given: one shop, one machine. A lag of 1 is the row before, a window of 7 the seven rows before; both count rows,
    not days. A row sees only rows with an earlier time, never itself, never a row of the same moment and never a later
    one. Where there is no earlier row the lag is missing; a window takes the values that are there. The deviation is
    that of a sample and needs two values. A row without a time sees nothing and is seen by none.

    The target may be among the columns. Its value is known for training rows only: validation, test and new rows look
    back to the training rows and find nothing in between, in the score as in use. Choose lags of the target at least
    as long as you predict ahead.

    The model keeps the last training rows of each group, as many as the longest lag or window needs (at most 100,000
    rows in all, the newest), so that new rows continue the series. New rows sent together see each other, and a row
    that is sent with the group and time of a kept one replaces it. A new row far behind the kept ones sees old values:
    send the rows in between along with it, or train anew.
    """

    title: ClassVar[str] = "Lags and windows"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "calendar"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("lags", "windows", "columns")

    kind: Literal["lags"] = "lags"
    columns: tuple[str, ...] = Parameter(
        (), description="The columns whose earlier values are added; the target may be one.", widget="columns"
    )
    lags: tuple[Lag, ...] = Parameter((1,), description="How many rows back, each a column.", max_length=50)
    windows: tuple[Window, ...] = Parameter((), description="How many earlier rows a window holds.", max_length=20)
    statistics: tuple[Statistic, ...] = Parameter(
        ("mean",), description="What is computed over each window.", max_length=len(get_args(Statistic))
    )
    window_lag: int = Parameter(
        1, description="How many rows back the newest row of a window lies.", ge=1, le=MAX_REACH, advanced=True
    )
    group_column: str | None = Parameter(
        None, description="The column that says which series a row belongs to.", widget="column"
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """The split must be by time and its column still be there; the columns must be numbers or categories."""
        found = [*_order_problems(schema), *self._column_problems(schema), *self._group_problems(schema)]
        if not self.lags and not (self.windows and self.statistics):
            found.append(NodeProblem("Choose a lag, or a window and what is computed over it.", "lags"))
        if not self.columns:
            found.append(NodeProblem("No column is chosen, so nothing is added.", "columns", "warning"))
        if not found:
            new = [column.name for source in self._sources(schema) for column in self._made(source)]
            found = too_many(len(new), "columns") or taken_names(schema, new)
        return found

    def _column_problems(self, schema: Schema) -> list[NodeProblem]:
        found: list[NodeProblem] = []
        for place, name in enumerate(self.columns):
            column, path = schema.get(name), f"columns.{place}"
            if column is None:
                found.append(NodeProblem(absent(schema, name), path))
            elif column.kind not in KINDS:
                message = f"{name!r} is {KIND_NAMES[column.kind]}; this node takes a category or a number."
                found.append(NodeProblem(message, path))
            elif column.kind != "number" and self.windows:
                message = f"{name!r} is {KIND_NAMES[column.kind]}; windows take numbers. Use a node of its own."
                found.append(NodeProblem(message, path))
        return found

    def _group_problems(self, schema: Schema) -> list[NodeProblem]:
        name = self.group_column
        if name is None:
            return []
        if schema.get(name) is None:
            return [NodeProblem(absent(schema, name), "group_column")]
        if name == schema.target:
            message = f"{name!r} is the target, which new rows do not have; choose another column."
            return [NodeProblem(message, "group_column")]
        return []

    def _sources(self, schema: Schema) -> list[Column]:
        named = set(self.columns)
        return [column for column in schema.columns if column.name in named]

    def _made(self, source: Column) -> list[Column]:
        facts: dict[str, Any] = {"missing_fraction": None, "n_unique": None}
        made = [
            source.model_copy(update={"name": f"{source.name}_lag_{lag}", **facts}) for lag in dict.fromkeys(self.lags)
        ]
        return made + [number_column(name, None) for name, _, _ in self._windows_of(source.name)]

    def _windows_of(self, name: str) -> list[tuple[str, Statistic, int]]:
        """Return the new column's name, the statistic and the size of each window over a column."""
        shift = f"_lag_{self.window_lag}" if self.window_lag > 1 else ""
        return [
            (f"{name}_{statistic}_{window}{shift}", statistic, window)
            for window in dict.fromkeys(self.windows)
            for statistic in dict.fromkeys(self.statistics)
        ]

    @property
    def _reach(self) -> int:
        windows = [self.window_lag + window - 1 for window in self.windows if self.statistics]
        return max((*self.lags, *windows), default=1)

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the earlier values at the end."""
        return self._after(schema, self._sources(schema))

    def _after(self, schema: Schema, sources: list[Column]) -> Schema:
        return rebuilt(schema, {}, [column for source in sources for column in self._made(source)])

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the last rows of each group, so that new rows continue the series."""
        sources = self._sources(table.schema)
        splitting = table.schema.splitting
        time = splitting.column if splitting is not None else None
        if not sources or time is None:
            return {"time_column": time, "columns": [], "history": None}
        rows = rows_of(table, time, self.group_column, [column.name for column in sources])
        return {
            "time_column": time,
            "columns": [{"name": column.name, "kind": column.kind, "dtype": column.dtype} for column in sources],
            "history": remember(rows, self._reach + 1),  # one more, for when the last row is sent again
        }

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the earlier values at the end."""
        # New rows have no target: there the column is as it was learned.
        known = {column.name: column for column in table.schema.columns}
        sources = [known.get(item["name"], Column.model_validate(item)) for item in learned["columns"]]
        if not sources:
            return table
        names = [column.name for column in sources]
        rows = rows_of(table, learned["time_column"], self.group_column, names)
        seen = look_back(rows, learned["history"], sources)
        made = []
        for name in names:
            made += [seen.lag(name, lag).alias(f"{name}_lag_{lag}") for lag in dict.fromkeys(self.lags)]
            windows = self._windows_of(name)
            made += [seen.window(name, s, size, self.window_lag).alias(new) for new, s, size in windows]
        return Table(table.frame.with_columns(made), self._after(table.schema, sources), table.split)

    def code_on(self, schema: Schema) -> str:
        """Order the rows by group and time, shift, and put the result back in the rows' own order."""
        time = schema.splitting.column if schema.splitting is not None else None
        functions = {"mean": "mean", "minimum": "min", "maximum": "max", "deviation": "std", "sum": "sum"}
        lines = [f"for name in [name for name in frame.columns if name in {sorted(set(self.columns))!r}]:"]
        lines.append("    known = split == 'train' if name == target else None")
        lines.append(f"    look = dict(time={time!r}, group={self.group_column!r}, known=known)")
        for lag in dict.fromkeys(self.lags):
            made = f"earlier(frame, name, {lag}, **look).alias(f'{{name}}_lag_{lag}')"
            lines += [f"    frame = frame.with_columns({made})", f"    kinds[f'{{name}}_lag_{lag}'] = kinds[name]"]
        for ending, statistic, size in self._windows_of(""):
            made = f"earlier(frame, name, {self.window_lag}, **look, size={size}, statistic={functions[statistic]!r})"
            lines.append(f"    frame = frame.with_columns({made}.alias(name + {ending!r}))")
            lines.append(f"    kinds[name + {ending!r}] = 'number'")
        return "\n".join(lines)


def _order_problems(schema: Schema) -> list[NodeProblem]:
    splitting = schema.splitting
    if not schema.has_split:
        return []  # the check says so for every node that learns
    if splitting is None or splitting.method != "time" or splitting.column is None:
        message = "Lags need to know which row is earlier: choose the method time in the split before this node."
        return [NodeProblem(message)]
    if schema.get(splitting.column) is None:
        message = (
            f"The split orders rows by {splitting.column!r}, which is not here any more; put this node before the one "
            "that drops or replaces it."
        )
        return [NodeProblem(message)]
    return []
