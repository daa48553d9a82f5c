"""The node that puts numbers into bins."""

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt, taken_names
from modelyard.workflows.nodes._new_columns import (
    NUMBER,
    flag_column,
    nothing_chosen,
    number_matrix,
    ordered_code,
    too_many,
)

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from modelyard.workflows.nodes._new_columns import Matrix

    Codes = np.ndarray[Any, np.dtype[np.int64]]

Quantile = Annotated[float, Field(gt=0, lt=1)]
Edge = Annotated[float, Field(ge=-1e300, le=1e300)]
MAX_BINS = 100
NARROWEST = 1e-8
"""Bins narrower than this are joined, as scikit-learn's KBinsDiscretizer does."""


class BinNumbers(Node):
    """Put numbers into bins: age 37 becomes "30 to 40", or the bin's place, or a column per bin.

    - `width`: bins of equal width between the smallest and the largest training value;
    - `frequency`: bins with as many training rows each; equal values stay together, so there may be fewer bins;
    - `quantiles`: the limits are the quantiles you give;
    - `edges`: the limits are the numbers you give, and nothing is learned.

    A value on a limit belongs to the bin above it. New values beyond the limits go to the first or the last bin.
    Limits are learned from the training rows only and are those of scikit-learn's KBinsDiscretizer. A missing or
    infinite value has no bin: it is missing, or 0 in every column.

    `ordinal` gives the bin's place from 0, `category` its limits as text, `one_hot` the columns `<column>_bin_1`,
    `<column>_bin_2` and so on. A column for a bin that the training rows leave no room for is 0 everywhere.
    """

    title: ClassVar[str] = "Bin numbers"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "group"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("method", "n_bins", "columns")

    kind: Literal["bin_numbers"] = "bin_numbers"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to bin; empty means every number.", widget="columns"
    )
    method: Literal["width", "frequency", "quantiles", "edges"] = Parameter(
        "width", description="How the limits of the bins are found."
    )
    n_bins: int = Parameter(5, description="How many bins.", ge=2, le=MAX_BINS, when={"method": ("width", "frequency")})
    quantiles: tuple[Quantile, ...] = Parameter(
        (0.25, 0.5, 0.75),
        description="The quantiles between the bins, ascending.",
        max_length=MAX_BINS - 1,
        when={"method": ("quantiles",)},
    )
    edges: tuple[Edge, ...] = Parameter(
        (0.0,), description="The limits between the bins, ascending.", max_length=MAX_BINS - 1,
        when={"method": ("edges",)},
    )  # fmt: skip
    output: Literal["ordinal", "one_hot", "category"] = Parameter(
        "ordinal", description="The bin's place, a column per bin, or the bin's limits as a category."
    )

    def is_learning(self) -> bool:
        """Only limits that are given need no rows."""
        return self.method != "edges"

    @property
    def _most_bins(self) -> int:
        given = {"quantiles": len(self.quantiles) + 1, "edges": len(self.edges) + 1}
        return given.get(self.method, self.n_bins)

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers; what is given must ascend."""
        found = column_problems(schema, self.columns, NUMBER) or nothing_chosen(schema, self.columns, NUMBER)
        if self.method in ("quantiles", "edges"):
            found += _ascending(self.quantiles if self.method == "quantiles" else self.edges, self.method)
        if self.output == "one_hot" and not found:
            sources = chosen(schema, self.columns, NUMBER)
            found = too_many(len(sources) * self._most_bins, "columns")
            found += taken_names(schema, [new.name for source in sources for new in self._made(source)])
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the bins in the columns' places."""
        return rebuilt(schema, {c.name: self._made(c) for c in chosen(schema, self.columns, NUMBER)})

    def _made(self, column: Column) -> tuple[Column, ...]:
        facts: dict[str, Any] = {"name": column.name, "missing_fraction": column.missing_fraction}
        if self.output == "category":
            return (Column(kind="category", dtype="string", **facts),)
        if self.output == "ordinal":
            return (Column(kind="number", dtype="integer", minimum=0, maximum=self._most_bins - 1, **facts),)
        return tuple(flag_column(_bin_name(column.name, place)) for place in range(self._most_bins))

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the limits between the bins of each column, ascending."""
        names = [column.name for column in chosen(table.schema, self.columns, NUMBER)]
        matrix = number_matrix(table.frame, names)
        return {"columns": names, "limits": [self._limits(matrix[:, place]) for place in range(len(names))]}

    def _limits(self, values: "Matrix") -> list[float]:
        import numpy as np

        if self.method == "edges":
            return list(self.edges)
        present = values[~np.isnan(values)]
        if present.size == 0:
            return []
        if self.method == "width":
            low, high = present.min(), present.max()
            return [] if low == high else [float(x) for x in np.linspace(low, high, self.n_bins + 1)[1:-1]]
        inner = np.linspace(0, 1, self.n_bins + 1)[1:-1] if self.method == "frequency" else np.array(self.quantiles)
        ends = np.percentile(present, np.concatenate([[0.0], inner * 100, [100.0]]))
        return [float(x) for x in ends[np.ediff1d(ends, to_begin=np.inf) > NARROWEST][1:-1]]

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the bins in the columns' places."""
        names: list[str] = learned["columns"]
        matrix = number_matrix(table.frame, names)
        made = {
            name: self._series(table.schema.get(name), matrix[:, place], limits)
            for place, (name, limits) in enumerate(zip(names, learned["limits"], strict=True))
        }
        new = {c.name: self._made(c) for c in table.schema.columns if c.name in made}
        frame = table.frame.select(s for name in table.frame.columns for s in made.get(name, [table.frame[name]]))
        return Table(frame, rebuilt(table.schema, new), table.split)

    def _series(self, column: Column | None, values: "Matrix", limits: list[float]) -> "list[pl.Series]":
        import numpy as np
        import polars as pl

        assert column is not None
        is_missing = pl.Series(np.isnan(values))
        codes = np.searchsorted(np.array(limits), values, side="right")
        if self.output == "one_hot":
            has_bin = ~np.isnan(values)
            return [
                pl.Series(_bin_name(column.name, place), ((codes == place) & has_bin).astype(np.int8))
                for place in range(self._most_bins)
            ]
        places = pl.Series(column.name, codes.astype(np.int64)).set(is_missing, None)
        if self.output == "ordinal":
            return [places]
        labels = pl.Series(_labels(limits), dtype=pl.String)
        return [labels.gather(places).alias(column.name)]

    def code(self) -> str:
        """Use NumPy's percentiles and searchsorted."""
        return "\n".join(
            [
                f"for name in {ordered_code(self.columns, NUMBER)}:",
                *(f"    {line}" for line in (*self._limits_code(), *self._output_code())),
            ]
        )

    def _limits_code(self) -> list[str]:
        if self.method == "edges":
            return [f"limits = np.array({list(self.edges)!r})"]
        lines = ["values = numbers(train, [name])[:, 0]", "values = values[~np.isnan(values)]"]
        if self.method == "width":
            inner = f"np.linspace(values.min(), values.max(), {self.n_bins + 1})[1:-1]"
            return [*lines, f"limits = {inner} if len(values) and values.min() < values.max() else np.array([])"]
        asked = f"np.linspace(0, 1, {self.n_bins + 1})[1:-1]" if self.method == "frequency" else list(self.quantiles)
        return [
            *lines,
            f"asked = np.concatenate([[0.0], np.array({asked}) * 100, [100.0]])",
            "ends = np.percentile(values, asked) if len(values) else np.zeros(len(asked))",
            f"limits = ends[np.ediff1d(ends, to_begin=np.inf) > {NARROWEST!r}][1:-1]",
        ]

    def _output_code(self) -> list[str]:
        lines = ["values = numbers(frame, [name])[:, 0]", "codes = np.searchsorted(limits, values, side='right')"]
        if self.output == "one_hot":
            flags = f"{{f'{{name}}_bin_{{n + 1}}': (codes == n) & ~np.isnan(values) for n in range({self._most_bins})}}"
            return [
                *lines,
                f"made = pl.DataFrame({flags}).cast(pl.Int8)",
                "frame = in_place(frame, {name: made})",
                "kinds |= dict.fromkeys(made.columns, 'number')",
            ]
        lines.append("codes = pl.Series(name, codes.astype(np.int64)).set(pl.Series(np.isnan(values)), None)")
        if self.output == "category":
            lines += ["codes = pl.Series(name, bin_labels(limits)).gather(codes)", "kinds[name] = 'category'"]
        return [*lines, "frame = frame.with_columns(codes)"]


def _ascending(given: tuple[float, ...], field: str) -> list[NodeProblem]:
    if not given:
        return [NodeProblem("Give at least one number.", field)]
    wrong = next((place for place, (a, b) in enumerate(pairwise(given), start=1) if a >= b), None)
    if wrong is None:
        return []
    return [NodeProblem(f"{given[wrong]:g} must be more than the number before it.", f"{field}.{wrong}")]


def _bin_name(name: str, place: int) -> str:
    return f"{name}_bin_{place + 1}"


def _labels(limits: list[float]) -> list[str]:
    """Return each bin's limits as text, with as many digits as tell them apart."""
    if not limits:
        return ["any"]
    shown = [f"{limit:.6g}" for limit in limits]
    shown = shown if len(set(shown)) == len(shown) else [repr(limit) for limit in limits]
    return [f"below {shown[0]}", *(f"{a} to {b}" for a, b in pairwise(shown)), f"{shown[-1]} or more"]
