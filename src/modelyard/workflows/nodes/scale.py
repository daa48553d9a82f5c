"""The node that brings numbers to a common scale."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt

if TYPE_CHECKING:
    import polars as pl

KINDS: frozenset[ColumnKind] = frozenset({"number"})

_SCALERS = {
    "standard": "StandardScaler",
    "min_max": "MinMaxScaler",
    "robust": "RobustScaler",
    "max_abs": "MaxAbsScaler",
}


class Scale(Node):
    """Bring numbers to a common scale, which linear engines need and trees do not mind.

    - `standard`: subtract the mean, divide by the population standard deviation.
    - `min_max`: the smallest training value becomes 0, the largest 1; later values may fall outside.
    - `robust`: subtract the median, divide by the distance between the quartiles; outliers weigh little.
    - `max_abs`: divide by the largest absolute value; zeros stay zeros.

    Centre and spread are learned from the training rows only; missing and infinite values are left out of it. A column
    that does not vary in the training rows is centred and not divided. The arithmetic is that of scikit-learn's
    scalers.
    """

    title: ClassVar[str] = "Scale"
    group: ClassVar[str] = "encode"
    icon: ClassVar[str] = "ruler"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("method", "columns")

    kind: Literal["scale"] = "scale"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to scale; empty means every number.", widget="columns"
    )
    method: Literal["standard", "min_max", "robust", "max_abs"] = Parameter(
        "standard", description="How centre and spread are measured."
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers."""
        return column_problems(schema, self.columns, KINDS)

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the chosen columns as floats whose range is not known yet."""
        return rebuilt(schema, {c.name: (_scaled(c),) for c in chosen(schema, self.columns, KINDS)})

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the chosen columns with their centres and spreads."""
        names = [column.name for column in chosen(table.schema, self.columns, KINDS)]
        measured = [self._measure(_finite_values(table, name)) for name in names]
        return {"columns": names, "centre": [centre for centre, _ in measured], "spread": [s for _, s in measured]}

    def _measure(self, values: Any) -> tuple[float, float]:
        import numpy as np

        if values.size == 0:
            return 0.0, 1.0
        if self.method == "standard":
            return _mean_and_deviation(values)
        if self.method == "min_max":
            return float(values.min()), _or_one(float(values.max() - values.min()))
        if self.method == "max_abs":
            return 0.0, _or_one(float(np.abs(values).max()))
        low, middle, high = np.percentile(values, [25, 50, 75])
        return float(middle), _or_one(float(high - low))

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with (value - centre) / spread in the learned columns."""
        measured = zip(learned["columns"], learned["centre"], learned["spread"], strict=True)
        frame = table.frame.with_columns(
            _shifted(table.frame.get_column(name), centre, spread) for name, centre, spread in measured
        )
        return Table(frame, self.schema_after(table.schema), table.split)

    def code(self) -> str:
        """Use the scaler of scikit-learn that does the same."""
        names = (
            repr(list(self.columns))
            if self.columns is not None
            else "[name for name in frame.columns if kinds[name] == 'number' and name != target]"
        )
        return f"""columns = {names}
if columns:
    scaler = {_SCALERS[self.method]}().fit(numbers(train, columns))
    scaled = scaler.transform(numbers(frame, columns))
    frame = frame.with_columns(pl.DataFrame(scaled, schema=columns, nan_to_null=True))"""


def _finite_values(table: Table, name: str) -> Any:
    import numpy as np

    values = table.frame.get_column(name).cast(float).drop_nulls().to_numpy()
    return values[np.isfinite(values)]


def _shifted(values: "pl.Series", centre: float, spread: float) -> "pl.Series":
    # In NumPy: Polars divides many rows by multiplying with the reciprocal, so that one row alone would differ.
    import polars as pl

    shifted = (values.cast(pl.Float64).to_numpy() - centre) / spread
    return pl.Series(values.name, shifted, nan_to_null=True)


def _scaled(column: Column) -> Column:
    return column.model_copy(update={"dtype": "float", "minimum": None, "maximum": None})


def _mean_and_deviation(values: Any) -> tuple[float, float]:
    """Return mean and population deviation; the deviation of values equal but for rounding is 1.

    The bound is scikit-learn's (`_is_constant_feature`, after Chan, Golub and LeVeque 1983).
    """
    import numpy as np

    mean, variance, n = float(values.mean()), float(values.var()), values.size
    epsilon = float(np.finfo(np.float64).eps)
    is_constant = variance <= n * epsilon * variance + (n * mean * epsilon) ** 2
    return mean, 1.0 if is_constant else float(np.sqrt(variance))


def _or_one(spread: float) -> float:
    import numpy as np

    return 1.0 if spread < 10 * float(np.finfo(np.float64).eps) else spread
