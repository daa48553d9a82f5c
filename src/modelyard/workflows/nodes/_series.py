"""Rows in the order of time, and what a row can see of those before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from modelyard.data.columns import Column, Dtype
from modelyard.data.frames import Table

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Places = np.ndarray[Any, np.dtype[np.int64]]

Statistic = Literal["mean", "minimum", "maximum", "deviation", "sum"]
MAX_REACH = 1000
"""How far back a lag or window may look, in rows."""
MAX_KEPT_ROWS = 100_000
"""Rows that a model remembers: some 5 MB in its file with one column."""
CHUNK = 4_000_000
"""Cells of windows in memory at a time: 32 MB."""

_ROW, _TIME, _GROUP, _VALUE = "row", "time", "group", "value_"


class History(TypedDict):
    """The last rows of each group in the order of time; groups as text or null, a list of values per column."""

    time: list[float]
    group: list[str | None]
    values: list[list[Any]]


def rows_of(table: Table, time: str, group: str | None, names: Sequence[str]) -> "pl.DataFrame":
    """Return place in the table, time, group and values of each row; the target of training rows only."""
    import polars as pl

    frame = table.frame
    same = pl.Series([""], dtype=pl.String).new_from_index(0, frame.height)
    keys = _keys(frame.get_column(group)) if group is not None else same
    values = [_values(table, name).alias(f"{_VALUE}{place}") for place, name in enumerate(names)]
    places = pl.int_range(frame.height, eager=True, dtype=pl.Int64).alias(_ROW)
    return pl.DataFrame([places, _moments(frame.get_column(time)).alias(_TIME), keys.alias(_GROUP), *values])


def _values(table: Table, name: str) -> "pl.Series":
    import polars as pl

    if name not in table.frame.columns:  # the target of new rows
        return pl.Series([None], dtype=pl.Null).new_from_index(0, table.n_rows)
    values = table.frame.get_column(name)
    if name == table.schema.target:
        is_unknown = table.split != "train" if table.split is not None else values.is_not_null()
        values = values.set(is_unknown, None)
    if values.dtype in (pl.Categorical, pl.Enum):
        return values.cast(pl.String)
    return values.set(~values.is_finite(), None) if values.dtype.is_float() else values


def _moments(times: "pl.Series") -> "pl.Series":
    import polars as pl

    moments = times.dt.timestamp("us") if times.dtype == pl.Datetime else times.to_physical()
    return moments.cast(pl.Float64).fill_nan(None)


def _keys(groups: "pl.Series") -> "pl.Series":
    """Return groups as text that is the same whether whole numbers came as integers or as decimals."""
    import polars as pl

    return (groups.cast(pl.Float64) if groups.dtype.is_numeric() else groups).cast(pl.String)


def remember(rows: "pl.DataFrame", reach: int) -> History:
    """Return the last `reach` rows of each group, at most MAX_KEPT_ROWS in all, the newest."""
    import polars as pl

    timed = rows.drop_nulls(_TIME).sort(_TIME, maintain_order=True)
    newest = timed.filter(pl.int_range(pl.len()).reverse().over(_GROUP) < reach).tail(MAX_KEPT_ROWS)
    values = [newest.get_column(name).to_list() for name in newest.columns if name.startswith(_VALUE)]
    return {"time": newest.get_column(_TIME).to_list(), "group": newest.get_column(_GROUP).to_list(), "values": values}


def look_back(rows: "pl.DataFrame", history: History, sources: Sequence[Column]) -> "Seen":
    """Return what each row can see of the others and of the history, where a row given again replaces the old ones."""
    import numpy as np
    import polars as pl

    old = _old_rows(history, sources).join(rows, on=[_GROUP, _TIME], how="anti", nulls_equal=True)
    everything = pl.concat([old.select(rows.columns), rows], how="vertical_relaxed")
    ordered = everything.drop_nulls(_TIME).sort(_GROUP, _TIME, maintain_order=True).with_row_index("place")
    first = pl.col("place").cast(pl.Int64).min()
    found = ordered.select(_ROW, first.over(_GROUP).alias("start"), first.over(_GROUP, _TIME).alias("end"))
    found = found.filter(pl.col(_ROW) >= 0)
    start, end = (np.zeros(rows.height, dtype=np.int64) for _ in range(2))  # no time: nothing is seen
    start[found.get_column(_ROW).to_numpy()] = found.get_column("start").to_numpy()
    end[found.get_column(_ROW).to_numpy()] = found.get_column("end").to_numpy()
    values = {source.name: ordered.get_column(f"{_VALUE}{place}") for place, source in enumerate(sources)}
    return Seen(values, start, end)


def _old_rows(history: History, sources: Sequence[Column]) -> "pl.DataFrame":
    import polars as pl

    stored: dict[Dtype, Any] = {"integer": pl.Int64, "float": pl.Float64, "boolean": pl.Boolean, "string": pl.String}
    keys = pl.DataFrame(
        {_TIME: history["time"], _GROUP: history["group"]}, schema={_TIME: pl.Float64, _GROUP: pl.String}
    )
    values = [
        pl.Series(f"{_VALUE}{place}", kept, dtype=stored[source.dtype])
        for place, (source, kept) in enumerate(zip(sources, history["values"], strict=True))
    ]
    return keys.with_columns(pl.lit(-1, dtype=pl.Int64).alias(_ROW), *values)


@dataclass(frozen=True)
class Seen:
    """The values in the order of group and time; row i sees those from `start[i]` to before `end[i]`."""

    values: "dict[str, pl.Series]"
    start: "Places"
    end: "Places"

    def lag(self, name: str, lag: int) -> "pl.Series":
        """Return the value `lag` rows before each row, missing where there is none, length n_rows."""
        import polars as pl

        places = self.end - lag
        return self.values[name].gather(pl.Series(places).set(pl.Series(places < self.start), None))

    def window(self, name: str, statistic: Statistic, size: int, lag: int) -> "pl.Series":
        """Return a statistic of the `size` values that end `lag` rows before each row, length n_rows."""
        import numpy as np
        import polars as pl

        values = self.values[name].cast(pl.Float64).to_numpy()
        step = max(1, CHUNK // size)
        parts = [self._windows(values, slice(i, i + step), size, lag) for i in range(0, len(self.end), step)]
        results = np.concatenate([np.zeros(0), *(_summary(part, statistic) for part in parts)])
        return pl.Series(results, nan_to_null=True)

    def _windows(self, values: Any, rows: slice, size: int, lag: int) -> Any:
        import numpy as np

        places = self.end[rows, None] - lag - np.arange(size)
        is_there = places >= self.start[rows, None]
        return np.where(is_there, values[np.where(is_there, places, 0)] if len(values) else np.nan, np.nan)


def _summary(windows: Any, statistic: Statistic) -> Any:
    """Return the statistic of each row's values that are there, shape (n_rows,); NaN where there are none."""
    import numpy as np

    is_there = ~np.isnan(windows)
    n = is_there.sum(axis=1)
    if statistic in ("minimum", "maximum"):
        empty = np.inf if statistic == "minimum" else -np.inf
        filled = np.where(is_there, windows, empty)
        found = filled.min(axis=1) if statistic == "minimum" else filled.max(axis=1)
        return np.where(n > 0, found, np.nan)
    total = np.where(is_there, windows, 0.0).sum(axis=1)
    if statistic == "sum":
        return np.where(n > 0, total, np.nan)
    with np.errstate(all="ignore"):
        mean = total / n
        if statistic == "mean":
            return mean
        squares = np.where(is_there, windows - mean[:, None], 0.0) ** 2
        return np.where(n > 1, np.sqrt(squares.sum(axis=1) / (n - 1)), np.nan)
