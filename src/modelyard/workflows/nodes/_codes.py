"""One column per category column: its place in an order, its frequency, or cells of a hash table."""

from typing import TYPE_CHECKING, Any, Literal

from modelyard.data.columns import Column
from modelyard.workflows.nodes._one_hot import flag_column

if TYPE_CHECKING:
    import polars as pl


def learned_order(values: "pl.Series", order: Literal["alphabet", "frequency"]) -> dict[str, Any]:
    """Return the categories in sorted order, or the most frequent first and equals sorted; missing is none of them."""
    counted = values.drop_nulls().value_counts(sort=False, name="count")
    if order == "frequency":
        counted = counted.sort(by=["count", values.name], descending=[True, False])
    else:
        counted = counted.sort(by=values.name)
    return {"categories": counted.get_column(values.name).cast(str).to_list(), "rare": []}


def place(item: dict[str, Any]) -> "pl.Expr":
    """Return the category's place; -1 where it is not in the order, missing where it is missing."""

    return _looked_up(item["name"], item["categories"], range(len(item["categories"])), -1, missing=None)


def place_column(column: Column) -> Column:
    """Return the column of places."""
    return column.model_copy(
        update={"kind": "number", "dtype": "integer", "categories": (), "minimum": None, "maximum": None}
    )


def learned_frequencies(values: "pl.Series") -> dict[str, Any]:
    """Return the part of the training rows that has each category, and the part that lacks one."""
    counted = values.value_counts(sort=False, name="count").sort(by=values.name, nulls_last=True)
    n_rows = max(len(values), 1)
    categories = counted.get_column(values.name).cast(str).to_list()
    shares = [count / n_rows for count in counted.get_column("count").to_list()]
    known = {category: share for category, share in zip(categories, shares, strict=True) if category is not None}
    missing = next((s for c, s in zip(categories, shares, strict=True) if c is None), 0.0)
    return {"categories": list(known), "frequencies": list(known.values()), "missing": missing}


def frequency(item: dict[str, Any]) -> "pl.Expr":
    """Return how frequent the row's category is in training; 0 when it is not there."""
    return _looked_up(item["name"], item["categories"], item["frequencies"], 0.0, missing=item["missing"])


def frequency_column(column: Column) -> Column:
    """Return the column of frequencies."""
    return Column(name=column.name, kind="number", dtype="float", missing_fraction=0.0, minimum=0, maximum=1)


def hashed(values: "pl.Series", n_columns: int) -> "list[pl.Series]":
    """Return `n_columns` columns with a 1 where FeatureHasher (without signs) puts the category; missing is nowhere."""
    import polars as pl
    from sklearn.utils import murmurhash3_32

    text = values.cast(pl.String)
    known = text.unique().drop_nulls().to_list()
    cells = [_cell(murmurhash3_32(category, seed=0), n_columns) for category in known]
    cell = pl.Series([None] * len(text), dtype=pl.Int64)
    if known:
        cell = text.replace_strict(known, cells, default=None, return_dtype=pl.Int64)
    return [
        (cell == place).fill_null(False).cast(pl.Int8).alias(name)
        for place, name in enumerate(hashed_names(values.name, n_columns))
    ]


def _cell(code: int, n_columns: int) -> int:
    """Return where FeatureHasher puts a hash: the one that has no positive counterpart goes its own way."""
    lowest, highest = -(2**31), 2**31 - 1
    return (highest - (n_columns - 1)) % n_columns if code == lowest else abs(code) % n_columns


def hashed_names(name: str, n_columns: int) -> list[str]:
    """Return the names of the cells."""
    return [f"{name}#{place}" for place in range(n_columns)]


def hashed_columns(column: Column, n_columns: int) -> list[Column]:
    """Return the columns of the cells."""
    return [flag_column(name) for name in hashed_names(column.name, n_columns)]


def _looked_up(name: str, known: "list[str]", values: Any, default: float, *, missing: float | None) -> "pl.Expr":
    import polars as pl

    dtype = pl.Int64 if isinstance(default, int) else pl.Float64
    text = pl.col(name).cast(pl.String)
    found = pl.lit(default, dtype)
    if known:
        found = text.replace_strict(known, list(values), default=default, return_dtype=dtype)
    return pl.when(text.is_null()).then(pl.lit(missing, dtype)).otherwise(found).alias(name)
