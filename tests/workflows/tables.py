"""Tables that the tests of the workflows room share."""

from typing import Any

import numpy as np
import polars as pl

from modelyard.data.columns import Column, Schema, Task
from modelyard.data.frames import Table

_DTYPES: dict[Any, str] = {
    pl.Int64: "integer",
    pl.Float64: "float",
    pl.Boolean: "boolean",
    pl.String: "string",
    pl.Date: "date",
    pl.Datetime: "datetime",
}


def column_of(values: pl.Series, **stated: Any) -> Column:
    """Describe a column as the profile would."""
    dtype = _DTYPES[values.dtype.base_type()]
    kinds = {"integer": "number", "float": "number", "date": "date", "datetime": "date"}
    present = values.drop_nulls()
    facts = {
        "name": values.name,
        "kind": kinds.get(dtype, "category"),
        "dtype": dtype,
        "n_unique": present.n_unique(),
        "missing_fraction": values.null_count() / max(len(values), 1),
        "categories": tuple(present.cast(pl.String).unique().sort().to_list()[:50])
        if kinds.get(dtype, "category") == "category"
        else (),
    }
    return Column.model_validate({**facts, **stated})


def schema_of(frame: pl.DataFrame, *, target: str | None = None, task: Task | None = None, **kinds: str) -> Schema:
    """Describe a frame; `kinds` overrides what a column means."""
    columns = tuple(
        column_of(frame[name], **({"kind": kinds[name]} if name in kinds else {})) for name in frame.columns
    )
    return Schema(columns=columns, target=target, task=task)


def table_of(
    frame: pl.DataFrame,
    *,
    target: str | None = None,
    task: Task | None = None,
    n_train: int | None = None,
    **kinds: str,
) -> Table:
    """Return a table; with `n_train`, the first rows are training rows and the others test rows."""
    schema = schema_of(frame, target=target, task=task, **kinds)
    if n_train is None:
        return Table(frame, schema)
    split = pl.Series("split", ["train"] * n_train + ["test"] * (frame.height - n_train))
    return Table(frame, schema.model_copy(update={"has_split": True}), split)


def mixed_frame(n_rows: int = 200, *, seed: int = 0) -> pl.DataFrame:
    """Return numbers with gaps, categories with gaps and rare values, dates, a class and a number to predict."""
    random = np.random.default_rng(seed)
    size = random.normal(50, 12, n_rows)
    weight = random.exponential(3, n_rows)
    colour = random.choice(["red", "green", "blue", "mauve"], n_rows, p=[0.5, 0.3, 0.15, 0.05])
    score = 0.08 * (size - 50) + np.where(colour == "red", 1.0, -0.5) + random.normal(0, 0.6, n_rows)
    gaps = random.random((n_rows, 2))
    return pl.DataFrame(
        {
            "size": [None if gap < 0.1 else float(v) for v, gap in zip(size, gaps[:, 0], strict=True)],
            "weight": weight,
            "count": random.integers(0, 40, n_rows),
            "colour": [None if gap < 0.08 else str(v) for v, gap in zip(colour, gaps[:, 1], strict=True)],
            "is_new": random.random(n_rows) < 0.4,
            "bought": [
                pl.date_range(pl.date(2020, 1, 1), pl.date(2024, 12, 31), eager=True)[int(i)]
                for i in random.integers(0, 1500, n_rows)
            ],
            "label": np.where(score > 0.6, "high", np.where(score > -0.6, "middle", "low")),
            "price": 20 + 5 * score + 0.7 * weight,
        }
    )
