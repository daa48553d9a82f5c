"""One pass over all rows: exact counts and moments per column, and a sample of rows for everything else."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.profiling.sketch import DistinctSketch, DuplicateCounter

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Rows = np.ndarray[Any, np.dtype[np.int64]]

SAMPLE_ROWS = 100_000
_SAMPLE_CELLS = 5_000_000
_SAMPLE_BYTES = 128 * 1024**2
_SKETCH_CELLS = 8_000_000
_MIN_SAMPLE_ROWS = 2_000
_SEED = 20_240_101


@dataclass
class ColumnCounts:
    """What is known of one column from all its rows. Moments leave infinite values out."""

    distinct: DistinctSketch
    n_missing: int = 0
    n_infinite: int = 0
    n_finite: int = 0
    mean: float = 0.0
    squares: float = 0.0
    """Sum of squared differences from the mean."""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def std(self) -> float | None:
        """Sample standard deviation."""
        return math.sqrt(self.squares / (self.n_finite - 1)) if self.n_finite > 1 else None

    def add(self, column: "pl.Series") -> None:
        """Take a batch of values into account; dates count as milliseconds since 1970."""
        import polars as pl

        self.n_missing += column.null_count()
        present = column.drop_nulls()
        if present.is_empty():
            return
        self.distinct.add(present.hash(seed=_SEED).to_numpy())
        numbers = as_numbers(present)
        if numbers is None:
            return
        finite = numbers.filter(numbers.is_finite())
        self.n_infinite += len(numbers) - len(finite)
        if finite.is_empty():
            return
        mean, low, high = finite.mean(), finite.min(), finite.max()
        assert isinstance(mean, float)
        assert isinstance(low, float)
        assert isinstance(high, float)
        deviations = float(((finite - mean).cast(pl.Float64) ** 2).sum())
        self._merge(len(finite), mean, deviations)
        self.minimum = low if self.minimum is None else min(self.minimum, low)
        self.maximum = high if self.maximum is None else max(self.maximum, high)

    def _merge(self, n: int, mean: float, squares: float) -> None:
        # Chan, Golub, LeVeque 1979: exact to rounding, whatever the number of batches.
        total = self.n_finite + n
        delta = mean - self.mean
        self.squares += squares + delta * delta * self.n_finite * n / total
        self.mean += delta * n / total
        self.n_finite = total


@dataclass
class Scan:
    """All rows counted, and a sample of them; `is_sampled` when the sample is not all rows."""

    n_rows: int
    counts: dict[str, ColumnCounts]
    n_duplicate_rows: int
    sample: "pl.DataFrame"
    is_sampled: bool = field(default=False)


def scan_file(path: Path) -> Scan:
    """Read a Parquet file once, group by group."""
    import polars as pl
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        n_rows, names = file.metadata.num_rows, file.schema_arrow.names
        n_sampled = _sample_size(file.metadata)
        size = max(min(262_144, _SKETCH_CELLS // len(names)), 1024)
        counts = {name: ColumnCounts(DistinctSketch(size)) for name in names}
        duplicates = DuplicateCounter(n_rows)
        chosen = _chosen_rows(n_rows, n_sampled)
        taken: list[pl.DataFrame] = []
        first = 0
        for index in range(file.num_row_groups):
            group = file.read_row_group(index, use_threads=False)
            frame = pl.DataFrame(pl.from_arrow(group))
            for name in names:
                counts[name].add(frame.get_column(name))
            duplicates.add(frame.hash_rows(seed=_SEED).to_numpy())
            taken.append(_take(group, chosen, first))
            first += frame.height
    return Scan(n_rows, counts, duplicates.count(), pl.concat(taken), n_sampled < n_rows)


def as_numbers(column: "pl.Series") -> "pl.Series | None":
    """Return numbers and dates (milliseconds since 1970) as floats, None for what has no order to measure."""
    import polars as pl

    if column.dtype.is_numeric():
        return column.cast(pl.Float64)
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        return column.cast(pl.Datetime("ms")).cast(pl.Int64).cast(pl.Float64)
    return None


def _sample_size(metadata: Any) -> int:
    n_bytes = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    by_bytes = int(_SAMPLE_BYTES / max(n_bytes / max(metadata.num_rows, 1), 1))
    wanted = min(SAMPLE_ROWS, _SAMPLE_CELLS // max(metadata.num_columns, 1), by_bytes)
    return int(min(metadata.num_rows, max(wanted, _MIN_SAMPLE_ROWS)))


def _chosen_rows(n_rows: int, n_sampled: int) -> "Rows | None":
    """Return the numbers of the sampled rows: one at random out of each of `n_sampled` equal stretches; None: all."""
    import numpy as np

    if n_sampled >= n_rows:
        return None
    places = np.arange(n_sampled) + np.random.default_rng(_SEED).random(n_sampled)
    return np.unique((places * n_rows / n_sampled).astype(np.int64))


def _take(group: Any, chosen: "Rows | None", first: int) -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    if chosen is not None:
        # Arrow copies the rows it takes; Polars would keep the texts of the whole group alive for them.
        low, high = np.searchsorted(chosen, [first, first + group.num_rows])
        group = group.take(chosen[low:high] - first)
    return pl.DataFrame(pl.from_arrow(group))
