"""Features as the matrix that estimators take, and the sentences about columns they cannot take."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column, Schema
from modelyard.kernel.errors import FieldError, Invalid

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

MAX_CATEGORIES = 254
"""Categories told apart in one column: histogram engines have 255 bins, and one is for everything else."""

MAX_SCALE_RATIO = 100
"""Between the largest and the smallest deviation of a column; scaled columns and flags of categories stay below."""

Categories = Mapping[str, tuple[str, ...]]


def feature_problems(title: str, schema: Schema, *, takes_missing: bool, takes_categories: bool) -> list[str]:
    """Return a sentence for each reason why these columns cannot become a matrix."""
    features = schema.features
    if not features:
        return [f"No features reach {title}: every column but the target was dropped."]
    dates = [c for c in features if c.dtype in ("date", "datetime")]
    words = [c for c in features if c.dtype == "string" and (c.kind in ("text", "id") or not takes_categories)]
    gaps = [c for c in features if c not in dates and c not in words and (c.missing_fraction or 0) > 0]
    found = []
    if dates:
        found.append(f"{title} cannot take dates ({_names(dates)}): add Features from dates before it.")
    if texts := [c for c in words if c.kind in ("text", "id")]:
        found.append(f"{title} cannot take text or identifiers ({_names(texts)}): add Drop columns before it.")
    if categories := [c for c in words if c.kind not in ("text", "id")]:
        found.append(f"{title} cannot take categories ({_names(categories)}): add Encode categories before it.")
    if gaps and not takes_missing:
        found.append(f"{title} cannot take missing values ({_names(gaps)}): add Fill missing before it.")
    return found


def learn_categories(
    frame: "pl.DataFrame", features: Iterable[Column], limit: int = MAX_CATEGORIES
) -> dict[str, tuple[str, ...]]:
    """Return the values of each category feature in order, the `limit` most frequent ones when there are more."""
    import polars as pl

    found = {}
    for column in features:
        if not is_category(column):
            continue
        values = frame.get_column(column.name).cast(pl.String).drop_nulls()
        counts = values.value_counts(sort=True, name="n_rows_of_value").sort(
            ["n_rows_of_value", column.name], descending=[True, False]
        )
        found[column.name] = tuple(sorted(counts.get_column(column.name).head(limit).to_list()))
    return found


def is_category(column: Column) -> bool:
    """Say whether an engine that takes categories should see the column as one."""
    return column.dtype == "string" or (column.kind == "category" and column.dtype == "integer")


def to_matrix(
    frame: "pl.DataFrame", features: tuple[str, ...], *, categories: Categories | None = None, title: str
) -> "np.ndarray[Any, Any]":
    """Return shape (n_rows, n_features), float64, row after row; missing and unknown categories are NaN.

    Raises Invalid for absent features, values that are not numbers and infinite values.
    """
    import polars as pl

    known = categories or {}
    there = set(frame.columns)
    absent = [name for name in features if name not in there]
    if absent:
        raise Invalid(f"{title} was fitted on columns that are not here: {', '.join(absent[:5])}.")
    columns = [_category(name, known[name]) if name in known else pl.col(name).cast(pl.Float64) for name in features]
    try:
        matrix: np.ndarray[Any, Any] = frame.select(columns).to_numpy(order="c")
    except pl.exceptions.InvalidOperationError as error:
        raise _not_numbers(frame, features, known, title) from error
    _refuse_infinite(matrix, features, title)
    return matrix


def refuse_missing(matrix: "np.ndarray[Any, Any]", features: tuple[str, ...], title: str) -> None:
    """Raise Invalid when a value is missing, naming the columns."""
    import numpy as np

    if not np.isnan(matrix.sum()):
        return
    missing = np.isnan(matrix).sum(axis=0)
    names = [name for name, n in zip(features, missing, strict=True) if n]
    raise Invalid(
        f"{title} cannot take missing values ({_names(names)}).",
        hint="Add Fill missing before it.",
        fields=[FieldError((name,), "is missing") for name in names],
    )


def _category(name: str, values: tuple[str, ...]) -> "pl.Expr":
    import polars as pl

    return pl.col(name).cast(pl.String).cast(pl.Enum(values), strict=False).to_physical().cast(pl.Float64).alias(name)


def scale_notes(x: "np.ndarray[Any, Any]", features: tuple[str, ...], title: str) -> tuple[str, ...]:
    """Return a note when the features' scales differ so much that an engine that measures distances is misled."""
    deviations = x.std(axis=0)
    spread = deviations[deviations > 0]
    if spread.size == 0 or spread.max() <= MAX_SCALE_RATIO * spread.min():
        return ()
    widest = features[int(deviations.argmax())]
    said = f"The scales of the columns differ by more than {MAX_SCALE_RATIO}"
    return (f"{said}, so {widest} outweighs others in {title}: add Scale before it.",)


def _refuse_infinite(matrix: "np.ndarray[Any, Any]", features: tuple[str, ...], title: str) -> None:
    import numpy as np

    if np.isfinite(matrix.sum()):
        return
    infinite = np.isinf(matrix).sum(axis=0)
    found = {name: int(n) for name, n in zip(features, infinite, strict=True) if n}
    if found:
        stated = ", ".join(f"{name}: {n} rows" for name, n in list(found.items())[:5])
        raise Invalid(
            f"{title} cannot take infinite values ({stated}).",
            hint="Replace them with a number or leave the cells empty.",
            fields=[FieldError((name,), "is infinite") for name in found],
        )


def _not_numbers(frame: "pl.DataFrame", features: tuple[str, ...], known: Categories, title: str) -> Invalid:
    import polars as pl

    wrong = [
        name
        for name in features
        if name not in known and not (frame.schema[name].is_numeric() or frame.schema[name] == pl.Boolean)
    ]
    return Invalid(
        f"{title} cannot take values that are not numbers ({_names(wrong)}).",
        hint="Add Encode categories or Drop columns before it.",
        fields=[FieldError((name,), "is not a number") for name in wrong],
    )


def _names(columns: Iterable[Column | str]) -> str:
    names = [column if isinstance(column, str) else column.name for column in columns]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
