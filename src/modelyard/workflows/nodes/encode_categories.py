"""The node that turns categories into numbers."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, ColumnKind, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt

if TYPE_CHECKING:
    import polars as pl

KINDS: frozenset[ColumnKind] = frozenset({"category"})


class EncodeCategories(Node):
    """Turn categories into numbers, which most engines need.

    - `one_hot`: one column of 0 and 1 per category, named `<column>=<category>`. When a column has more than
      `max_categories` categories the rarest share the column `<column> (other)`; missing is a category of its own,
      `<column> (missing)`.
    - `ordinal`: one column of whole numbers, the category's place in sorted order, for trees. Missing stays missing.

    Categories are learned from the training rows only, in sorted order, as scikit-learn's encoders do. A category that
    first appears later is put into `(other)` or is 0 everywhere (`one_hot`), or is -1 (`ordinal`). The names of the
    new columns are known exactly only after a run; before it they are guessed from the profile.
    """

    title: ClassVar[str] = "Encode categories"
    group: ClassVar[str] = "encode"
    icon: ClassVar[str] = "binary"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("method", "columns")

    kind: Literal["encode_categories"] = "encode_categories"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to encode; empty means every category.", widget="columns"
    )
    method: Literal["one_hot", "ordinal"] = Parameter(
        "one_hot", description="One column per category, or one column of numbers."
    )
    max_categories: int = Parameter(
        50, description="Most columns made from one column (one_hot), `(other)` included.", ge=2, le=1000
    )
    unknown: Literal["other", "zeros"] = Parameter(
        "other",
        description="Where a category goes that no training row has (one_hot): with the rare ones, or nowhere.",
        advanced=True,
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be categories."""
        return column_problems(schema, self.columns, KINDS)

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the new columns, guessed from the categories that the profile shows."""
        return rebuilt(schema, {c.name: self._guessed(c) for c in chosen(schema, self.columns, KINDS)})

    def _guessed(self, column: Column) -> tuple[Column, ...]:
        if self.method == "ordinal":
            return (_ordinal_column(column),)
        n_unique = column.n_unique if column.n_unique is not None else len(column.categories)
        is_cut = n_unique > self.max_categories
        shown = column.categories[: self.max_categories - 1] if is_cut else column.categories
        names = [_value_name(column.name, value) for value in sorted(shown)]
        names += [_missing_name(column.name)] if column.missing_fraction else []
        names += [_other_name(column.name)] if is_cut else []
        return tuple(_flag_column(name) for name in names)

    def learn(self, table: Table) -> dict[str, Any]:
        """Return each chosen column's categories in sorted order, and which of them are rare."""
        names = [column.name for column in chosen(table.schema, self.columns, KINDS)]
        return {"columns": [{"name": name, **self._categories(table.frame.get_column(name))} for name in names]}

    def _categories(self, values: "pl.Series") -> dict[str, Any]:
        counted = _native(values).value_counts(sort=False, name="count").sort(by=values.name, nulls_last=True)
        if self.method == "ordinal":
            counted = counted.drop_nulls()
        rare = set(_rarest(counted.get_column("count").to_list(), self.max_categories) if self._is_one_hot else ())
        categories = counted.get_column(values.name).cast(str).to_list()
        return {
            "categories": [category for i, category in enumerate(categories) if i not in rare],
            "rare": [category for i, category in enumerate(categories) if i in rare],
        }

    @property
    def _is_one_hot(self) -> bool:
        return self.method == "one_hot"

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with each learned column replaced, in its place, by its numbers."""
        import polars as pl

        made: dict[str, list[pl.Series]] = {}
        for item in learned["columns"]:
            values = _native(table.frame.get_column(item["name"])).cast(pl.String)
            made[item["name"]] = self._flags(values, item) if self._is_one_hot else [_codes(values, item)]
        new = {
            column.name: [_flag_column(s.name) for s in made[column.name]]
            if self._is_one_hot
            else [_ordinal_column(column)]
            for column in table.schema.columns
            if column.name in made
        }
        schema = rebuilt(table.schema, new)
        _require_distinct(schema)
        series = [s for name in table.frame.columns for s in made.get(name, [table.frame.get_column(name)])]
        return Table(pl.DataFrame(series), schema, table.split)

    def _flags(self, values: "pl.Series", item: dict[str, Any]) -> "list[pl.Series]":
        import polars as pl

        known, rare, name = item["categories"], item["rare"], item["name"]
        flags = [
            (values.is_null() if category is None else (values == category).fill_null(False))
            .cast(pl.Int8)
            .alias(_missing_name(name) if category is None else _value_name(name, category))
            for category in known
        ]
        if rare:
            listed = rare if self.unknown == "zeros" else known
            is_listed = values.is_in([c for c in listed if c is not None]).fill_null(None in listed)
            is_other = is_listed if self.unknown == "zeros" else ~is_listed
            flags.append(is_other.cast(pl.Int8).alias(_other_name(name)))
        return flags

    def code(self) -> str:
        """Use OneHotEncoder or OrdinalEncoder."""
        if self._is_one_hot:
            unknown = "infrequent_if_exist" if self.unknown == "other" else "ignore"
            encoder = (
                f"OneHotEncoder(max_categories={self.max_categories}, handle_unknown={unknown!r}, sparse_output=False)"
            )
            names = "encoder.get_feature_names_out(columns).tolist()"
        else:
            encoder = 'OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)'
            names = "columns"
        missing = "" if self._is_one_hot else ", np.nan"
        listed = (
            repr(list(self.columns))
            if self.columns is not None
            else "[name for name in frame.columns if kinds[name] == 'category' and name != target]"
        )
        return f"""columns = {listed}
if columns:
    encoder = {encoder}.fit(texts(train, columns{missing}))
    encoded = encoder.transform(texts(frame, columns{missing}))
    encoded = pl.DataFrame(encoded, schema={names}, nan_to_null=True)
    frame = pl.concat([frame.drop(columns), encoded], how="horizontal")
    kinds |= dict.fromkeys(encoded.columns, "number")"""


def _native(values: "pl.Series") -> "pl.Series":
    import polars as pl

    return values.cast(pl.String) if values.dtype in (pl.Categorical, pl.Enum) else values


def _rarest(counts: list[int], max_categories: int) -> list[int]:
    """Return the places of the categories that share one column: the rarest, the first in order among equals."""
    if len(counts) <= max_categories:
        return []
    by_count = sorted(range(len(counts)), key=counts.__getitem__)
    return by_count[: len(counts) - max_categories + 1]


def _codes(values: "pl.Series", item: dict[str, Any]) -> "pl.Series":
    import polars as pl

    known = item["categories"]
    codes = values.replace_strict(known, list(range(len(known))), default=-1, return_dtype=pl.Int64)
    return (
        pl.DataFrame({"code": codes, "value": values})
        .select(pl.when(pl.col("value").is_null()).then(None).otherwise(pl.col("code")).alias(item["name"]))
        .to_series()
    )


def _value_name(name: str, value: str) -> str:
    return f"{name}={value}"


def _missing_name(name: str) -> str:
    return f"{name} (missing)"


def _other_name(name: str) -> str:
    return f"{name} (other)"


def _flag_column(name: str) -> Column:
    return Column(name=name, kind="number", dtype="integer", n_unique=2, missing_fraction=0.0, minimum=0, maximum=1)


def _ordinal_column(column: Column) -> Column:
    return column.model_copy(
        update={"kind": "number", "dtype": "integer", "categories": (), "minimum": None, "maximum": None}
    )


def _require_distinct(schema: Schema) -> None:
    seen: set[str] = set()
    for name in schema.names:
        if name in seen:
            raise Invalid(
                f"Encoding would make a second column {name!r}.", hint="Rename or drop the column of that name first."
            )
        seen.add(name)
