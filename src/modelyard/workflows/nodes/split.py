"""The node that sets rows aside for validation and test."""

import math
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema, SplitMethod, Splitting
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.models.folds import MAX_SEED
from modelyard.models.libraries import load_learning
from modelyard.workflows.leakage.detect import detect
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import absent
from modelyard.workflows.values import Outcome, TableValue, Value, Work

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Places = np.ndarray[Any, np.dtype[np.intp]]


class Split(Node):
    """Set rows aside that the model never learns from, to see afterwards how well it does on new ones.

    - `random`: every row has the same chance.
    - `stratified`: random within each class of the target, so that all parts have the same mix. A class with a single
      row goes to training.
    - `group`: rows with the same value in the group column stay together, so that nothing about a person or a machine
      is known beforehand.
    - `time`: the latest rows are the test rows, those before them the validation rows; rows without a time are trained
      on.

    Random and stratified give the same rows in the same order as scikit-learn's `train_test_split` with the same seed
    (test rows first set aside, then validation rows from the rest), group the same as `GroupShuffleSplit`. Rows leave
    this node sorted by part: training, validation, test.

    The split rows are looked through for what makes scores look better than they will be: columns that give the target
    away, identifiers, copies of training rows among the test rows, groups or times that the split ignores. What is
    found is said on the canvas and on the model's card; nothing is changed.
    """

    title: ClassVar[str] = "Split"
    group: ClassVar[str] = "data"
    icon: ClassVar[str] = "split"
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("method", "test_fraction", "validation_fraction")

    kind: Literal["split"] = "split"
    method: SplitMethod = Parameter("random", description="How rows are chosen for each part.")
    test_fraction: float = Parameter(0.2, description="Part of the rows set aside as test rows.", gt=0, lt=1)
    validation_fraction: float = Parameter(
        0.0, description="Part of the rows set aside as validation rows, to compare models on.", ge=0, lt=1
    )
    group_column: str | None = Parameter(
        None,
        description="The column whose equal values stay together (group).",
        widget="column",
        when={"method": ("group",)},
    )
    time_column: str | None = Parameter(
        None,
        description="The column that orders the rows (time).",
        widget="column",
        when={"method": ("time",)},
    )
    seed: int = Parameter(
        0, description="Start of the random numbers; the same seed gives the same parts.", ge=0, le=MAX_SEED
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Rows can be split once; the method must fit the target and have its column."""
        found: list[NodeProblem] = []
        if schema.has_split:
            found.append(NodeProblem("These rows are split already; remove one of the two splits."))
        if self.test_fraction + self.validation_fraction > 0.95:
            message = "Test and validation together leave less than 5 % of the rows to train on."
            found.append(NodeProblem(message, "test_fraction"))
        if self.method == "stratified" and schema.task != "classification":
            found.append(NodeProblem("Stratified needs a target with classes; choose random.", "method"))
        if self.method == "group":
            found += _column_problem(schema, self.group_column, "group_column", "that says which rows belong together")
        if self.method == "time":
            found += _column_problem(schema, self.time_column, "time_column", "that orders the rows")
            found += _order_problem(schema, self.time_column)
        return found

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with a split, and how it is made."""
        column = {"group": self.group_column, "time": self.time_column}.get(self.method)
        splitting = Splitting(method=self.method, column=column, seed=self.seed)
        return schema.model_copy(update={"has_split": True, "splitting": splitting})

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Split the prepared rows, and order the raw rows the same way."""
        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"split takes a table, not {type(given).__name__}")
        parts = self._parts(given.table.get())
        split, raw = self._arranged(given.table.get(), parts), given.raw
        same = raw is given.table
        held = work.hold(split)
        n_train, n_validation, n_test = map(len, parts)
        notes = (f"{n_train:,} training, {n_validation:,} validation and {n_test:,} test rows.",)
        value = TableValue(held, held if same else work.hold(self._arranged(raw.get(), parts)), given.steps)
        assert split.schema.splitting is not None
        return Outcome({"table": value}, notes=notes, findings=detect(split, split.schema.splitting))

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the rows sorted by part, with their split."""
        return self._arranged(table, self._parts(table))

    def _arranged(self, table: Table, parts: "tuple[Places, Places, Places]") -> Table:
        import numpy as np
        import polars as pl

        names = ("train", "validation", "test")
        split = pl.Series("split", np.repeat(names, [len(part) for part in parts]), dtype=pl.String)
        return Table(table.frame[np.concatenate(parts)], self.schema_after(table.schema), split)

    def _parts(self, table: Table) -> "tuple[Places, Places, Places]":
        """Return the places of training, validation and test rows, shapes (n_train,), (n_validation,), (n_test,)."""
        import numpy as np

        everything = np.arange(table.n_rows)
        if table.n_rows < 3:
            raise Invalid(f"{table.n_rows} rows are too few to be split.", hint="Use a dataset with more rows.")
        rest, test = self._cut(table, everything, self.test_fraction)
        if self.validation_fraction == 0:
            return rest, everything[:0], test
        train, validation = self._cut(table, rest, self.validation_fraction / (1 - self.test_fraction))
        return train, validation, test

    def _cut(self, table: Table, places: "Places", fraction: float) -> "tuple[Places, Places]":
        try:
            if self.method == "time":
                return self._by_time(table, places, fraction)
            if self.method == "group":
                return self._by_group(table, places, fraction)
            return self._by_chance(table, places, fraction)
        except ValueError as error:
            raise Invalid(
                f"The rows cannot be split like this: {error}", hint="Change the fractions, or use another method."
            ) from error

    def _by_chance(self, table: Table, places: "Places", fraction: float) -> "tuple[Places, Places]":
        import numpy as np

        load_learning()
        from sklearn.model_selection import train_test_split

        if self.method == "random":
            kept, aside = train_test_split(places, test_size=fraction, random_state=self.seed)
            return kept, aside
        codes = _codes(table.target())[places]
        single = np.bincount(codes)[codes] == 1
        kept, aside = train_test_split(
            places[~single], test_size=fraction, random_state=self.seed, stratify=codes[~single]
        )
        return np.concatenate([kept, places[single]]), aside

    def _by_group(self, table: Table, places: "Places", fraction: float) -> "tuple[Places, Places]":
        load_learning()
        from sklearn.model_selection import GroupShuffleSplit

        groups = _codes(table.frame.get_column(self.group_column or ""))[places]
        splitter = GroupShuffleSplit(n_splits=1, test_size=fraction, random_state=self.seed)
        kept, aside = next(splitter.split(places, groups=groups))
        return places[kept], places[aside]

    def _by_time(self, table: Table, places: "Places", fraction: float) -> "tuple[Places, Places]":
        times = table.frame.get_column(self.time_column or "")[places]
        order = times.arg_sort(nulls_last=False).to_numpy()
        n_aside = math.ceil(fraction * len(places))
        n_kept = len(places) - n_aside
        if n_kept < 1 or n_aside > len(times) - times.null_count():
            raise ValueError("too few rows have a time")
        return places[order[:n_kept]], places[order[n_kept:]]

    def code(self) -> str:
        """Use the function of scikit-learn that does the same, on the places of the rows."""
        lines = ["places = np.arange(frame.height)", self._cut_code("train", "test", self.test_fraction, "places")]
        if self.validation_fraction:
            fraction = self.validation_fraction / (1 - self.test_fraction)
            lines.append(self._cut_code("train", "validation", fraction, "parts['train']"))
        lines += [
            "frame = pl.concat([frame[rows] for rows in parts.values()])",
            "split = pl.Series([name for name, rows in parts.items() for _ in rows])",
        ]
        key = {"group": self.group_column, "time": self.time_column}.get(self.method)
        lines.append(f"fold_key = ({self.method!r}, frame[{key!r}])" if key is not None else "fold_key = None")
        return "\n".join(["parts = {'train': None, 'validation': [], 'test': None}", *lines])

    def _cut_code(self, kept: str, aside: str, fraction: float, places: str) -> str:
        both = f"parts[{kept!r}], parts[{aside!r}]"
        if self.method == "time":
            return (
                f"rows = {places}[frame[{self.time_column!r}][{places}].arg_sort(nulls_last=False).to_numpy()]\n"
                f"n_kept = len(rows) - math.ceil({fraction!r} * len(rows))\n"
                f"{both} = rows[:n_kept], rows[n_kept:]"
            )
        if self.method == "group":
            return (
                f"groups = frame[{self.group_column!r}].rank('dense').fill_null(0).to_numpy()[{places}]\n"
                f"splitter = GroupShuffleSplit(n_splits=1, test_size={fraction!r}, random_state={self.seed})\n"
                f"kept, aside = next(splitter.split({places}, groups=groups))\n"
                f"{both} = {places}[kept], {places}[aside]"
            )
        options = f"test_size={fraction!r}, random_state={self.seed}"
        if self.method == "random":
            return f"{both} = train_test_split({places}, {options})"
        return (
            f"classes = frame[target].rank('dense').fill_null(0).to_numpy().astype(int)[{places}]\n"
            f"single = np.bincount(classes)[classes] == 1\n"
            f"kept, aside = train_test_split({places}[~single], {options}, stratify=classes[~single])\n"
            f"{both} = np.concatenate([kept, {places}[single]]), aside"
        )


def _codes(values: "pl.Series") -> "Places":
    """Return the place of each value among the sorted distinct ones, shape (n_rows,); 0 where it is missing."""
    import numpy as np
    import polars as pl

    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    codes: Places = values.rank("dense").fill_null(0).to_numpy().astype(np.intp)
    return codes


def _column_problem(schema: Schema, name: str | None, field: str, purpose: str) -> list[NodeProblem]:
    if name is None:
        return [NodeProblem(f"Choose the column {purpose}.", field)]
    return [NodeProblem(absent(schema, name), field)] if schema.get(name) is None else []


def _order_problem(schema: Schema, name: str | None) -> list[NodeProblem]:
    column = schema.get(name) if name else None
    if column is None or column.dtype in ("date", "datetime", "integer", "float"):
        return []
    return [NodeProblem(f"{column.name!r} is neither a date nor a number, so it does not order rows.", "time_column")]
