"""Tables that AutoML must cope with."""

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from modelyard.data.columns import Column, Schema, Splitting, Task
from modelyard.data.frames import Table

_DTYPES: dict[Any, str] = {
    pl.Int64: "integer",
    pl.Float64: "float",
    pl.Boolean: "boolean",
    pl.String: "string",
    pl.Date: "date",
}
_KINDS = {"integer": "number", "float": "number", "date": "date", "string": "category", "boolean": "category"}


def table_of(
    frame: pl.DataFrame, target: str, task: Task, *, splitting: Splitting | None = None, **kinds: str
) -> Table:
    """Return a table whose schema says what the profile would."""
    columns = []
    for values in frame:
        dtype = _DTYPES[values.dtype]
        present = values.drop_nulls()
        stated = {
            "name": values.name,
            "kind": kinds.get(values.name, _KINDS[dtype]),
            "dtype": dtype,
            "n_unique": present.n_unique(),
            "missing_fraction": values.null_count() / max(1, len(values)),
        }
        columns.append(Column.model_validate(stated))
    return Table(frame, Schema(columns=tuple(columns), target=target, task=task, splitting=splitting))


def messy(n: int = 240, seed: int = 0) -> pl.DataFrame:
    """Numbers, a category, a date, words, an identifier, a constant; gaps in all but the target."""
    chance = np.random.default_rng(seed)
    size = chance.normal(10, 3, n)
    colour = chance.choice(["red", "green", "blue"], n)
    words = np.array(["cheap", "new", "broken", "large", "rare", "plain"])
    notes = [" ".join(chance.choice(words, 5)) for _ in range(n)]
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=int(d)) for d in chance.integers(0, 365, n)]
    signal = 0.5 * (size - 10) + 1.5 * (colour == "red") + 1.2 * np.array(["rare" in note for note in notes])
    signal += chance.normal(0, 0.8, n)
    gaps = chance.random((4, n)) < 0.1

    def holed(values: Any, row: int) -> list[Any]:
        return [None if gap else value for value, gap in zip(list(values), gaps[row], strict=True)]

    return pl.DataFrame(
        {
            "size": holed(size.tolist(), 0),
            "colour": holed(colour.tolist(), 1),
            "day": holed(days, 2),
            "note": holed(notes, 3),
            "code": [f"k{i}" for i in range(n)],
            "same": ["x"] * n,
            "label": np.where(signal > 1, "yes", "no").tolist(),
            "price": (20 + 5 * signal).tolist(),
        }
    )


def messy_table(target: str, n: int = 240, **more: Any) -> Table:
    """Return the messy rows with one of the two targets."""
    other = "price" if target == "label" else "label"
    task: Task = "classification" if target == "label" else "regression"
    return table_of(messy(n).drop(other), target, task, note="text", code="id", same="constant", **more)


def classes(n: int, n_classes: int, seed: int = 0) -> pl.DataFrame:
    """Two numbers whose place tells the class."""
    chance = np.random.default_rng(seed)
    place = chance.integers(0, n_classes, n)
    return pl.DataFrame(
        {
            "a": place % 6 + chance.normal(0, 0.4, n),
            "b": place // 6 + chance.normal(0, 0.4, n),
            "letter": [f"class {i:02d}" for i in place],
        }
    )


def probabilities(chance: np.random.Generator, actual: np.ndarray, n_classes: int, noise: float) -> np.ndarray:
    """Return what a model says that is right as often as the noise allows, shape (n_rows, n_classes)."""
    raw = np.eye(n_classes)[actual] + chance.random((len(actual), n_classes)) * noise
    return raw / raw.sum(axis=1, keepdims=True)
