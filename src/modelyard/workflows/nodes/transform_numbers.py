"""The node that puts numbers through a function."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt, taken_names
from modelyard.workflows.nodes._new_columns import (
    NUMBER,
    nothing_chosen,
    number_column,
    number_matrix,
    ordered_code,
    series_of,
)

if TYPE_CHECKING:
    from modelyard.workflows.nodes._new_columns import Matrix

Function = Literal["log", "log2", "log10", "log1p", "sqrt", "square", "cube", "power", "exp", "reciprocal"]

# Function → how exported code says it, and which x have a result; `exponent` is the parameter's value there.
_CODE: dict[Function, tuple[str, str]] = {
    "log": ("np.log(x)", "x > 0"),
    "log2": ("np.log2(x)", "x > 0"),
    "log10": ("np.log10(x)", "x > 0"),
    "log1p": ("np.log1p(x)", "x > -1"),
    "sqrt": ("np.sqrt(x)", "x >= 0"),
    "square": ("x * x", "np.isfinite(x)"),
    "cube": ("x * x * x", "np.isfinite(x)"),
    "power": ("np.power(x, exponent)", ""),
    "exp": ("np.exp(x)", "np.isfinite(x)"),
    "reciprocal": ("1 / x", "x != 0"),
}
_WITH_LIMITED_RANGE = ("log", "log2", "log10", "log1p", "sqrt", "power", "reciprocal")
_GROWING = ("square", "cube", "power", "exp", "reciprocal")
LARGEST = 3.4e38
"""Results are clipped here: the largest number of single precision, which is what tree engines compute with."""


class TransformNumbers(Node):
    """Put numbers through a function: logarithm, root, power, exponential or reciprocal.

    Skewed numbers (prices, counts, sizes) often follow a straighter line after a logarithm or a root, which linear
    engines and neighbours need; trees do not mind. `add` is added first: 1 before a logarithm keeps zeros.

    Not every number has a result: logarithms need more than 0 (`log1p` more than -1), square roots at least 0, the
    reciprocal anything but 0, a broken exponent at least 0 and a negative one anything but 0. `illegal` says what
    happens to the others:

    - `missing`: the result is missing;
    - `absolute`: the value is taken without its sign; where that has no result either (zero), it is missing;
    - `leave`: the value stays what it was;
    - `error`: the run, or the call of the model, stops and names the column and the value.

    A result larger than a computer's numbers is `missing`, clipped to ±3.4e38, or an error, as `overflow` says. Missing
    and infinite values become missing. Nothing is learned, so the node may stand before or after the split.
    """

    title: ClassVar[str] = "Transform numbers"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "sigma"
    telling: ClassVar[tuple[str, ...]] = ("function", "columns")

    kind: Literal["transform_numbers"] = "transform_numbers"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to transform; empty means every number.", widget="columns"
    )
    function: Function = Parameter("log1p", description="What is done to each value.")
    exponent: float = Parameter(
        0.5, description="The exponent (power).", ge=-20, le=20, allow_inf_nan=False, when={"function": ("power",)}
    )
    illegal: Literal["missing", "absolute", "leave", "error"] = Parameter(
        "missing",
        description="What a value becomes that the function has no result for.",
        when={"function": _WITH_LIMITED_RANGE},
    )
    overflow: Literal["missing", "clip", "error"] = Parameter(
        "missing", description="What a result becomes that is too large for a number.", when={"function": _GROWING}
    )
    add: float = Parameter(
        0.0, description="Added to each value first.", ge=-1e15, le=1e15, allow_inf_nan=False, advanced=True
    )
    suffix: str | None = Parameter(
        None,
        description="Ending of the new column's name; empty puts the result in the column's place.",
        min_length=1,
        max_length=50,
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers; new names must be free."""
        found = column_problems(schema, self.columns, NUMBER) or nothing_chosen(schema, self.columns, NUMBER)
        if self.suffix is not None and not found:
            found += taken_names(schema, [self._name(c.name) for c in chosen(schema, self.columns, NUMBER)])
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the results as floats, in the columns' places or at the end."""
        return self._after(schema, [column.name for column in chosen(schema, self.columns, NUMBER)])

    def _after(self, schema: Schema, names: list[str]) -> Schema:
        known = set(names)
        made = {c.name: self._made(c) for c in schema.columns if c.name in known}
        if self.suffix is None:
            return rebuilt(schema, {name: (column,) for name, column in made.items()})
        return rebuilt(schema, {}, [made[name] for name in names])

    def _name(self, name: str) -> str:
        return name if self.suffix is None else f"{name}{self.suffix}"

    def _made(self, column: Column) -> Column:
        # Whether a gap opens depends on the values, except where every number has a result that is small enough.
        is_total = self.function not in (*_WITH_LIMITED_RANGE, *_GROWING)
        return number_column(self._name(column.name), column.missing_fraction if is_total else None)

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the names of the columns; no value is looked at."""
        return {"columns": [column.name for column in chosen(table.schema, self.columns, NUMBER)]}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the results in the columns' places, or at the end."""
        names: list[str] = learned["columns"]
        results = self._results(number_matrix(table.frame, names), names)
        made = series_of(results, [self._name(name) for name in names])
        return Table(table.frame.with_columns(made), self._after(table.schema, names), table.split)

    def _results(self, values: "Matrix", names: list[str]) -> "Matrix":
        import numpy as np

        x = values + self.add
        with np.errstate(all="ignore"):
            is_illegal = ~self._has_result(x) & ~np.isnan(x)
            if self.illegal == "error":
                _refuse(values, is_illegal, names, f"has no {self.function}")
            if self.illegal == "absolute":
                x = np.where(is_illegal, np.abs(x), x)
                is_illegal = ~self._has_result(x)
            results = np.where(is_illegal, np.nan, self._function()(x))
            is_too_large = np.isinf(results)
            if self.overflow == "error":
                _refuse(values, is_too_large, names, f"makes {self.function} too large for a number")
            if self.overflow == "clip":
                results = np.clip(results, -LARGEST, LARGEST)
        return np.where(is_illegal, values, results) if self.illegal == "leave" else results

    def _function(self) -> "Callable[[Matrix], Matrix]":
        import numpy as np

        functions: dict[Function, Callable[[Matrix], Matrix]] = {
            "log": np.log,
            "log2": np.log2,
            "log10": np.log10,
            "log1p": np.log1p,
            "sqrt": np.sqrt,
            "square": lambda x: x * x,
            "cube": lambda x: x * x * x,
            "power": lambda x: np.power(x, self.exponent),
            "exp": np.exp,
            "reciprocal": lambda x: 1 / x,
        }
        return functions[self.function]

    def _has_result(self, x: "Matrix") -> Any:
        """Return which values the function has a result for, shape of x; a result may still be too large."""
        if self.function in ("log", "log2", "log10"):
            return x > 0
        if self.function == "log1p":
            return x > -1
        if self.function == "sqrt":
            return x >= 0
        if self.function == "reciprocal":
            return x != 0
        if self.function == "power":
            is_whole = float(self.exponent).is_integer()
            return (x == x if is_whole else x >= 0) & ((x != 0) if self.exponent < 0 else (x == x))
        return x == x

    def code(self) -> str:
        """Use NumPy."""
        function, domain = _CODE[self.function]
        if self.function == "power":
            parts = [] if float(self.exponent).is_integer() else ["(x >= 0)"]
            parts += ["(x != 0)"] if self.exponent < 0 else []
            domain = " & ".join(parts) or "np.isfinite(x)"
        lines = [
            f"columns = {ordered_code(self.columns, NUMBER)}",
            "values = numbers(frame, columns)",
            f"x = values + {self.add!r}",
        ]
        if self.function == "power":
            lines.append(f"exponent = {self.exponent!r}")
        if self.illegal == "absolute":
            lines.append(f"x = np.where({domain}, x, np.abs(x))")
        lines += [
            'with np.errstate(all="ignore"):',
            f"    results = np.where({domain}, {function}, np.nan)",
            f"results = {self._overflow_code()}",
        ]
        if self.illegal == "leave":
            lines.append(f"results = np.where({domain}, results, values)")
        names = "columns" if self.suffix is None else f"[name + {self.suffix!r} for name in columns]"
        lines += [
            f"frame = frame.with_columns(pl.DataFrame(results, schema={names}, nan_to_null=True))",
            f"kinds |= dict.fromkeys({names}, 'number')",
        ]
        return "\n".join(lines)

    def _overflow_code(self) -> str:
        if self.overflow == "clip":
            return f"np.clip(results, {-LARGEST!r}, {LARGEST!r})"
        return "np.where(np.isfinite(results), results, np.nan)"


def _refuse(values: "Matrix", is_wrong: Any, names: list[str], what: str) -> None:
    """Raise Invalid for the first wrong value, with its column and how many there are."""
    import numpy as np

    wrong = np.argwhere(is_wrong)
    if not len(wrong):
        return
    row, place = wrong[0]
    value, n_others = values[row, place], len(wrong) - 1
    shown = int(value) if math.isfinite(value) and float(value).is_integer() and abs(value) < 1e15 else float(value)
    more = f" ({n_others:,} more such values)" if n_others else ""
    raise Invalid(
        f"The value {shown} in {names[place]!r} {what}{more}.",
        hint="Correct the values, or choose another policy in Transform numbers.",
    )
