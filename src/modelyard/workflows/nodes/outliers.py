"""The node that deals with numbers far away from the others."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, columns_code, rebuilt
from modelyard.workflows.nodes._moments import held, mean_and_deviation, percentiles
from modelyard.workflows.nodes._rows import ROWS_CODE, LeavesRowsOut

if TYPE_CHECKING:
    import polars as pl

KINDS: frozenset[ColumnKind] = frozenset({"number"})
Limits = tuple[float, float] | tuple[None, None]


class Outliers(LeavesRowsOut):
    """Clip, blank or leave out numbers that are far away from the others.

    What is far away is learned from the training rows, without missing and infinite values:

    - `iqr`: more than `iqr_factor` times the distance of the quartiles below the first or above the third quartile;
    - `z_score`: more than `z_limit` population standard deviations away from the mean;
    - `percentile`: below the lower or above the upper percentile (with `clip`: winsorising).

    `clip` moves such values to the limit and `missing` makes them missing, in all rows and in new ones. `remove`
    leaves the whole row out, of the training rows only: validation and test rows stay, because a model in use has to
    answer every row. A missing value is no outlier; an infinite one is, wherever there are limits.
    """

    title: ClassVar[str] = "Outliers"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "chart-scatter"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("method", "action", "columns")

    kind: Literal["outliers"] = "outliers"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to look at; empty means every number.", widget="columns"
    )
    method: Literal["iqr", "z_score", "percentile"] = Parameter("iqr", description="How far away is measured.")
    action: Literal["clip", "missing", "remove"] = Parameter(
        "clip", description="Move values to the limit, make them missing, or leave out training rows that have them."
    )
    iqr_factor: float = Parameter(
        1.5, description="Distances of the quartiles that are still near.", gt=0, le=100, when={"method": ["iqr"]}
    )
    z_limit: float = Parameter(
        3.0, description="Standard deviations that are still near.", gt=0, le=100, when={"method": ["z_score"]}
    )
    lower_percentile: float = Parameter(
        1.0,
        description="The percentile below which values are far away.",
        ge=0,
        le=100,
        when={"method": ["percentile"]},
    )
    upper_percentile: float = Parameter(
        99.0,
        description="The percentile above which values are far away.",
        ge=0,
        le=100,
        when={"method": ["percentile"]},
    )

    def leaves_rows_out(self) -> bool:
        """Only when rows are removed."""
        return self.action == "remove"

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers; percentiles must be in order."""
        found = column_problems(schema, self.columns, KINDS)
        if self.method == "percentile" and self.lower_percentile >= self.upper_percentile:
            found.append(NodeProblem("The lower percentile must be below the upper one.", "lower_percentile"))
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema; clipped columns are floats, and how much is missing where values go is not known yet."""
        return rebuilt(schema, {c.name: (self._changed(c),) for c in chosen(schema, self.columns, KINDS)})

    def _changed(self, column: Column) -> Column:
        if self.action == "remove":
            return column
        unknown: dict[str, Any] = {"minimum": None, "maximum": None, "n_unique": None}
        more = {"dtype": "float"} if self.action == "clip" else {"missing_fraction": None}
        return column.model_copy(update=unknown | more)

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the chosen columns with their limits; null where a column has no value."""
        names = [column.name for column in chosen(table.schema, self.columns, KINDS)]
        limits = [self._limits(table.frame.get_column(name)) for name in names]
        return {"columns": names, "low": [low for low, _ in limits], "high": [high for _, high in limits]}

    def _limits(self, column: "pl.Series") -> Limits:
        import numpy as np

        values = column.cast(float).drop_nulls().to_numpy()
        values = values[np.isfinite(values)]
        if values.size == 0:
            return None, None
        if self.method == "z_score":
            centre, deviation = mean_and_deviation(values)
            return held(centre - self.z_limit * deviation), held(centre + self.z_limit * deviation)
        ends = (25, 75) if self.method == "iqr" else (self.lower_percentile, self.upper_percentile)
        low, high = percentiles(values, ends)
        reach = self.iqr_factor * (high - low) if self.method == "iqr" else 0.0
        return held(low - reach), held(high + reach)

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with far-away values clipped or missing; no row is left out here."""
        import polars as pl

        if self.action == "remove":
            return table
        changed = []
        for name, low, high in zip(learned["columns"], learned["low"], learned["high"], strict=True):
            values = pl.col(name)
            if self.action == "clip":
                changed.append(values.cast(pl.Float64).clip(low, high))
            elif low is not None:
                changed.append(pl.when(_is_far(values, low, high)).then(None).otherwise(values).alias(name))
        return Table(table.frame.with_columns(changed), self.schema_after(table.schema), table.split)

    def staying(self, table: Table, learned: dict[str, Any]) -> "pl.Series":
        """Return which rows have no far-away value."""
        import polars as pl

        limits = zip(learned["columns"], learned["low"], learned["high"], strict=True)
        far = [_is_far(pl.col(name), low, high) for name, low, high in limits if low is not None]
        is_far = pl.any_horizontal([pl.repeat(False, pl.len()), *far])
        return table.frame.select((~is_far).alias("stays")).to_series()

    def code(self) -> str:
        """Take the limits with NumPy, and use them with Polars."""
        lines = [f"columns = {columns_code(self.columns, KINDS)}", f"limits = {self._limits_code()}"]
        if self.action == "clip":
            clipped = "pl.col(c).cast(pl.Float64).clip(*limits[c]) if c in limits else pl.col(c).cast(pl.Float64)"
            return "\n".join([*lines, f"frame = frame.with_columns({clipped} for c in columns)"])
        lines.append("far = {c: (frame[c] < low) | (frame[c] > high) for c, (low, high) in limits.items()}")
        lines.append(
            "far = {c: (is_far & ~frame[c].cast(float).is_nan()).fill_null(False) for c, is_far in far.items()}"
        )
        if self.action == "missing":
            lines.append("frame = frame.with_columns(frame[c].set(is_far, None) for c, is_far in far.items())")
            return "\n".join(lines)
        lines.append("stays = pl.Series(~np.any([np.zeros(frame.height, bool), *far.values()], axis=0))")
        return "\n".join([*lines, ROWS_CODE])

    def _limits_code(self) -> str:
        values = "for c in columns if len(x := finite(train, c))"
        if self.method == "z_score":
            reach = f"{self.z_limit!r} * x.std()"
            return f"{{c: (float(x.mean() - {reach}), float(x.mean() + {reach})) {values}}}"
        if self.method == "percentile":
            return f"{{c: np.percentile(x, [{self.lower_percentile!r}, {self.upper_percentile!r}]).tolist() {values}}}"
        reach = f"{self.iqr_factor!r} * np.subtract(*np.percentile(x, [75, 25]))"
        return f"{{c: (np.percentile(x, [25, 75]) + np.array([-1, 1]) * {reach}).tolist() {values}}}"


def _is_far(values: "pl.Expr", low: float, high: float) -> "pl.Expr":
    """Return whether values are outside; Polars puts not-a-number above everything, but it is no outlier."""
    import polars as pl

    numbers = values.cast(pl.Float64)
    return (((numbers < low) | (numbers > high)) & ~numbers.is_nan()).fill_null(False)
