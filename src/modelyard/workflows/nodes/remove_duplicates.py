"""The node that leaves out rows that are there already."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import NodeProblem
from modelyard.workflows.nodes._columns import present_names
from modelyard.workflows.nodes._rows import ROWS_CODE, LeavesRowsOut
from modelyard.workflows.values import Finding, Outcome, TableValue, Value, Work

if TYPE_CHECKING:
    import polars as pl


class RemoveDuplicates(LeavesRowsOut):
    """Leave out rows that are there already: equal in every column, or in the columns chosen.

    Of equal rows the first is kept, or the last, or none of them. Missing equals missing.

    Before the split all rows are compared. That is the better place: a row that is both in training and in test lets
    a model score by remembering. Behind the split only training rows are left out, and the node says how many
    validation and test rows are also training rows; with `across_split` those training rows are left out as well.
    """

    title: ClassVar[str] = "Remove duplicates"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "copy-minus"
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("keep", "columns")

    kind: Literal["remove_duplicates"] = "remove_duplicates"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to compare; empty means every column, the target too.", widget="columns"
    )
    keep: Literal["first", "last", "none"] = Parameter("first", description="Which of the equal rows is kept.")
    across_split: bool = Parameter(
        False, description="Behind the split: leave out training rows that are also validation or test rows."
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there."""
        found = present_names(schema, self.columns or ())
        if self.columns == ():
            found.append(NodeProblem("No column is chosen, so all rows would be equal.", "columns"))
        if self.across_split and not schema.has_split:
            message = "These rows are not split yet, so all of them are compared anyway."
            found.append(NodeProblem(message, "across_split", "warning"))
        return found

    def staying(self, table: Table, learned: dict[str, Any]) -> "pl.Series":
        """Return which rows are the ones to keep of their equals, training rows compared among themselves."""
        import polars as pl

        rows = self._compared(table)
        if table.split is None:
            return self._kept(rows)
        is_train = table.split == "train"
        stays = pl.Series("stays", [True]).new_from_index(0, table.n_rows)
        stays = stays.scatter(is_train.arg_true(), self._kept(rows.filter(is_train)))
        return stays & ~self._also_elsewhere(table) if self.across_split else stays

    def _compared(self, table: Table) -> "pl.Series":
        """Return one value for each row; rows are equal when these are."""
        import polars as pl

        return table.frame.select(pl.struct(self.columns or table.frame.columns).alias("row")).to_series()

    def _kept(self, rows: "pl.Series") -> "pl.Series":
        if self.keep == "first":
            return rows.is_first_distinct()
        return rows.is_last_distinct() if self.keep == "last" else rows.is_unique()

    def _also_elsewhere(self, table: Table) -> "pl.Series":
        """Return which rows are both among the training rows and among the others, length n_rows."""
        import polars as pl

        frame = pl.DataFrame({"row": self._compared(table), "is_train": table.split == "train"})
        return frame.select((pl.col("is_train").n_unique().over("row") == 2).alias("both")).to_series()

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Leave rows out, and say which of them are on both sides of the split."""
        outcome = super().execute(inputs, work)
        given = inputs["table"]
        finding = self._crossing(given.table.get()) if isinstance(given, TableValue) else None
        return replace(outcome, findings=(*outcome.findings, finding)) if finding else outcome

    def _crossing(self, table: Table) -> Finding | None:
        if table.split is None:
            return None
        n_both = int((self._also_elsewhere(table) & (table.split != "train")).sum())
        if n_both == 0:
            return None
        n_aside = table.n_rows - table.rows("train").n_rows
        message = f"{n_both:,} of {n_aside:,} validation and test rows are also training rows"
        if self.across_split:
            return Finding("duplicates_across_split", "info", f"{message}; those training rows are left out.")
        advice = "move this node before the split, or switch `across_split` on"
        return Finding("duplicates_across_split", "warning", f"{message}, so scores flatter; {advice}.")

    def code(self) -> str:
        """Use Polars' own comparison of rows."""
        columns = "frame.columns" if self.columns is None else repr(list(self.columns))
        method = {"first": "is_first_distinct", "last": "is_last_distinct", "none": "is_unique"}[self.keep]
        across = ""
        if self.across_split:
            across = """
if split is not None:
    both = pl.DataFrame({"row": rows, "is_train": split == "train"})
    stays = stays & (both.select(pl.col("is_train").n_unique().over("row")).to_series() == 1)"""
        return f"""rows = frame.select(pl.struct({columns}).alias("row")).to_series()
if split is None:
    stays = rows.{method}()
else:
    is_train = split == "train"
    distinct = rows.filter(is_train).{method}()
    stays = (~is_train).scatter(is_train.arg_true(), distinct){across}
{ROWS_CODE}"""
