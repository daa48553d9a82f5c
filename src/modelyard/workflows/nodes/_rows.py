"""Nodes that leave rows out: which rows stay, in the prepared rows and the raw rows alike."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.workflows.node import Node
from modelyard.workflows.values import Outcome, TableValue, Value, Work

if TYPE_CHECKING:
    import polars as pl


class LeavesRowsOut(Node):
    """Base of the nodes that leave rows out: before the split any row, behind it training rows only.

    Validation and test rows stay whatever they hold, because a model in use has to answer every row it is given, and a
    score over chosen rows would flatter it. For the same reason a model does not repeat such a node on new rows.
    """

    def leaves_rows_out(self) -> bool:
        """Whether rows are left out with these parameters; otherwise the node prepares columns like any other."""
        return True

    def staying(self, table: Table, learned: dict[str, Any]) -> "pl.Series":
        """Return for each row whether it may stay, length n_rows, Boolean without missing values."""
        raise NotImplementedError

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Leave the same rows out of the prepared and the raw rows."""
        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"{self.kind_name()} takes a table, not {type(given).__name__}")
        if not self.leaves_rows_out():
            return super().execute(inputs, work)
        table = given.table.get()
        stays = self.staying(table, self.learn(table.rows("train")))
        stays = stays if table.split is None else stays | (table.split != "train")
        note = _told(table, stays)
        if stays.all():
            return Outcome({"table": given}, notes=(note,))
        held = work.hold(only(table, stays))
        raw = held if given.raw is given.table else work.hold(only(given.raw.get(), stays))
        return Outcome({"table": replace(given, table=held, raw=raw)}, notes=(note,))


def only(table: Table, stays: "pl.Series") -> Table:
    """Return the rows that stay, with their split."""
    split = None if table.split is None else table.split.filter(stays)
    return replace(table, frame=table.frame.filter(stays), split=split)


def _told(table: Table, stays: "pl.Series") -> str:
    n_gone = len(stays) - int(stays.sum())
    before = table.rows("train").n_rows
    which = "rows" if table.split is None else "training rows"
    if before and n_gone == before:
        raise Invalid(f"All {before:,} {which} would be left out.", hint="Loosen what this node asks of a row.")
    return f"{n_gone:,} of {before:,} {which} left out." if n_gone else f"None of {before:,} {which} left out."


ROWS_CODE = """if split is not None:
    stays = stays | (split != "train")
    split = split.filter(stays)
    fold_key = fold_key and (fold_key[0], fold_key[1].filter(stays))
frame = frame.filter(stays)"""
"""The end of the code of a node that leaves rows out; `stays` says for each row whether it may stay."""
