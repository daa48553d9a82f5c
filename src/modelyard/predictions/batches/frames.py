"""Rows of results as frames, for exports, words and reports."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype

if TYPE_CHECKING:
    import polars as pl

    from modelyard.predictions.batches.results import Results


def result_frame(
    results: "Results",
    rows: Sequence[tuple[Any, ...]],
    classes: Mapping[int, str],
    labels: Mapping[int | None, str | None],
) -> "pl.DataFrame":
    """Return rows of the file (see results._COLUMNS) with the columns of `Results.stream`."""
    import polars as pl

    numbers, codes, values, confidences, sure, label_codes, inputs, probabilities, errors = zip(*rows, strict=True)
    is_failed = [error is not None for error in errors]
    by_code: dict[int | None, str | None] = {None: None}
    for code, name in classes.items():
        by_code[code] = name
    predicted = (
        pl.Series("prediction", [by_code[code] for code in codes], dtype=pl.String)
        if results.classes is not None
        else pl.Series("prediction", values, dtype=pl.Float64)
    )
    outputs = [
        pl.Series("label", [labels[code] for code in label_codes], dtype=pl.String),
        predicted,
        pl.Series("confidence", confidences, dtype=pl.Float64),
        *_probabilities(results, probabilities),
        pl.Series("is_sure", [None if flag is None else bool(flag) for flag in sure], dtype=pl.Boolean),
    ]
    row = pl.Series("row", numbers, dtype=pl.Int64)
    return pl.DataFrame([row, *_distinct(_inputs(results, inputs, is_failed), [row, *outputs]), *outputs])


def _inputs(results: "Results", documents: Sequence[str], is_failed: Sequence[bool]) -> "list[pl.Series]":
    import polars as pl

    if not results.columns:
        return []
    failed = pl.Series(is_failed)
    texts = pl.Series(documents, dtype=pl.String)
    names = [str(place) for place in range(len(results.columns))]
    typed = texts.set(failed, None).str.json_decode(
        pl.Struct({name: _written(column.dtype) for name, column in zip(names, results.columns, strict=True)})
    )
    written = texts.set(~failed, None).str.json_decode(pl.Struct(dict.fromkeys(names, pl.String)))
    return [
        _read(typed.struct.field(name), column.dtype)
        .zip_with(~failed, _read(written.struct.field(name), column.dtype))
        .alias(column.name)
        for name, column in zip(names, results.columns, strict=True)
    ]


def _written(dtype: Dtype) -> Any:
    import polars as pl

    return {"integer": pl.Int64, "float": pl.Float64, "boolean": pl.Boolean}.get(dtype, pl.String)


def _read(cells: "pl.Series", dtype: Dtype) -> "pl.Series":
    """Return texts or values of a JSON document in their type; what is not of it is empty."""
    import polars as pl

    if dtype == "date":
        return cells.str.to_date("%Y-%m-%d", strict=False)
    if dtype == "datetime":
        return cells.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    if dtype == "boolean" and cells.dtype == pl.String:
        return cells.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None)
    return cells.cast(_written(dtype), strict=False)


def _probabilities(results: "Results", packed: Sequence[bytes | None]) -> "list[pl.Series]":
    import numpy as np
    import polars as pl

    if not results.has_probabilities or results.classes is None:
        return []
    empty = np.full(len(results.classes), np.nan).tobytes()
    joined = np.frombuffer(b"".join(each or empty for each in packed)).reshape(len(packed), len(results.classes))
    return [
        pl.Series(f"probability_{name}", np.ascontiguousarray(joined[:, place])).fill_nan(None)
        for place, name in enumerate(results.classes)
    ]


def _distinct(inputs: "list[pl.Series]", outputs: "list[pl.Series]") -> "list[pl.Series]":
    """Return the inputs, renamed where they are called as one of the outputs is, which keep their names."""
    taken = {series.name for series in outputs}
    renamed = []
    for series in inputs:
        name = series.name
        while name in taken:
            name += "_"
        taken.add(name)
        renamed.append(series.alias(name))
    return renamed
