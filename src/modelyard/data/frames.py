"""Tables in memory: what nodes and engines take and give."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from modelyard.data.columns import Schema

if TYPE_CHECKING:
    import polars as pl

SplitName = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Table:
    """Rows with their schema; `split` says for each row which part it belongs to (`train`, `validation`, `test`).

    `frame` has shape (n_rows, n_columns) and the columns of `schema` in the same order; `split` has length n_rows.
    """

    frame: "pl.DataFrame"
    schema: Schema
    split: "pl.Series | None" = None

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.frame.height

    def rows(self, part: SplitName) -> "Table":
        """Return the rows of one part; without a split every row is a training row and the other parts are empty."""
        if self.split is None:
            return self if part == "train" else replace(self, frame=self.frame.clear())
        chosen = self.split == part
        return replace(self, frame=self.frame.filter(chosen), split=self.split.filter(chosen))

    def features(self) -> "pl.DataFrame":
        """Return the columns that are not the target, shape (n_rows, n_features)."""
        return self.frame.select([column.name for column in self.schema.features])

    def target(self) -> "pl.Series":
        """Return the target column, length n_rows; raise ValueError when there is none."""
        if self.schema.target is None:
            raise ValueError("this table has no target")
        return self.frame.get_column(self.schema.target)
