"""Categories as the mean of the target, shrunk towards the overall mean and cross-fitted on training rows.

The formulas are those of scikit-learn's TargetEncoder (Micci-Barreca 2001, SIGKDD Explor. Newsl. 3, 27-32): with
`smoothing` m, (sum + m * mean) / (n + m); without, the empirical Bayes weight of the category's own mean.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.models.target import as_text, class_names, without_nan

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Numbers = np.ndarray[Any, np.dtype[np.float64]]
    Places = np.ndarray[Any, np.dtype[np.intp]]

CLASS_SEPARATOR = ": "


def mean_names(name: str, classes: list[str] | tuple[str, ...] | None) -> list[str]:
    """Return the names of a column's means: its own, or with three classes and more one per class."""
    return [name] if classes is None or len(classes) < 3 else [f"{name}{CLASS_SEPARATOR}{label}" for label in classes]


def mean_columns(name: str, classes: list[str] | tuple[str, ...] | None) -> list[Column]:
    """Return the columns of a column's means."""
    range_ = {} if classes is None else {"minimum": 0.0, "maximum": 1.0}
    return [
        Column(name=new, kind="number", dtype="float", missing_fraction=0.0, **range_)
        for new in mean_names(name, classes)
    ]


def guessed_classes(schema: Schema) -> tuple[str, ...] | None:
    """Return the classes that the profile shows; None for a number."""
    target = schema.get(schema.target) if schema.target is not None else None
    if schema.task != "classification" or target is None:
        return None
    return ("false", "true") if target.dtype == "boolean" else target.categories


def learned_means(table: Table, names: list[str], smoothing: float | None) -> dict[str, Any]:
    """Return for each column its categories (missing among them) and the means of the target that stand for them."""
    rows = with_target(table)
    if rows.n_rows == 0:
        raise Invalid("No training row has a target, so there is no mean to learn.")
    classes = list(class_names(rows.target())) if rows.schema.task == "classification" else None
    wanted = _indicators(rows.target(), classes)
    columns = []
    for name in names:
        categories, codes = _coded(rows.frame.get_column(name))
        columns.append(
            {"name": name, "categories": categories, "means": _means(codes, wanted, len(categories), smoothing)}
        )
    return {"columns": columns, "classes": classes, "mean": wanted.mean(axis=0).tolist()}


def with_target(table: Table) -> Table:
    """Return the rows whose target is there, and finite."""
    target = without_nan(table.target())
    there = target.is_finite().fill_null(False) if target.dtype.is_float() else target.is_not_null()
    split = None if table.split is None else table.split.filter(there)
    return replace(table, frame=table.frame.filter(there), split=split)


def means(item: dict[str, Any], learned: dict[str, Any]) -> "list[pl.Expr]":
    """Return the means that stand for a row's category; what no training row has gets the overall mean."""
    import polars as pl

    text = pl.col(item["name"]).cast(pl.String)
    known = [category for category in item["categories"] if category is not None]
    made = []
    for place, name in enumerate(mean_names(item["name"], learned["classes"])):
        overall = learned["mean"][place]
        by_category = dict(zip(item["categories"], (row[place] for row in item["means"]), strict=True))
        found = pl.lit(overall, pl.Float64)
        if known:
            values = [by_category[category] for category in known]
            found = text.replace_strict(known, values, default=overall, return_dtype=pl.Float64)
        missing = pl.lit(by_category.get(None, overall), pl.Float64)
        made.append(pl.when(text.is_null()).then(missing).otherwise(found).alias(name))
    return made


def out_of_fold(
    table: Table, raw: Table, learned: dict[str, Any], *, smoothing: float | None, n_folds: int, seed: int
) -> "tuple[Places, dict[str, Numbers]]":
    """Return the places of the training rows that have a target, and their means learned without their own fold.

    A training row that no fold is scored on (the oldest, with a time split) gets the mean of all such rows.
    """
    import numpy as np

    places, rows, source = _training_rows(table, raw)
    wanted = _indicators(rows.target(), learned["classes"])
    found = _folds(rows, source, n_folds, seed)
    made: dict[str, Numbers] = {}
    for item in learned["columns"]:
        categories, codes = _coded(rows.frame.get_column(item["name"]))
        fitted = _cross_fitted(codes, wanted, len(categories), found, smoothing)
        made |= dict(zip(mean_names(item["name"], learned["classes"]), np.ascontiguousarray(fitted.T), strict=True))
    return places, made


def _training_rows(table: Table, raw: Table) -> "tuple[Places, Table, Table]":
    """Return places, prepared rows and raw rows of the training rows with a target."""
    import polars as pl

    numbered = replace(table, frame=table.frame.with_row_index("modelyard_place"))
    rows = with_target(numbered.rows("train"))
    places = rows.frame.get_column("modelyard_place")
    rows = replace(rows, frame=rows.frame.drop("modelyard_place"))
    return places.to_numpy(), rows, replace(raw, frame=raw.frame[places.cast(pl.Int64)], split=rows.split)


def _folds(rows: Table, source: Table, n_folds: int, seed: int) -> "list[tuple[Places, Places]]":
    from modelyard.models.folds import folds

    column = rows.schema.splitting.column if rows.schema.splitting else None
    if column is not None and column not in source.frame.columns:
        raise Invalid(
            f"The rows were split by {column!r}, which is not here any more, so they cannot be cross-fitted.",
            hint="Encode before that column is dropped or renamed.",
        )
    if rows.n_rows < 2:
        return []
    made = folds(rows, source, n_folds=min(n_folds, rows.n_rows), seed=seed)
    return [(fold.train, fold.valid) for fold in made]


def _cross_fitted(
    codes: "Places", wanted: "Numbers", n_categories: int, found: "list[tuple[Places, Places]]", smoothing: float | None
) -> "Numbers":
    import numpy as np

    made = np.empty_like(wanted)
    left = np.ones(len(wanted), dtype=bool)
    for train, valid in found:
        encoding = np.array(_means(codes[train], wanted[train], n_categories, smoothing)).reshape(n_categories, -1)
        made[valid] = encoding[codes[valid]]
        left[valid] = False
    if left.any():
        made[left] = wanted[left].mean(axis=0)
    return made


def _indicators(target: "pl.Series", classes: list[str] | None) -> "Numbers":
    """Return the numbers whose means are taken, shape (n_rows, n_means): the target, or for each class 0 and 1."""
    import numpy as np

    if classes is None:
        numbers: Numbers = target.cast(float).to_numpy()
        return numbers.reshape(-1, 1)
    labels = as_text(target)
    told = classes if len(classes) > 2 else classes[1:] or ["\0"]
    return np.column_stack([(labels == label).cast(float).to_numpy() for label in told])


def _coded(values: "pl.Series") -> "tuple[list[str | None], Places]":
    """Return the distinct values as text, missing first when there is any, and the place of each row's value."""
    import numpy as np

    text = values.cast(str)
    known = text.unique().drop_nulls().sort().to_list()
    ranks: Places = text.rank("dense").fill_null(0).to_numpy().astype(np.intp)
    return ([None, *known], ranks) if text.has_nulls() else (known, ranks - 1)


def _means(codes: "Places", wanted: "Numbers", n_categories: int, smoothing: float | None) -> list[list[float]]:
    """Return the encoding of each category, shape (n_categories, n_means)."""
    import numpy as np

    counts = np.bincount(codes, minlength=n_categories)
    columns = [_shrunk(codes, values, counts, smoothing) for values in wanted.T]
    made: list[list[float]] = np.column_stack(columns).tolist()
    return made


def _shrunk(codes: "Places", values: "Numbers", counts: "Places", smoothing: float | None) -> "Numbers":
    import numpy as np

    mean, n_categories = values.mean(), len(counts)
    sums = np.bincount(codes, weights=values, minlength=n_categories)
    with np.errstate(divide="ignore", invalid="ignore"):
        if smoothing is not None:
            shrunk = (sums + smoothing * mean) / (counts + smoothing)
        else:
            own = sums / counts
            squares = np.bincount(codes, weights=(values - own[codes]) ** 2, minlength=n_categories)
            weight = values.var() * counts / (values.var() * counts + squares / counts)
            shrunk = weight * own + (1 - weight) * mean
    filled: Numbers = np.where(np.isnan(shrunk), mean, shrunk)
    return filled
