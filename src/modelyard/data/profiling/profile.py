"""The profile of a dataset: what each column is and looks like, how it goes with the target, what to watch out for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.data.profiling.association import Association, association
from modelyard.data.profiling.findings import association_finding, column_findings, dataset_findings, target_findings
from modelyard.data.profiling.kinds import dtype_of, kind_of
from modelyard.data.profiling.scan import ColumnCounts, Scan, as_numbers, scan_file
from modelyard.data.reading.notes import Note
from modelyard.data.suggestions import suggest_targets, task_for

if TYPE_CHECKING:
    import polars as pl

MAX_CATEGORIES = 50
MAX_TOP_VALUES = 20
MAX_VALUE_LENGTH = 200
MAX_KEPT_WARNINGS = 100
_MAX_BINS = 30
_QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True)
class Profile:
    """`document`: all there is, as JSON. `summary`: what the dataset's row keeps of it."""

    document: dict[str, Any]
    summary: dict[str, Any]


def profile_file(path: Path, *, target: str | None, notes: Sequence[Note]) -> Profile:
    """Profile the rows of a Parquet file; `notes` from reading become warnings too.

    Counts, mean, deviation, minimum and maximum are of all rows. Quantiles, histograms, top values and associations
    are of at most 100 000 rows (fewer when they are wide), and `sampled` says so.
    """
    scan = scan_file(path)
    columns = [_column(name, scan) for name in scan.counts]
    aim = next((column for column in columns if column.name == target), None)
    task = task_for(aim) if aim else None
    found = _associations(columns, aim, scan)
    warnings = _warnings(columns, aim, target, scan, found, notes)
    details = [
        {**column.model_dump(mode="json"), **_details(column, scan, found.get(column.name))} for column in columns
    ]
    document: dict[str, Any] = {
        "n_rows": scan.n_rows,
        "n_columns": len(columns),
        "n_duplicate_rows": scan.n_duplicate_rows,
        "sampled": scan.is_sampled,
        "n_sampled_rows": scan.sample.height,
        "target": aim.name if aim else None,
        "columns": details,
        "warnings": [note.model_dump() for note in warnings],
    }
    summary = {
        "n_rows": scan.n_rows,
        "n_columns": len(columns),
        "columns": [column.model_dump(mode="json") for column in columns],
        "target": aim.name if aim else None,
        "task": task,
        "suggested_targets": suggest_targets(columns),
        "warnings": document["warnings"][:MAX_KEPT_WARNINGS],
        "n_warnings": len(warnings),
    }
    return Profile(document, summary)


def _column(name: str, scan: Scan) -> Column:
    values, counts = scan.sample.get_column(name), scan.counts[name]
    dtype = dtype_of(values)
    kind = kind_of(name, dtype, counts, scan.n_rows, values)
    is_listed = kind == "category" or dtype == "boolean"
    return Column(
        name=name,
        kind=kind,
        dtype=dtype,
        n_unique=min(counts.distinct.count(), scan.n_rows - counts.n_missing),
        missing_fraction=counts.n_missing / scan.n_rows,
        categories=tuple(value for value, _ in _value_counts(values, MAX_CATEGORIES)) if is_listed else (),
        minimum=counts.minimum,
        maximum=counts.maximum,
    )


def _associations(columns: Sequence[Column], aim: Column | None, scan: Scan) -> dict[str, Association]:
    task = task_for(aim) if aim else None
    if aim is None or task is None:
        return {}
    values = scan.sample.get_column(aim.name)
    found = {
        column.name: association(column, scan.sample.get_column(column.name), values, task)
        for column in columns
        if column.name != aim.name
    }
    return {name: each for name, each in found.items() if each is not None}


def _warnings(
    columns: Sequence[Column],
    aim: Column | None,
    target: str | None,
    scan: Scan,
    found: dict[str, Association],
    notes: Sequence[Note],
) -> list[Note]:
    warnings = dataset_findings(scan.n_rows, scan.n_duplicate_rows, target, has_target=aim is not None)
    if aim is not None:
        counts = _value_counts(scan.sample.get_column(aim.name), None) if task_for(aim) == "classification" else []
        warnings += target_findings(aim, task_for(aim), [] if scan.is_sampled else counts)
        for name, each in found.items():
            warnings += association_finding(name, aim.name, each)
    for column in columns:
        warnings += column_findings(column, scan.counts[column.name], is_target=column is aim)
    return sorted([*warnings, *notes], key=lambda note: note.severity == "info")


def _details(column: Column, scan: Scan, found: Association | None) -> dict[str, Any]:
    values, counts = scan.sample.get_column(column.name), scan.counts[column.name]
    numbers = as_numbers(values)
    finite = numbers.filter(numbers.is_finite()) if numbers is not None else None
    has_numbers = finite is not None and counts.n_finite > 0
    is_counted = numbers is None or (column.dtype == "integer" and (column.n_unique or 0) <= MAX_TOP_VALUES)
    return {
        "n_missing": counts.n_missing,
        "mean": _finite(counts.mean) if has_numbers else None,
        "std": _finite(counts.std) if has_numbers else None,
        "quantiles": _quantiles(finite, counts) if finite is not None and has_numbers else None,
        "histogram": _histogram(finite, column) if finite is not None and not finite.is_empty() else None,
        "top_values": [{"value": v, "count": n} for v, n in _value_counts(values, MAX_TOP_VALUES)]
        if is_counted
        else [],
        "target_association": {"measure": found.measure, "value": found.value} if found else None,
    }


def _value_counts(values: "pl.Series", limit: int | None) -> list[tuple[str, int]]:
    """Return the values with their counts, most frequent first and, among equals, in order of the value."""
    import polars as pl

    counted = values.drop_nulls().cast(pl.String).alias("value").value_counts(name="n")
    ordered = counted.sort(["n", "value"], descending=[True, False])
    rows = (ordered if limit is None else ordered.head(limit)).iter_rows()
    return [(value[:MAX_VALUE_LENGTH], count) for value, count in rows]


def _quantiles(finite: "pl.Series", counts: ColumnCounts) -> dict[str, float | None]:
    inner = {name: finite.quantile(fraction, interpolation="linear") for name, fraction in _QUANTILES.items()}
    return {"min": counts.minimum, **{name: _finite(value) for name, value in inner.items()}, "max": counts.maximum}


def _histogram(finite: "pl.Series", column: Column) -> dict[str, list[float]] | None:
    import numpy as np

    values = finite.to_numpy()
    low, high = float(values.min()), float(values.max())
    width = high - low
    if not math.isfinite(width) or width <= 0:
        return {"edges": [low, high], "counts": [len(values)]} if width == 0 else None
    n_bins = min(_MAX_BINS, max(math.ceil(math.sqrt(len(values))), 5))
    if column.dtype == "integer" and width < n_bins:
        # One bar per whole number.
        counts, edges = np.histogram(values, bins=int(width) + 1, range=(low - 0.5, high + 0.5))
    else:
        counts, edges = np.histogram(values, bins=n_bins, range=(low, high))
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
