"""The node that leaves out rows or columns in which too much is missing."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import NodeProblem
from modelyard.workflows.nodes._columns import present_names
from modelyard.workflows.nodes._rows import ROWS_CODE, LeavesRowsOut

if TYPE_CHECKING:
    import polars as pl


class DropMissing(LeavesRowsOut):
    """Leave out rows or columns in which too much is missing.

    - `rows`: a row stays when no more than `row_fraction` of the chosen columns are missing in it; 0 means that nothing
      may be missing. Rows without a target are left out too, unless `without_target` is off. Before the split this
      is done to all rows, behind it to training rows only: validation and test rows stay, as new rows will come
      with gaps too.
    - `columns`: a column stays when no more than `column_fraction` of the training rows lack it. This is learned, so
      it stands behind the split; new rows need not have the columns that are left out. Which columns stay is known
      exactly only after a run; before it they are guessed from the profile.

    Not-a-number and infinite count as missing, as in Fill missing.
    """

    title: ClassVar[str] = "Drop missing"
    group: ClassVar[str] = "clean"
    icon: ClassVar[str] = "circle-dashed"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("drop", "row_fraction", "column_fraction")

    kind: Literal["drop_missing"] = "drop_missing"
    drop: Literal["rows", "columns"] = Parameter("rows", description="What is left out.")
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to look at; empty means every feature.", widget="columns"
    )
    row_fraction: float = Parameter(
        0.0,
        description="Part of the columns that may be missing in a row that stays.",
        ge=0,
        le=1,
        when={"drop": ["rows"]},
    )
    without_target: bool = Parameter(True, description="Leave out rows without a target too.", when={"drop": ["rows"]})
    column_fraction: float = Parameter(
        0.5,
        description="Part of the training rows that may lack a column that stays.",
        ge=0,
        le=1,
        when={"drop": ["columns"]},
    )

    def leaves_rows_out(self) -> bool:
        """Only when rows are asked for."""
        return self.drop == "rows"

    def is_learning(self) -> bool:
        """Only which columns stay is learned."""
        return self.drop == "columns"

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there, and the target must stay."""
        found = present_names(schema, self.columns or ())
        if schema.target in (self.columns or ()):
            index = (self.columns or ()).index(schema.target or "")
            message = f"{schema.target!r} is the target; `without_target` decides about rows that lack it."
            found.append(NodeProblem(message, f"columns.{index}"))
        return found

    def _looked_at(self, schema: Schema) -> list[str]:
        named = {column.name for column in schema.features} if self.columns is None else set(self.columns)
        return [column.name for column in schema.features if column.name in named]

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema without the columns that the profile says are mostly missing."""
        if self.drop == "rows":
            return schema
        columns = (schema.get(name) for name in self._looked_at(schema))
        return schema.without(c.name for c in columns if c and (c.missing_fraction or 0) > self.column_fraction)

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the columns that too many training rows lack."""
        if self.drop == "rows" or table.n_rows == 0:
            return {"columns": []}
        names = self._looked_at(table.schema)
        counts = table.frame.select(_is_missing(table.frame, name).sum() for name in names)
        missing = dict(zip(names, counts.row(0), strict=True)) if names else {}
        return {"columns": [name for name in names if missing[name] / table.n_rows > self.column_fraction]}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table without the learned columns; no row is left out here."""
        gone = [name for name in learned["columns"] if name in table.frame.columns]
        return Table(table.frame.drop(gone), table.schema.without(gone), table.split)

    def staying(self, table: Table, learned: dict[str, Any]) -> "pl.Series":
        """Return which rows have enough values, and a target."""
        import polars as pl

        names = self._looked_at(table.schema)
        n_missing = pl.sum_horizontal([pl.lit(0, pl.Int64), *(_is_missing(table.frame, name) for name in names)])
        stays = n_missing / max(len(names), 1) <= self.row_fraction
        if self.without_target and table.schema.target is not None:
            stays &= ~_is_missing(table.frame, table.schema.target)
        return table.frame.select((stays & pl.repeat(True, pl.len())).alias("stays")).to_series()

    def code(self) -> str:
        """Count what is missing, with Polars."""
        names = (
            "[name for name in frame.columns if name != target]" if self.columns is None else repr(list(self.columns))
        )
        if self.drop == "columns":
            return f"""columns = {names}
gone = [name for name in columns if missing(train, name).mean() > {self.column_fraction!r}]
frame = frame.drop(gone)"""
        target = " & ~(missing(frame, target) if target else np.zeros(frame.height, bool))"
        return f"""columns = {names}
n_missing = sum((missing(frame, name).astype(int) for name in columns), np.zeros(frame.height))
stays = pl.Series((n_missing / max(len(columns), 1) <= {self.row_fraction!r}){target if self.without_target else ""})
{ROWS_CODE}"""


def _is_missing(frame: "pl.DataFrame", name: str) -> "pl.Expr":
    import polars as pl

    column = pl.col(name)
    is_float = frame.get_column(name).dtype.is_float()  # asking the frame for its schema costs as much as it is wide
    return ~column.is_finite().fill_null(False) if is_float else column.is_null()
