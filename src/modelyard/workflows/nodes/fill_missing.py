"""The node that puts a value where one is missing."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt, taken_names
from modelyard.workflows.nodes._moments import mean_and_deviation, percentiles

if TYPE_CHECKING:
    import polars as pl

KINDS: frozenset[ColumnKind] = frozenset({"number", "category"})


class FillMissing(Node):
    """Put a value where one is missing, so that engines that refuse missing values can be used.

    The value of each column is learned from the training rows only and used everywhere: validation, test and new rows.
    Numbers take the mean, the median, the most frequent value or a constant; categories the most frequent value or a
    constant. When two values are equally frequent the smaller is taken, as scikit-learn's SimpleImputer does. A column
    without any value in the training rows takes the constant. Infinite numbers count as missing.

    With `indicator`, a column `<name>_missing` (1 where the value was missing) is added for every chosen column: that
    a value is missing often says something itself.
    """

    title: ClassVar[str] = "Fill missing"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "paint-bucket"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("number", "category", "columns")

    kind: Literal["fill_missing"] = "fill_missing"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to fill; empty means every number and category.", widget="columns"
    )
    number: Literal["mean", "median", "most_frequent", "constant", "leave"] = Parameter(
        "median", description="What missing numbers become; `leave` keeps them missing."
    )
    number_value: float = Parameter(
        0.0,
        description="The constant for numbers, also where no training row has a value.",
        advanced=True,
        allow_inf_nan=False,
        ge=-1e300,
        le=1e300,
        when={"number": ["constant", "mean", "median", "most_frequent"]},
    )
    category: Literal["most_frequent", "constant", "leave"] = Parameter(
        "most_frequent", description="What missing categories become; `leave` keeps them missing."
    )
    category_value: str = Parameter(
        "missing",
        description="The constant for categories, also where no training row has a value.",
        advanced=True,
        max_length=200,
        when={"category": ["constant", "most_frequent"]},
    )
    indicator: bool = Parameter(False, description="Add a column that says where values were missing.")

    def _columns(self, schema: Schema) -> tuple[Column, ...]:
        kept = {
            kind for kind, strategy in (("number", self.number), ("category", self.category)) if strategy != "leave"
        }
        return tuple(column for column in chosen(schema, self.columns, KINDS) if column.kind in kept)

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers or categories."""
        found = column_problems(schema, self.columns, KINDS)
        if self.indicator and not found:
            found += taken_names(schema, [_flag(column.name) for column in self._columns(schema)])
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with nothing missing in the chosen columns, and the indicators at the end."""
        filled = self._columns(schema)
        flags = [_flag_column(column.name) for column in filled] if self.indicator else []
        return rebuilt(schema, {column.name: (self._filled(column),) for column in filled}, flags)

    def _filled(self, column: Column) -> Column:
        if column.kind == "number" and self.number != "most_frequent":
            return column.model_copy(update={"missing_fraction": 0.0, "dtype": "float"})
        if column.kind == "category" and self.category == "constant":
            return column.model_copy(update={"missing_fraction": 0.0, "dtype": "string"})
        return column.model_copy(update={"missing_fraction": 0.0})

    def learn(self, table: Table) -> dict[str, Any]:
        """Return each chosen column's value, computed from the values that are there."""
        values = {column.name: self._value(column, table.frame) for column in self._columns(table.schema)}
        return {"values": values}

    def _value(self, column: Column, frame: "pl.DataFrame") -> float | int | str | bool:
        present = _finite(frame.get_column(column.name)).drop_nulls()
        strategy = self.number if column.kind == "number" else self.category
        if present.is_empty() or strategy == "constant":
            return self._constant(column)
        if strategy == "most_frequent":
            value: float | int | str | bool = present.mode().sort().item(0)
            return value
        numbers = present.cast(float).to_numpy()
        return mean_and_deviation(numbers)[0] if strategy == "mean" else percentiles(numbers, [50])[0]

    def _constant(self, column: Column) -> float | int | str | bool:
        if column.kind == "number":
            is_whole = column.dtype == "integer" and self.number == "most_frequent"
            return int(self.number_value) if is_whole else self.number_value
        # A category of another type that keeps its type cannot take a text: its own "zero" is the smallest value.
        if column.dtype == "string" or self.category == "constant":
            return self.category_value
        return False if column.dtype == "boolean" else 0

    def made_of(self, learned: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Return the column that each indicator looks at."""
        return {_flag(name): (name,) for name in learned["values"] if self.indicator}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the learned values in the gaps, and the indicators at the end."""
        import polars as pl

        values: dict[str, Any] = learned["values"]
        columns = [column for column in table.schema.columns if column.name in values]
        given = table.frame.schema
        present = {c.name: _present(c.name, given[c.name]) for c in columns}
        flags = [present[c.name].is_null().cast(pl.Int8).alias(_flag(c.name)) for c in columns if self.indicator]
        filled = [
            present[c.name].cast(_stored(self._filled(c), given[c.name])).fill_null(pl.lit(values[c.name]))
            for c in columns
        ]
        frame = table.frame.with_columns(*filled, *flags)
        return Table(frame, self.schema_after(table.schema), table.split)

    def code(self) -> str:
        """Use SimpleImputer per kind."""
        chosen_code = repr(list(self.columns)) if self.columns is not None else "frame.columns"
        lines = [f"chosen = {chosen_code}"]
        if self.indicator:
            lines += ["flags = {}"]
        for kind, strategy, constant in (
            ("number", self.number, self.number_value),
            ("category", self.category, self.category_value),
        ):
            if strategy != "leave":
                lines.append(_imputer_code(kind, strategy, constant, has_flags=self.indicator))
        if self.indicator:
            lines += [
                "flags = [flags[c].alias(c + '_missing') for c in frame.columns if c in flags]",
                "frame = frame.with_columns(flags)",
                "kinds |= {flag.name: 'number' for flag in flags}",
            ]
        return "\n".join(lines)


def _flag(name: str) -> str:
    return f"{name}_missing"


def _flag_column(name: str) -> Column:
    return Column(
        name=_flag(name), kind="number", dtype="integer", n_unique=2, missing_fraction=0.0, minimum=0, maximum=1
    )


def _finite(values: "pl.Series") -> "pl.Series":
    return values.set(~values.is_finite(), None) if values.dtype.is_float() else values


def _present(name: str, dtype: Any) -> "pl.Expr":
    import polars as pl

    column = pl.col(name)
    return pl.when(column.is_finite()).then(column) if dtype.is_float() else column


def _stored(column: Column, given: Any) -> Any:
    """Return how the filled column is stored; a new row may have a decimal where training had whole numbers."""
    import polars as pl

    if column.dtype == "integer" and given.is_float():
        return pl.Float64
    return {"integer": pl.Int64, "float": pl.Float64, "boolean": pl.Boolean, "string": pl.String}[column.dtype]


def _imputer_code(kind: str, strategy: str, constant: float | str, *, has_flags: bool) -> str:
    value = f", fill_value={constant!r}" if strategy == "constant" else ""
    rows, missing = ("numbers", "np.nan") if kind == "number" else ("texts", "None")
    rows = "labels" if kind == "category" and strategy == "constant" else rows
    lines = [f"columns = [name for name in chosen if kinds[name] == {kind!r} and name != target]"]
    if has_flags and kind == "number":
        lines.append("flags |= {c: (~frame[c].is_finite()).fill_null(True).cast(pl.Int8) for c in columns}")
    elif has_flags:
        lines.append("flags |= {c: frame[c].is_null().cast(pl.Int8) for c in columns}")
    return "\n".join(
        [
            *lines,
            "if columns:",
            f"    imputer = SimpleImputer(strategy={strategy!r}{value}, missing_values={missing})",
            "    imputer.set_params(keep_empty_features=True)",
            f"    imputer.fit({rows}(train, columns))",
            f"    filled = imputer.transform({rows}(frame, columns))",
            "    frame = frame.with_columns(pl.Series(c, filled[:, i].tolist()) for i, c in enumerate(columns))",
        ]
    )
