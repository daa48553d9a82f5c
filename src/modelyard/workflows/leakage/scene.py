"""The rows that detectors look at: a bounded sample, with the target and the split."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column, Splitting, Task
from modelyard.data.frames import Table

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

MAX_ROWS = 50_000
"""Columns are compared with the target on a sample of the training rows of this size."""
MAX_COLUMNS = 500
SEED = 0


@dataclass(frozen=True)
class Scene:
    """Split rows as they leave the split node."""

    table: Table
    splitting: Splitting

    @cached_property
    def sample(self) -> Table:
        """Training rows with a target, at most MAX_ROWS of them."""
        rows = self.table.rows("train")
        if rows.schema.target is not None:
            rows = Table(rows.frame.filter(rows.target().is_not_null()), rows.schema)
        if rows.n_rows <= MAX_ROWS:
            return rows
        return Table(rows.frame.sample(MAX_ROWS, seed=SEED), rows.schema)

    @property
    def task(self) -> Task | None:
        """What is predicted."""
        return self.table.schema.task

    @property
    def target(self) -> "pl.Series":
        """The target of the sample."""
        return self.sample.target()

    def features(self) -> Iterator[tuple[Column, "pl.Series"]]:
        """Yield the features of the sample with their values, the first MAX_COLUMNS of them."""
        for column in self.sample.schema.features[:MAX_COLUMNS]:
            yield column, self.sample.frame.get_column(column.name)


def codes(values: "pl.Series") -> "np.ndarray[Any, Any]":
    """Return the place of each value among the sorted distinct ones as texts, shape (n_rows,); no value is missing."""
    import polars as pl

    found: np.ndarray[Any, Any] = values.cast(pl.String).rank("dense").cast(pl.Int64).to_numpy() - 1
    return found
