"""What a model takes and gives: the raw columns really needed, and the output."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from modelyard.data.columns import Column, ColumnKind, Dtype, Schema
from modelyard.data.frames import Table
from modelyard.models.engine import Engine, Fitted

if TYPE_CHECKING:
    import polars as pl


MAX_CATEGORIES = 1000
"""Categories listed per column; a column with more takes any text, and unseen ones are not reported."""
PROBED_ROWS = 500
"""Columns probed for missing values in one go."""

Example = bool | int | float | str | None


class SignatureInput(BaseModel):
    """One raw column the model needs; `required`: it cannot be empty. Ranges and categories are those of training."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: ColumnKind
    dtype: Dtype
    required: bool
    categories: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    example: Example = None


class SignatureOutput(BaseModel):
    """What is predicted; `classes` in the order of the probabilities, None for a number."""

    model_config = ConfigDict(frozen=True)

    name: str
    classes: tuple[str, ...] | None


class Signature(BaseModel):
    """Inputs and output; `ignored` are columns of the dataset that make no difference, the target among them."""

    model_config = ConfigDict(frozen=True)

    inputs: tuple[SignatureInput, ...]
    output: SignatureOutput
    ignored: tuple[str, ...] = ()


PreparingStep = tuple[Any, dict[str, Any]]
"""A node of the Node family and what it learned. The family lives above this room, so it is known by its methods."""


def describe(steps: Sequence[PreparingStep], engine: Engine, fitted: Fitted, raw: Table) -> Signature:
    """Return the signature of the way from `raw` (training rows as they left the dataset) to the prediction."""
    target = raw.schema.target or ""
    features = Table(raw.features(), input_schema(raw.schema))
    needed = needed_columns(steps, features, fitted.features)
    columns = [column for column in features.schema.columns if column.name in needed]
    required = set() if engine.takes_missing else _required(steps, fitted, features, [c.name for c in columns])
    example = _example_row(features.frame, [column.name for column in columns])
    inputs = tuple(
        _input(column, features.frame, required=column.name in required, example=example[column.name])
        for column in columns
    )
    ignored = tuple(name for name in raw.schema.names if name not in needed)
    return Signature(inputs=inputs, output=SignatureOutput(name=target, classes=fitted.classes), ignored=ignored)


def input_schema(schema: Schema) -> Schema:
    """Return the raw schema as new rows have it: no target, no split."""
    features = schema.without([schema.target] if schema.target is not None else [])
    return features.model_copy(update={"has_split": False, "task": schema.task})


def apply_steps(steps: Sequence[PreparingStep], table: Table) -> Table:
    """Return the rows after every preparing node."""
    for node, learned in steps:
        table = node.apply(table, learned)
    return table


def needed_columns(steps: Sequence[PreparingStep], features: Table, wanted: Iterable[str]) -> set[str]:
    """Return the raw columns from which the `wanted` columns are made."""
    made_of = origins(steps, features)
    return set().union(*(made_of[name] for name in wanted))


def origins(steps: Sequence[PreparingStep], features: Table) -> dict[str, set[str]]:
    """Return for each column after the steps the raw columns that it is made of.

    Nodes may tell it. Otherwise a column that a node adds is taken to be made of the columns that the node replaced or
    names; of all when it names none: rather one too many than one too few.
    """
    made_of = {name: {name} for name in features.schema.names}
    table = Table(features.frame.head(50), features.schema)
    for node, learned in steps:
        after = node.apply(table, learned)
        before_names, after_names = set(table.frame.columns), set(after.frame.columns)
        named = _texts(node.model_dump(mode="json")) | _texts(learned)
        sources = (before_names - after_names) | (named & before_names) or before_names
        origin = set().union(*(made_of[name] for name in sources))
        told = node.made_of(learned)
        made_of = {
            name: set().union(*(made_of[source] for source in told[name]))
            if name in told
            else made_of.get(name, origin)
            for name in after_names
        }
        table = after
    return made_of


def _texts(document: Any) -> set[str]:
    if isinstance(document, str):
        return {document}
    if isinstance(document, dict):
        return set(document) | set().union(*map(_texts, document.values()))
    return set().union(*map(_texts, document)) if isinstance(document, list | tuple) else set()


def _required(steps: Sequence[PreparingStep], fitted: Fitted, features: Table, names: list[str]) -> set[str]:
    """Return the columns whose missing value would reach the engine: each is left out once, and looked for there."""
    import polars as pl

    row = features.frame.select(pl.all().drop_nulls().first())
    found: set[str] = set()
    for start in range(0, len(names), PROBED_ROWS):
        probed = names[start : start + PROBED_ROWS]
        frame = pl.concat([row] * len(probed)).with_row_index("modelyard_row")
        gaps = [
            pl.when(pl.col("modelyard_row") != place).then(pl.col(name)).alias(name)
            for place, name in enumerate(probed)
        ]
        holed = frame.with_columns(gaps).drop("modelyard_row")
        prepared = apply_steps(steps, Table(holed, features.schema)).frame.select(fitted.features)
        missing = prepared.cast(pl.Float64).select(
            pl.any_horizontal((pl.all().is_null() | pl.all().is_nan()).fill_null(True)).alias("missing")
        )
        found.update(name for name, gone in zip(probed, missing.get_column("missing"), strict=True) if gone)
    return found


def _example_row(frame: "pl.DataFrame", names: list[str]) -> dict[str, Example]:
    finite = frame.select(_finite(frame.get_column(name)) for name in names)
    whole = finite.drop_nulls().head(1)
    row = (whole if whole.height else finite.head(1)).row(0, named=True)
    return {name: _plain(value) for name, value in row.items()}


def _finite(values: "pl.Series") -> "pl.Series":
    """Return the values with infinite ones as missing: a preparing node may take them, JSON and a form cannot."""
    return values.set(~values.is_finite(), None) if values.dtype.is_float() else values


def _plain(value: Any) -> Example:
    return value.isoformat() if isinstance(value, date) else value


def _input(column: Column, frame: "pl.DataFrame", *, required: bool, example: Example) -> SignatureInput:
    values = _finite(frame.get_column(column.name)).drop_nulls()
    is_number = column.dtype in ("integer", "float")
    has_range = is_number and not values.is_empty()
    return SignatureInput(
        name=column.name,
        kind=column.kind,
        dtype=column.dtype,
        required=required,
        categories=_categories(column, values),
        minimum=float(values.min()) if has_range else None,  # type: ignore[arg-type]  # numbers only: wider in polars
        maximum=float(values.max()) if has_range else None,  # type: ignore[arg-type]
        example=example,
    )


def _categories(column: Column, values: "pl.Series") -> tuple[str, ...]:
    import polars as pl

    is_listed = column.dtype == "boolean" or (column.kind in ("category", "constant") and column.dtype != "float")
    if not is_listed or column.dtype in ("date", "datetime"):
        return ()
    unique = values.unique().sort()
    return tuple(unique.cast(pl.String).to_list()) if len(unique) <= MAX_CATEGORIES else ()
