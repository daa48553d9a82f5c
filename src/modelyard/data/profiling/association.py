"""How strongly a column goes with the target: one measure per pair of kinds, all between 0 and 1."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelyard.data.columns import Column, Task
from modelyard.data.profiling.scan import as_numbers

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

Measure = Literal["pearson", "correlation_ratio", "cramers_v"]
_MAX_LEVELS = 1000
_MIN_ROWS = 10
_BINS = 50
_ROWS_PER_LEVEL = 10
_NEARLY_ALL = 0.99


@dataclass(frozen=True)
class Association:
    """A measure, its value (0–1), and whether the column alone gives the target away."""

    measure: Measure
    value: float
    is_near_perfect: bool = False


@dataclass(frozen=True)
class _Coded:
    """A column as numbers (NaN is missing) or as class numbers (−1 is missing)."""

    values: "Array"
    is_class: bool

    @property
    def present(self) -> "Array":
        import numpy as np

        return self.values >= 0 if self.is_class else np.isfinite(self.values)


def association(column: Column, values: "pl.Series", target: "pl.Series", task: Task) -> Association | None:
    """Return how `values` go with `target`, rows in which one is missing left out; None when it cannot be said.

    - two number columns: |Pearson's r|;
    - a number and a category: correlation ratio, √ε² with ε² = 1 − (1 − η²)(n − 1)/(n − k) (Kelley 1935), so that many
      small categories do not look predictive by chance;
    - two categories: Cramér's V, corrected for bias (Bergsma 2013, J. Korean Stat. Soc. 42).
    """
    mine, theirs = _coded(column, values), _target(target, task)
    if mine is None:
        return None
    both = mine.present & theirs.present
    if both.sum() < _MIN_ROWS:
        return None
    mine = _Coded(mine.values[both], mine.is_class)
    theirs = _Coded(theirs.values[both], theirs.is_class)
    measured = _measure(mine, theirs)
    if measured is None:
        return None
    return Association(*measured, is_near_perfect=_is_near_perfect(mine, theirs, measured[1]))


def _coded(column: Column, values: "pl.Series") -> _Coded | None:
    if column.kind == "category":
        return _classes(values) if column.n_unique is not None and column.n_unique <= _MAX_LEVELS else None
    return _numbers(values) if column.kind in ("number", "date") else None


def _target(target: "pl.Series", task: Task) -> _Coded:
    return _classes(target) if task == "classification" else _numbers(target)


def _numbers(values: "pl.Series") -> _Coded:
    import numpy as np

    numbers = as_numbers(values)
    return _Coded(
        np.full(len(values), np.nan) if numbers is None else numbers.fill_null(float("nan")).to_numpy(), False
    )


def _classes(values: "pl.Series") -> _Coded:
    import numpy as np
    import polars as pl

    # Dense ranks start at 1 and leave nulls out.
    codes = values.cast(pl.String).rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    return _Coded(codes.astype(np.int64), True)


def _measure(mine: _Coded, theirs: _Coded) -> tuple[Measure, float] | None:
    if mine.is_class and theirs.is_class:
        value = cramers_v(mine.values, theirs.values)
        return None if value is None else ("cramers_v", value)
    if mine.is_class or theirs.is_class:
        codes, numbers = (mine, theirs) if mine.is_class else (theirs, mine)
        value = correlation_ratio(codes.values, numbers.values)
        return None if value is None else ("correlation_ratio", value)
    value = pearson(mine.values, theirs.values)
    return None if value is None else ("pearson", value)


def pearson(x: "Array", y: "Array") -> float | None:
    """Return |r|, or None when one of them is constant."""
    import numpy as np

    dx, dy = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return min(abs(float(dx @ dy)) / scale, 1.0) if scale > 0 else None


def correlation_ratio(codes: "Array", values: "Array") -> float | None:
    """Return √ε², or None when the values are constant or there are too few rows for the classes."""
    import numpy as np

    _, codes = np.unique(codes, return_inverse=True)
    n, k = len(values), int(codes.max()) + 1
    total = float(((values - values.mean()) ** 2).sum())
    if total <= 0 or n <= k or k < 2:
        return None
    sizes = np.bincount(codes)
    means = np.bincount(codes, weights=values) / sizes
    within = float(((values - means[codes]) ** 2).sum())
    return float(np.sqrt(max(1.0 - within / total * (n - 1) / (n - k), 0.0)))


def cramers_v(x: "Array", y: "Array") -> float | None:
    """Return the bias-corrected V, or None when one of them has a single class."""
    import numpy as np

    counts = _crosstab(x, y)
    n, (rows, columns) = float(counts.sum()), counts.shape
    if min(rows, columns) < 2 or n < 2:
        return None
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    phi2 = float(((counts - expected) ** 2 / expected).sum()) / n
    corrected = max(phi2 - (rows - 1) * (columns - 1) / (n - 1), 0.0)
    smaller = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return min(float(np.sqrt(corrected / smaller)), 1.0) if smaller > 0 else None


def _crosstab(x: "Array", y: "Array") -> "Array":
    import numpy as np

    _, x = np.unique(x, return_inverse=True)
    _, y = np.unique(y, return_inverse=True)
    width = int(y.max()) + 1
    return np.bincount(x * width + y, minlength=(int(x.max()) + 1) * width).reshape(-1, width).astype(float)


def _is_near_perfect(mine: _Coded, theirs: _Coded, value: float) -> bool:
    """Say whether knowing this column alone is enough: 99 % of the classes, or 99 % of the target's deviation."""
    import numpy as np

    if not theirs.is_class:
        return value >= _NEARLY_ALL
    levels = mine.values if mine.is_class else np.searchsorted(_cuts(mine.values), mine.values)
    counts = _crosstab(levels, theirs.values)
    n = counts.sum()
    if n < _ROWS_PER_LEVEL * counts.shape[0]:
        return False
    # The majority class alone must be far from enough, else nothing was learned from the column.
    base, known = counts.sum(axis=0).max() / n, counts.max(axis=1).sum() / n
    return bool(known >= _NEARLY_ALL and (1 - known) <= 0.1 * (1 - base))


def _cuts(values: "Array") -> "Array":
    import numpy as np

    return np.unique(
        np.quantile(values, np.linspace(0, 1, min(_BINS, max(len(values) // (2 * _ROWS_PER_LEVEL), 2)) + 1)[1:-1])
    )
