"""Small tables with numbers, categories, gaps and dates, and their schemas."""

from typing import Any

import numpy as np
import polars as pl

from modelyard.data.columns import Column, ColumnKind, Dtype, Schema, Task
from modelyard.data.frames import Table

_DTYPES: dict[Any, Dtype] = {
    pl.Int64: "integer",
    pl.Float64: "float",
    pl.Boolean: "boolean",
    pl.String: "string",
    pl.Date: "date",
    pl.Datetime("us"): "datetime",
}


def schema_of(frame: pl.DataFrame, target: str | None = None, task: Task | None = None, **kinds: ColumnKind) -> Schema:
    columns = []
    for series in frame:
        dtype = _DTYPES[series.dtype]
        kind: ColumnKind = {"string": "category", "boolean": "category", "date": "date", "datetime": "date"}.get(
            dtype, "number"
        )  # type: ignore[assignment]  # test data
        columns.append(
            Column(
                name=series.name,
                kind=kinds.get(series.name, kind),
                dtype=dtype,
                n_unique=series.drop_nulls().n_unique(),
                missing_fraction=series.null_count() / max(len(series), 1),
            )
        )
    return Schema(columns=tuple(columns), target=target, task=task)


def table_of(frame: pl.DataFrame, target: str | None = None, task: Task | None = None, **kinds: ColumnKind) -> Table:
    return Table(frame, schema_of(frame, target, task, **kinds))


def numbers(n_rows: int = 400, seed: int = 0) -> pl.DataFrame:
    """Three features, a class of two, a class of three and a number; nothing missing."""
    generator = np.random.default_rng(seed)
    a, b, c = generator.normal(size=(3, n_rows))
    signal = 2 * a - b + generator.normal(size=n_rows)
    return pl.DataFrame(
        {
            "a": a,
            "b": b,
            "c": c * 10,
            "two": np.where(signal > 0, "yes", "no").tolist(),
            "three": np.digitize(signal, [-1.5, 1.5]).astype(np.int64),
            "value": signal * 3 + 20,
        }
    )


def mixed(n_rows: int = 600, seed: int = 0) -> pl.DataFrame:
    """Numbers with gaps, a category with gaps, a whole number and truth values."""
    generator = np.random.default_rng(seed)
    a = generator.normal(size=n_rows)
    city = generator.choice(["Huế", "Đà Nẵng", "Hà Nội", "Cần Thơ"], n_rows)
    signal = a + (city == "Huế") * 2 + generator.normal(size=n_rows) * 0.5
    frame = pl.DataFrame(
        {
            "a": a,
            "city": city.tolist(),
            "age": generator.integers(18, 90, n_rows),
            "member": (generator.random(n_rows) > 0.5).tolist(),
            "two": np.where(signal > 0.7, "yes", "no").tolist(),
            "value": signal,
        }
    )
    holes = [
        pl.when(pl.Series(generator.random(n_rows) > 0.1)).then(pl.col(name)).alias(name) for name in ("a", "city")
    ]
    return frame.with_columns(holes)
