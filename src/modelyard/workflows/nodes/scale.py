"""The node that brings numbers to a common scale."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter, RequiresFor
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, columns_code, framed, rebuilt
from modelyard.workflows.nodes._moments import held, is_constant, mean_and_deviation, percentiles
from modelyard.workflows.nodes._powers import PowerName, best_power, raised
from modelyard.workflows.nodes._quantiles import learned_quantiles, places_among

if TYPE_CHECKING:
    import polars as pl

KINDS: frozenset[ColumnKind] = frozenset({"number"})


class Scale(Node):
    """Bring numbers to a common scale, which linear engines need and trees do not mind.

    - `standard`: subtract the mean, divide by the population standard deviation; either can be left out.
    - `min_max`: the smallest training value becomes `low`, the largest `high`; later values may fall outside, unless
      `clip` is on.
    - `robust`: subtract the median, divide by the distance between two percentiles (the quartiles, unless chosen
      otherwise); outliers weigh little.
    - `max_abs`: divide by the largest absolute value; zeros stay zeros.
    - `quantile`: the value's place among the training values, from 0 to 1 or as a normal distribution has it.
      Outliers weigh nothing, and distances change.
    - `power`: the Yeo-Johnson or Box-Cox power that makes the training values look most like a normal distribution, and
      then `standard`. Box-Cox is for positive numbers: others become missing, or are an error. A power so extreme that
      it hardly tells values apart is not used.

    Everything is learned from the training rows only; missing and infinite values are left out of it. A column that
    does not vary in the training rows is centred and not divided. The arithmetic is that of scikit-learn's scalers
    and transformers, with quantiles of all training rows and not of a sample.
    """

    title: ClassVar[str] = "Scale"
    group: ClassVar[str] = "encode"
    icon: ClassVar[str] = "ruler"
    learns: ClassVar[bool] = True
    predicts_with: ClassVar[tuple[str, ...] | None] = ("numpy", "polars")
    requires_for: ClassVar[RequiresFor] = {("method", "quantile"): ("scipy",), ("method", "power"): ("scipy",)}
    telling: ClassVar[tuple[str, ...]] = ("method", "columns")

    kind: Literal["scale"] = "scale"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to scale; empty means every number.", widget="columns"
    )
    method: Literal["standard", "min_max", "robust", "max_abs", "quantile", "power"] = Parameter(
        "standard", description="How centre and spread are measured."
    )
    with_centre: bool = Parameter(
        True, description="Subtract the centre.", advanced=True, when={"method": ["standard", "robust"]}
    )
    with_spread: bool = Parameter(
        True, description="Divide by the spread.", advanced=True, when={"method": ["standard", "robust"]}
    )
    low: float = Parameter(
        0.0, description="What the smallest value becomes (min_max).", ge=-1e9, le=1e9, when={"method": ["min_max"]}
    )
    high: float = Parameter(
        1.0, description="What the largest value becomes (min_max).", ge=-1e9, le=1e9, when={"method": ["min_max"]}
    )
    clip: bool = Parameter(
        False, description="Keep later values within low and high (min_max).", when={"method": ["min_max"]}
    )
    low_percentile: float = Parameter(
        25.0, description="Lower end of the spread (robust).", ge=0, le=100, when={"method": ["robust"]}
    )
    high_percentile: float = Parameter(
        75.0, description="Upper end of the spread (robust).", ge=0, le=100, when={"method": ["robust"]}
    )
    output: Literal["uniform", "normal"] = Parameter(
        "uniform", description="What the values are spread like (quantile).", when={"method": ["quantile"]}
    )
    n_quantiles: int = Parameter(
        1000, description="Places that are remembered (quantile).", ge=2, le=10_000, when={"method": ["quantile"]}
    )
    power: PowerName = Parameter(
        "yeo_johnson", description="For any number, or for positive ones (power).", when={"method": ["power"]}
    )
    not_positive: Literal["missing", "error"] = Parameter(
        "missing",
        description="What becomes of numbers that are not positive (box_cox).",
        when={"method": ["power"], "power": ["box_cox"]},
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers; limits must be in order."""
        found = column_problems(schema, self.columns, KINDS)
        if self.method == "min_max" and self.low >= self.high:
            found.append(NodeProblem("Low must be below high.", "low"))
        if self.method == "robust" and self.low_percentile >= self.high_percentile:
            found.append(NodeProblem("The lower percentile must be below the upper one.", "low_percentile"))
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the chosen columns as floats whose range is not known yet."""
        return rebuilt(schema, {c.name: (self._scaled(c),) for c in chosen(schema, self.columns, KINDS)})

    def _scaled(self, column: Column) -> Column:
        may_lose = self.method == "power" and self.power == "box_cox" and not (column.minimum or 0) > 0
        unknown = {"missing_fraction": None} if may_lose and self.not_positive == "missing" else {}
        return column.model_copy(update={"dtype": "float", "minimum": None, "maximum": None, **unknown})

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the chosen columns with their centres and spreads, quantiles or powers."""
        names = [column.name for column in chosen(table.schema, self.columns, KINDS)]
        values = [self._learnable(table.frame.get_column(name)) for name in names]
        if self.method == "quantile":
            return {
                "columns": names,
                "quantiles": [learned_quantiles(v, self.n_quantiles, table.n_rows) for v in values],
            }
        powers = {}
        if self.method == "power":
            powers = {"powers": [best_power(given, self.power) for given in values]}
            values = [raised(v, power, self.power) for v, power in zip(values, powers["powers"], strict=True)]
        measured = [self._measure(given) for given in values]
        centre, spread = [centre for centre, _ in measured], [spread for _, spread in measured]
        return {"columns": names, "centre": centre, "spread": spread, **powers}

    def _learnable(self, column: "pl.Series") -> Any:
        import numpy as np

        values = self._legal(column)
        return values[np.isfinite(values)]

    def _legal(self, column: "pl.Series") -> Any:
        """Return the values as floats, shape (n_rows,), not-a-number where one is missing or not allowed."""
        import numpy as np

        values = column.cast(float).to_numpy()
        if self.method != "power" or self.power != "box_cox":
            return values
        if self.not_positive == "error" and (n_illegal := int((values <= 0).sum())):
            message = f"{column.name!r} has {n_illegal:,} values that are not positive, which Box-Cox cannot take."
            raise Invalid(
                message,
                hint="Use yeo_johnson, or let them become missing.",
                fields=[FieldError((column.name,), message)],
            )
        return np.where(values > 0, values, np.nan)

    def _measure(self, values: Any) -> tuple[float, float]:
        import numpy as np

        if values.size == 0:
            return 0.0, 1.0
        if self.method in ("standard", "power"):
            mean, deviation = mean_and_deviation(values)
            return self._wanted(mean, 1.0 if is_constant(mean, deviation, values.size) else deviation)
        if self.method == "min_max":
            return float(values.min()), _or_one(float(values.max()) - float(values.min()))
        if self.method == "max_abs":
            return 0.0, _or_one(float(np.abs(values).max()))
        low, middle, high = percentiles(values, [self.low_percentile, 50, self.high_percentile])
        return self._wanted(middle, _or_one(high - low))

    def _wanted(self, centre: float, spread: float) -> tuple[float, float]:
        if self.method == "power":
            return centre, spread
        return centre if self.with_centre else 0.0, spread if self.with_spread else 1.0

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the learned columns scaled."""
        import polars as pl

        names = learned["columns"]
        if not names:
            return table
        matrix = self._matrix(table.frame, learned)
        scaled = {name: pl.Series(name, matrix[:, at], nan_to_null=True) for at, name in enumerate(names)}
        series = [scaled.get(column.name, column) for column in table.frame.get_columns()]
        return Table(framed(series, table.n_rows), self.schema_after(table.schema), table.split)

    def _matrix(self, frame: "pl.DataFrame", learned: dict[str, Any]) -> Any:
        """Return the scaled columns, shape (n_rows, n_columns)."""
        # In NumPy: Polars divides many rows by multiplying with the reciprocal, so that one row alone would differ.
        import numpy as np

        names = learned["columns"]
        if self.method in ("quantile", "power"):
            return np.column_stack([self._shaped(frame.get_column(name), at, learned) for at, name in enumerate(names)])
        values = frame.select(frame.get_column(name).cast(float) for name in names).to_numpy()
        made = (values - np.array(learned["centre"])) / np.array(learned["spread"])
        if self.method == "min_max":
            made = made * (self.high - self.low) + self.low
            made = np.clip(made, self.low, self.high) if self.clip else made
        return made

    def _shaped(self, column: "pl.Series", at: int, learned: dict[str, Any]) -> Any:
        values = self._legal(column)
        if self.method == "quantile":
            return places_among(values, learned["quantiles"][at], self.output)
        return (raised(values, learned["powers"][at], self.power) - learned["centre"][at]) / learned["spread"][at]

    def code(self) -> str:
        """Use the scaler of scikit-learn that does the same."""
        scaled = f"{self._scaler()}.fit(numbers(train, columns)).transform(numbers(frame, columns))"
        if self.method == "power":
            scaled = f"power_scaled(train, frame, columns, {self.power.replace('_', '-')!r})"
        return f"""columns = {columns_code(self.columns, KINDS)}
if columns:
    scaled = {scaled}
    frame = frame.with_columns(pl.DataFrame(scaled, schema=columns, nan_to_null=True))"""

    def _scaler(self) -> str:
        if self.method == "standard":
            return f"StandardScaler(with_mean={self.with_centre!r}, with_std={self.with_spread!r})"
        if self.method == "min_max":
            return f"MinMaxScaler(({self.low!r}, {self.high!r}), clip={self.clip!r})"
        if self.method == "max_abs":
            return "MaxAbsScaler()"
        if self.method == "robust":
            ends = f"quantile_range=({self.low_percentile!r}, {self.high_percentile!r})"
            return f"RobustScaler(with_centering={self.with_centre!r}, with_scaling={self.with_spread!r}, {ends})"
        options = f"n_quantiles=min({self.n_quantiles}, train.height), output_distribution={self.output!r}"
        return f"QuantileTransformer({options}, subsample=None)"


def _or_one(spread: float) -> float:
    import numpy as np

    return 1.0 if spread < 10 * float(np.finfo(np.float64).eps) else held(spread)
