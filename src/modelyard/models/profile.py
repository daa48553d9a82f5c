"""The training profile: what each raw column looked like when the model learned, for comparing new rows later."""

import math
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.data.frames import Table
from modelyard.models.distributions import distributions, of_categories, of_numbers
from modelyard.models.engine import Prediction

if TYPE_CHECKING:
    import polars as pl

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
MAX_VALUES = 20
"""Most frequent values kept per column of words."""
PACKAGES = ("modelyard", "scikit-learn", "lightgbm", "numpy", "polars", "skops")
OPTIONAL = ("catboost", "xgboost", "xgboost-cpu", "autogluon.tabular")
"""Named where they are installed."""


def training_profile(
    raw: Table, *, inputs: Sequence[str] = (), predicted: Prediction | None = None, split: str = "train"
) -> dict[str, Any]:
    """Return the number of training rows and a summary of each raw column, the target among them.

    The columns that the model takes (`inputs`) also have their distribution, and `prediction` has that of what the
    model said of the rows of `split`: new rows are compared with both (models.distributions).
    """
    kept = distributions(raw, inputs)
    columns = [
        _summary(column, raw.frame.get_column(column.name))
        | ({"distribution": kept[column.name]} if column.name in kept else {})
        for column in raw.schema.columns
    ]
    profile: dict[str, Any] = {"n_rows": raw.n_rows, "columns": columns}
    return profile | ({"prediction": _predictions(predicted, split)} if predicted is not None else {})


def _predictions(predicted: Prediction, split: str) -> dict[str, Any]:
    values = predicted.values.tolist()
    if all(isinstance(value, str) for value in values):
        return {"of": "category", "split": split, **of_categories(values)}
    return {"of": "number", "split": split, **of_numbers(filter(math.isfinite, values))}


def environment() -> dict[str, str]:
    """Return the versions that made the model."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        **{name: version(name) for name in PACKAGES},
        **{name: found for name in OPTIONAL if (found := _installed(name)) is not None},
    }


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _summary(column: Column, values: "pl.Series") -> dict[str, Any]:
    if values.dtype.is_float():
        values = values.fill_nan(None)
    known = {
        "name": column.name,
        "kind": column.kind,
        "dtype": column.dtype,
        "n_missing": values.null_count(),
        "n_unique": values.drop_nulls().n_unique(),
    }
    if column.dtype in ("integer", "float"):
        return {**known, **_numbers(values.drop_nulls())}
    if column.dtype in ("date", "datetime"):
        dates = values.drop_nulls()
        return {**known, "first": _text(dates.min()), "last": _text(dates.max())}
    if column.kind in ("text", "id"):
        return known
    return {**known, "top_values": _top_values(values)}


def _numbers(values: "pl.Series") -> dict[str, float | None]:
    finite = values.filter(values.is_finite()) if values.dtype.is_float() else values
    stated: dict[str, Any] = {"mean": finite.mean(), "std": finite.std(), "min": finite.min(), "max": finite.max()}
    stated |= {name: finite.quantile(share, "linear") for name, share in QUANTILES.items()}
    return {name: float(value) if value is not None else None for name, value in stated.items()}


def _top_values(values: "pl.Series") -> list[dict[str, Any]]:
    import polars as pl

    counts = values.drop_nulls().cast(pl.String).alias("value").value_counts(name="count")
    return counts.sort(["count", "value"], descending=[True, False]).head(MAX_VALUES).to_dicts()


def _text(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
