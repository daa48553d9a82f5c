"""One column of 0 and 1 per category."""

from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column

if TYPE_CHECKING:
    import polars as pl


def learned_categories(values: "pl.Series", *, max_categories: int, min_rows: int) -> dict[str, Any]:
    """Return a column's categories in sorted order, missing last, apart from the rare ones; as OneHotEncoder."""
    counted = values.value_counts(sort=False, name="count").sort(by=values.name, nulls_last=True)
    rare = set(_rare(counted.get_column("count").to_list(), max_categories, min_rows))
    categories = counted.get_column(values.name).cast(str).to_list()
    return {
        "categories": [category for i, category in enumerate(categories) if i not in rare],
        "rare": [category for i, category in enumerate(categories) if i in rare],
    }


def _rare(counts: list[int], max_categories: int, min_rows: int) -> list[int]:
    """Return the places of the categories that share one column; the first in order are the rarest among equals."""
    few = [place for place, count in enumerate(counts) if count < min_rows]
    n_columns = len(counts) - len(few) + bool(few)
    if n_columns <= max_categories:
        return few
    by_count = sorted(range(len(counts)), key=counts.__getitem__)
    return [*few, *by_count[: len(counts) - max_categories + 1]]


def flag_names(item: dict[str, Any], *, drop_first: bool) -> list[str]:
    """Return the names of the columns that a learned column becomes."""
    name = item["name"]
    named = [missing_name(name) if c is None else value_name(name, c) for c in item["categories"]]
    named += [other_name(name)] if item["rare"] else []
    return named[1:] if drop_first else named


def codes(item: dict[str, Any]) -> "pl.Expr":
    """Return each value's place among the categories and then the rare ones; then come unknown and missing."""
    import polars as pl

    known = _known(item)
    text = pl.col(item["name"]).cast(pl.String)
    place = text.cast(pl.Enum(known), strict=False).to_physical().cast(pl.Int64).fill_null(len(known))
    return pl.when(text.is_null()).then(len(known) + 1).otherwise(place).alias(item["name"])


def flags(coded: "pl.Series", item: dict[str, Any], *, drop_first: bool, unknown_is_rare: bool) -> "list[pl.Series]":
    """Return the columns of 0 and 1; with `unknown_is_rare` what no training row has is put with the rare ones."""
    import numpy as np
    import polars as pl

    # One matrix and not one query per category: a single row with hundreds of categories is answered at once.
    made = np.zeros((len(coded), len(item["categories"]) + bool(item["rare"])), dtype=np.int8, order="F")
    places = np.array(_columns_of(item, unknown_is_rare=unknown_is_rare))[coded.to_numpy()]
    rows = np.flatnonzero(places >= 0)
    made[rows, places[rows]] = 1
    names = flag_names(item, drop_first=drop_first)
    return [pl.Series(name, made[:, at + drop_first]) for at, name in enumerate(names)]


def _known(item: dict[str, Any]) -> list[str]:
    return [category for category in (*item["categories"], *item["rare"]) if category is not None]


def _columns_of(item: dict[str, Any], *, unknown_is_rare: bool) -> list[int]:
    """Return for each code the column that has the 1; -1 for none."""
    categories, rare = item["categories"], item["rare"]
    other = len(categories) if rare else -1
    unknown = other if unknown_is_rare else -1
    own = [at for at, category in enumerate(categories) if category is not None]
    missing = categories.index(None) if None in categories else other if None in rare else unknown
    return [*own, *(other for category in rare if category is not None), unknown, missing]


def guessed_names(column: Column, *, max_categories: int, drop_first: bool) -> list[str]:
    """Return the names that the categories of the profile suggest."""
    n_unique = column.n_unique if column.n_unique is not None else len(column.categories)
    is_cut = n_unique > max_categories
    shown = column.categories[: max_categories - 1] if is_cut else column.categories
    is_number = column.dtype in ("integer", "float")
    names = [value_name(column.name, value) for value in sorted(shown, key=float if is_number else str)]
    names += [missing_name(column.name)] if column.missing_fraction else []
    names += [other_name(column.name)] if is_cut else []
    return names[1:] if drop_first else names


def value_name(name: str, value: str) -> str:
    """Return the name of the column for one category."""
    return f"{name}={value}"


def missing_name(name: str) -> str:
    """Return the name of the column for missing values."""
    return f"{name} (missing)"


def other_name(name: str) -> str:
    """Return the name of the column for the rare categories."""
    return f"{name} (other)"


def flag_column(name: str) -> Column:
    """Return the column of that name."""
    return Column(name=name, kind="number", dtype="integer", n_unique=2, missing_fraction=0.0, minimum=0, maximum=1)
