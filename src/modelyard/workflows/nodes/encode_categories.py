"""The node that turns categories into numbers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, RequiresFor
from modelyard.models.folds import MAX_SEED
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes import _codes, _one_hot, _target_means
from modelyard.workflows.nodes._columns import chosen, column_problems, framed, rebuilt, taken_names
from modelyard.workflows.nodes._encoder_code import encoder_code
from modelyard.workflows.values import Held

if TYPE_CHECKING:
    import polars as pl

KINDS: frozenset[ColumnKind] = frozenset({"category"})
MANY_VALUED: frozenset[ColumnKind] = frozenset({"category", "id", "text"})
"""What may be named for methods whose columns do not grow with the number of values."""
MAX_NEW_COLUMNS = 10_000


class EncodeCategories(Node):
    """Turn categories into numbers, which most engines need.

    - `one_hot`: one column of 0 and 1 per category, named `<column>=<category>`. Categories with fewer than `min_rows`
      training rows, and the rarest beyond `max_categories`, share the column `<column> (other)`; missing is a
      category of its own, `<column> (missing)`. With `drop_first` the first column is left out, as the others imply it.
    - `ordinal`: one column of whole numbers, the category's place in an order, for trees and for categories that
      have an order. Missing stays missing.
    - `target`: the mean of the target among the training rows of the category, shrunk towards the mean of all, for
      columns with many values; with three classes and more one column `<column>: <class>` per class. It is
      cross-fitted: a training row's number is learned without its own fold, so that its own target is not in it. Folds
      keep groups together and learn from the past only when the rows were split that way.
    - `frequency`: the part of the training rows that has the category.
    - `hashing`: `n_columns` columns of 0 and 1, in one of which a category is put by its hash; nothing is
      learned, several categories may share a column.

    Everything is learned from training rows only; the arithmetic is that of scikit-learn's encoders. A category that
    first appears later is put into `(other)` or is 0 everywhere (`one_hot`), is -1 (`ordinal`), the mean of all
    (`target`) or 0 (`frequency`); with `unknown` error it is refused instead. The names of one-hot columns
    are known exactly only after a run; before it they are guessed from the profile, like the classes for `target`.
    """

    title: ClassVar[str] = "Encode categories"
    group: ClassVar[str] = "encode"
    icon: ClassVar[str] = "binary"
    learns: ClassVar[bool] = True
    predicts_with: ClassVar[tuple[str, ...] | None] = ("numpy", "polars")
    requires_for: ClassVar[RequiresFor] = {("method", "hashing"): ("sklearn",)}
    telling: ClassVar[tuple[str, ...]] = ("method", "columns")

    kind: Literal["encode_categories"] = "encode_categories"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to encode; empty means every category.", widget="columns"
    )
    method: Literal["one_hot", "ordinal", "target", "frequency", "hashing"] = Parameter(
        "one_hot", description="One column per category, or numbers that stand for categories."
    )
    max_categories: int = Parameter(
        50,
        description="Most columns made from one column (one_hot), `(other)` included.",
        ge=2,
        le=1000,
        when={"method": ["one_hot"]},
    )
    min_rows: int = Parameter(
        1,
        description="Training rows that a category needs to have its own column (one_hot).",
        ge=1,
        le=1_000_000,
        when={"method": ["one_hot"]},
    )
    drop_first: bool = Parameter(
        False, description="Leave out the first of the columns (one_hot).", advanced=True, when={"method": ["one_hot"]}
    )
    unknown: Literal["other", "zeros", "error"] = Parameter(
        "other",
        description="Where a category goes that no training row has: with the rare ones, nowhere, or it is refused.",
        advanced=True,
        when={"method": ["one_hot", "ordinal"]},
    )
    order: Literal["alphabet", "frequency", "given"] = Parameter(
        "alphabet",
        description="The order of the categories (ordinal): sorted, the most frequent first, or as listed.",
        when={"method": ["ordinal"]},
    )
    categories: tuple[str, ...] = Parameter(
        (),
        description="The categories in their order, the lowest first (ordinal, given).",
        max_length=1000,
        when={"method": ["ordinal"], "order": ["given"]},
    )
    smoothing: float | None = Parameter(
        None,
        description="Rows that the overall mean counts for (target); empty means estimated from the target's spread.",
        ge=0,
        le=1e6,
        when={"method": ["target"]},
    )
    n_folds: int = Parameter(
        5, description="Parts of the training rows (target).", ge=2, le=20, advanced=True, when={"method": ["target"]}
    )
    seed: int = Parameter(
        0,
        description="Start of the random numbers that make the folds (target).",
        ge=0,
        le=MAX_SEED,
        advanced=True,
        when={"method": ["target"]},
    )
    n_columns: int = Parameter(
        16, description="Columns made from one column (hashing).", ge=2, le=1024, when={"method": ["hashing"]}
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be categories; the method must have what it needs."""
        is_many_valued = self.method in ("target", "frequency", "hashing")
        found = column_problems(schema, self.columns, MANY_VALUED if is_many_valued else KINDS)
        if self.method == "target" and (schema.target is None or schema.task == "clustering"):
            found.append(NodeProblem("There is no target here whose mean could stand for a category.", "method"))
        if self.method == "ordinal" and self.order == "given":
            found += self._order_problems()
        return found or self._size_problems(schema)

    def _order_problems(self) -> list[NodeProblem]:
        if not self.categories:
            return [NodeProblem("List the categories in their order.", "categories")]
        twice = [i for i, value in enumerate(self.categories) if value in self.categories[:i]]
        return [NodeProblem(f"{self.categories[i]!r} is listed twice.", f"categories.{i}") for i in twice]

    def _size_problems(self, schema: Schema) -> list[NodeProblem]:
        columns = chosen(schema, self.columns, KINDS)
        new = [made.name for column in columns for made in self._guessed(column, schema)]
        if len(new) > MAX_NEW_COLUMNS:
            message = f"{len(columns):,} columns would become {len(new):,}; at most {MAX_NEW_COLUMNS:,} are made."
            return [NodeProblem(message, "columns")]
        return taken_names(schema, new, besides={column.name for column in columns})

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the new columns, guessed from the profile where they depend on the rows."""
        return rebuilt(schema, {c.name: self._guessed(c, schema) for c in chosen(schema, self.columns, KINDS)})

    def _guessed(self, column: Column, schema: Schema) -> list[Column]:
        if self.method == "one_hot":
            names = _one_hot.guessed_names(column, max_categories=self.max_categories, drop_first=self.drop_first)
            return [_one_hot.flag_column(name) for name in names]
        if self.method == "target":
            return _target_means.mean_columns(column.name, _target_means.guessed_classes(schema))
        return self._single(column)

    def _single(self, column: Column) -> list[Column]:
        if self.method == "ordinal":
            return [_codes.place_column(column)]
        return (
            [_codes.frequency_column(column)]
            if self.method == "frequency"
            else _codes.hashed_columns(column, self.n_columns)
        )

    def learn(self, table: Table) -> dict[str, Any]:
        """Return what stands for the categories of each chosen column, in sorted order."""
        names = [column.name for column in chosen(table.schema, self.columns, KINDS)]
        if self.method == "target":
            return _target_means.learned_means(table, names, self.smoothing)
        return {"columns": [{"name": name, **self._learned(_native(table.frame.get_column(name)))} for name in names]}

    def _learned(self, values: "pl.Series") -> dict[str, Any]:
        if self.method == "one_hot":
            return _one_hot.learned_categories(values, max_categories=self.max_categories, min_rows=self.min_rows)
        if self.method == "frequency":
            return _codes.learned_frequencies(values)
        if self.method == "hashing":
            return {}
        return (
            {"categories": list(self.categories), "rare": []}
            if self.order == "given"
            else _codes.learned_order(values, self.order)
        )

    def made_of(self, learned: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Return the category column of each new column."""
        return {name: (item["name"],) for item in learned["columns"] for name in self._names(item, learned)}

    def _names(self, item: dict[str, Any], learned: dict[str, Any]) -> list[str]:
        if self.method == "one_hot":
            return _one_hot.flag_names(item, drop_first=self.drop_first)
        if self.method == "target":
            return _target_means.mean_names(item["name"], learned["classes"])
        return _codes.hashed_names(item["name"], self.n_columns) if self.method == "hashing" else [item["name"]]

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with each learned column replaced, in its place, by its numbers."""
        return self._encoded(table, learned, lambda: table)

    def apply_all(self, table: Table, learned: dict[str, Any], raw: Held) -> Table:
        """Return the table encoded; where training rows are cross-fitted, groups and times come from `raw`."""
        return self._encoded(table, learned, raw.get)

    def _encoded(self, table: Table, learned: dict[str, Any], raw: Callable[[], Table]) -> Table:
        items = {item["name"]: item for item in learned["columns"]}
        if self.unknown == "error" and self.method in ("one_hot", "ordinal"):
            _refuse_unknown(table.frame, items)
        new = {c.name: self._made(c, items[c.name], learned) for c in table.schema.columns if c.name in items}
        schema = rebuilt(table.schema, new)
        _require_distinct(schema)
        made = self._numbers(items, table.frame, learned)
        series = [s for column in table.frame.get_columns() for s in made.get(column.name, [column])]
        after = Table(framed(series, table.n_rows), schema, table.split)
        is_training = table.split is not None and table.schema.target in table.frame.columns
        if self.method != "target" or not is_training or not items:
            return after
        return self._cross_fitted(after, table, raw(), learned)

    def _made(self, column: Column, item: dict[str, Any], learned: dict[str, Any]) -> list[Column]:
        if self.method == "one_hot":
            return [_one_hot.flag_column(name) for name in _one_hot.flag_names(item, drop_first=self.drop_first)]
        if self.method == "target":
            return _target_means.mean_columns(column.name, learned["classes"])
        return self._single(column)

    def _numbers(
        self, items: dict[str, Any], frame: "pl.DataFrame", learned: dict[str, Any]
    ) -> "dict[str, list[pl.Series]]":
        """Return the columns that stand for each column."""
        if self.method == "hashing":
            return {name: _codes.hashed(frame.get_column(name), self.n_columns) for name in items}
        if self.method == "target":
            made = frame.select(e for item in items.values() for e in _target_means.means(item, learned))
            return {name: [made.get_column(new) for new in self._names(item, learned)] for name, item in items.items()}
        stands = {"one_hot": _one_hot.codes, "ordinal": _codes.place, "frequency": _codes.frequency}[self.method]
        made = frame.select(stands(item) for item in items.values())
        return {name: self._expanded(made.get_column(name), item) for name, item in items.items()}

    def _expanded(self, made: "pl.Series", item: dict[str, Any]) -> "list[pl.Series]":
        if self.method != "one_hot":
            return [made]
        return _one_hot.flags(made, item, drop_first=self.drop_first, unknown_is_rare=self.unknown != "zeros")

    def _cross_fitted(self, after: Table, table: Table, raw: Table, learned: dict[str, Any]) -> Table:
        places, made = _target_means.out_of_fold(
            table, raw, learned, smoothing=self.smoothing, n_folds=self.n_folds, seed=self.seed
        )
        changed = [after.frame.get_column(name).clone().scatter(places, values) for name, values in made.items()]
        return Table(after.frame.with_columns(changed), after.schema, after.split)

    def code(self) -> str:
        """Use the encoder of scikit-learn that does the same."""
        return encoder_code(self)


def _native(values: "pl.Series") -> "pl.Series":
    import polars as pl

    return values.cast(pl.String) if values.dtype in (pl.Categorical, pl.Enum) else values


def _refuse_unknown(frame: "pl.DataFrame", items: dict[str, Any]) -> None:
    """Raise Invalid for values that no training row has; missing ones are no such values."""
    for name, item in items.items():
        values = frame.get_column(name).cast(str).unique(maintain_order=True).drop_nulls()
        known = [value for value in (*item["categories"], *item["rare"]) if value is not None]
        new = values.filter(~values.is_in(known)).head(3).to_list()
        if new:
            named = ", ".join(repr(value[:60]) for value in new)
            raise Invalid(
                f"{name!r} has values that no training row has: {named}.",
                hint="Let `unknown` put them with the rare ones, or leave such rows out.",
            )


def _require_distinct(schema: Schema) -> None:
    seen: set[str] = set()
    for name in schema.names:
        if name in seen:
            raise Invalid(
                f"Encoding would make a second column {name!r}.", hint="Rename or drop the column of that name first."
            )
        seen.add(name)
