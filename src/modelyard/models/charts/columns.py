"""Charts of the columns themselves: which go together, and where values are missing."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.data.frames import Table
from modelyard.data.profiling.association import correlation_ratio, cramers_v
from modelyard.models.charts.chart import (
    MAX_COLUMNS,
    Rows,
    Spec,
    Unavailable,
    at_most,
    axis,
    names_axis,
    plain,
    spec,
    tip,
)
from modelyard.models.charts.subject import Subject

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MAX_CORRELATED = 20
MAX_ROWS = 10_000
"""Rows that associations are computed on: their error is then below 0.02."""
MAX_LEVELS = 200
MIN_ROWS = 10
N_BLOCKS = 50


def correlations(subject: Subject, title: str) -> Spec:
    """Draw how strongly each two columns go together.

    Two numbers: Pearson's r; a number and a category: correlation ratio; two categories: Cramér's V, both corrected
    for chance. Identifiers and text are left out.
    """
    table = _table(subject)
    columns = [c for c in _with_target_last(table) if c.kind in ("number", "category", "date")]
    usable = [c for c in columns if c.kind != "category" or (c.n_unique or 0) <= MAX_LEVELS]
    shown = usable if len(usable) <= MAX_CORRELATED else [*usable[: MAX_CORRELATED - 1], usable[-1]]
    if len(shown) < 2:
        raise Unavailable("There are no two columns of numbers or categories.")
    kept, sampled = at_most(table.n_rows, MAX_ROWS, seed=subject.seed)
    sampled = sampled.replace(" shown", "")
    coded = [(c, *_coded(c, table.frame.get_column(c.name)[kept.tolist()])) for c in shown]
    rows: Rows = []
    for a, x, is_class in coded:
        for b, y, is_other_class in coded:
            value, measure = _measure(x, is_class, y, is_other_class) if a is not b else (1.0, "the same column")
            told = {"value": plain(value, 3)} if value is not None else {"value": None}
            rows.append({"a": a.name, "b": b.name, "measure": measure, **told})
    names = [c.name for c in shown]
    left = f", {len(shown)} of {len(columns)} columns" if len(shown) < len(columns) else ""
    color = axis("value", "quantitative", "strength", scale={"domain": [-1, 1], "domainMid": 0, "range": "diverging"})
    encoding = {
        "x": names_axis("b", "column", names, is_x=True),
        "y": names_axis("a", "column", names),
        "color": color,
        "tooltip": tip(("a", "column"), ("b", "and"), ("measure", "measure"), ("value", "strength", ".2f")),
    }
    about = f"training rows, n = {table.n_rows:,}{sampled}{left}"
    return spec(title, about, rows, mark="rect", encoding=encoding, height={"step": 24})


def missing(subject: Subject, title: str) -> Spec:
    """Draw where values are missing: the rows in their order, in up to 50 blocks, against the columns with gaps."""
    table = _table(subject)
    gaps = {c.name: _is_missing(table.frame.get_column(c.name)) for c in table.schema.columns}
    holed = sorted((name for name, gone in gaps.items() if gone.any()), key=lambda name: -float(gaps[name].mean()))
    if not holed:
        raise Unavailable(f"No value is missing in the {table.n_rows:,} training rows.")
    shown = holed[:MAX_COLUMNS]
    n_blocks = min(N_BLOCKS, table.n_rows)
    edges = [round(table.n_rows * block / n_blocks) for block in range(n_blocks + 1)]
    rows: Rows = [
        {
            "column": name,
            "from": start + 1,
            "to": end,
            "share": plain(gaps[name][start:end].mean(), 3),
            "all": plain(gaps[name].mean(), 3),
        }
        for name in shown
        for start, end in pairwise(edges)
        if end > start
    ]
    encoding = {
        "x": axis("from", "ordinal", "rows, in their order", axis={"labels": False, "ticks": False}),
        "y": names_axis("column", "column", shown),
        "color": axis("share", "quantitative", "share missing", scale={"domainMin": 0}, legend={"format": "%"}),
        "tooltip": tip(
            ("column", "column"),
            ("from", "from row", ","),
            ("to", "to row", ","),
            ("share", "missing here", ".1%"),
            ("all", "missing in all", ".1%"),
        ),
    }
    left = f", the {MAX_COLUMNS} of {len(holed)} columns with most gaps" if len(shown) < len(holed) else ""
    complete = len(gaps) - len(holed)
    about = f"training rows, n = {table.n_rows:,}{left}; {complete} columns have no gaps"
    return spec(title, about, rows, mark="rect", encoding=encoding, height={"step": 18})


def _table(subject: Subject) -> Table:
    """Return the training rows as they left the dataset, or as the engine was given them."""
    found = (subject.raw if subject.raw is not None else subject.prepared).rows("train")
    if found.n_rows < MIN_ROWS:
        raise Unavailable(f"{found.n_rows} training rows are too few.")
    return found


def _with_target_last(table: Table) -> list[Column]:
    target = table.schema.get(table.schema.target) if table.schema.target else None
    return [*table.schema.features, *([target] if target else [])]


def _coded(column: Column, values: "pl.Series") -> "tuple[Array, bool]":
    """Return a column as numbers (NaN is missing), or as class numbers (−1 is missing) and True."""
    import numpy as np
    import polars as pl

    if column.kind == "category":
        codes = values.cast(pl.String).rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
        return codes, True
    numbers = values.to_physical().cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return np.where(np.isfinite(numbers), numbers, np.nan), False


def _measure(x: "Array", is_class: bool, y: "Array", is_other_class: bool) -> tuple[float | None, str]:
    import numpy as np

    both = (x >= 0 if is_class else np.isfinite(x)) & (y >= 0 if is_other_class else np.isfinite(y))
    x, y = x[both], y[both]
    if len(x) < MIN_ROWS:
        return None, "too few rows have both"
    if is_class and is_other_class:
        return cramers_v(x, y), "Cramér's V"
    if is_class or is_other_class:
        codes, numbers = (x, y) if is_class else (y, x)
        return correlation_ratio(codes, numbers), "correlation ratio"
    dx, dy = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return (float(dx @ dy) / scale if scale > 0 else None), "Pearson's r"


def _is_missing(values: "pl.Series") -> "Array":
    found: Array = (values.fill_nan(None) if values.dtype.is_float() else values).is_null().to_numpy()
    return found
