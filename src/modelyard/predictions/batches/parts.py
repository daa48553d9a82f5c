"""Predicted rows as frames that are kept: parts of a batch, and what its results are made of."""

from typing import TYPE_CHECKING, Any

from modelyard.models.engine import Prediction
from modelyard.predictions.batches.predicting import Predicted

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


def part_frame(found: Predicted, *, not_sure_below: float | None) -> "pl.DataFrame":
    """Return the rows with `row`, `inputs` (JSON by the input's place), `folded`, `label`, `prediction`, `confidence`,
    `probabilities` (float64, packed), `is_sure`, `errors` and `file_values`."""
    import polars as pl

    good = found.errors.is_null()
    outputs = _outputs(found.prediction, found.n_rows - found.n_failed, not_sure_below)
    spread = outputs.select(pl.all()) if found.n_failed == 0 else _spread(outputs, good)
    label = found.labels if found.labels is not None else pl.Series([None] * found.n_rows, dtype=pl.String)
    return pl.DataFrame(
        [
            found.numbers,
            _documents(found, good),
            _folded(found, label),
            label.alias("label"),
            *spread.get_columns(),
            found.errors,
            found.file_values,
        ]
    )


def _outputs(prediction: Prediction | None, n_rows: int, not_sure_below: float | None) -> "pl.DataFrame":
    import polars as pl

    if prediction is None:
        nothing = {"confidence": pl.Float64, "probabilities": pl.Binary, "is_sure": pl.Boolean}
        kinds = {"class": pl.String, "number": pl.Float64, **nothing}
        return pl.DataFrame({name: pl.Series([None] * n_rows, dtype=dtype) for name, dtype in kinds.items()})
    is_class = prediction.classes is not None
    values = prediction.values.tolist()
    confidence = None if prediction.probabilities is None else prediction.probabilities.max(axis=1)
    sure = None if confidence is None or not_sure_below is None else confidence >= not_sure_below
    absent = [None] * n_rows
    return pl.DataFrame(
        [
            pl.Series("class", [str(value) for value in values] if is_class else absent, dtype=pl.String),
            pl.Series("number", absent if is_class else values, dtype=pl.Float64),
            pl.Series("confidence", absent if confidence is None else confidence, dtype=pl.Float64),
            pl.Series("probabilities", _packed(prediction.probabilities) or absent, dtype=pl.Binary),
            pl.Series("is_sure", absent if sure is None else sure, dtype=pl.Boolean),
        ]
    )


def _packed(probabilities: "np.ndarray[Any, Any] | None") -> list[bytes]:
    import numpy as np

    if probabilities is None:
        return []
    content = np.ascontiguousarray(probabilities, dtype=np.float64).tobytes()
    width = 8 * probabilities.shape[1]
    return [content[start : start + width] for start in range(0, len(content), width)]


def _spread(outputs: "pl.DataFrame", good: "pl.Series") -> "pl.DataFrame":
    """Return the outputs of the good rows at their places, null at the others."""
    import polars as pl

    place = pl.DataFrame({"place": (good.cast(pl.Int64).cum_sum() - 1).set(~good, None)})
    return place.join(outputs.with_row_index("place").with_columns(pl.col("place").cast(pl.Int64)),
                      on="place", how="left", maintain_order="left").drop("place")  # fmt: skip


def _documents(found: Predicted, good: "pl.Series") -> "pl.Series":
    import polars as pl

    if not found.inputs.width:
        return pl.Series("inputs", ["{}"] * found.n_rows)
    typed = _as_json(found.inputs)
    if found.n_failed == 0:
        return typed.alias("inputs")
    written = _as_json(found.written).to_list()
    places = (~good).arg_true().to_list()
    return typed.scatter(places, written).alias("inputs")


def _as_json(frame: "pl.DataFrame") -> "pl.Series":
    import polars as pl

    names = [str(place) for place in range(frame.width)]
    numbered = frame.rename(dict(zip(frame.columns, names, strict=True)))
    times = [
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
        for name, dtype in numbered.schema.items()
        if isinstance(dtype, pl.Datetime)
    ]
    return numbered.with_columns(times).select(pl.struct(names).struct.json_encode()).to_series()


def _folded(found: Predicted, label: "pl.Series") -> "pl.Series":
    """Return what a search looks at: all texts of a row, without capitals and diacritics (filters.folded)."""
    import polars as pl

    texts = [series for series in found.inputs.get_columns() if series.dtype == pl.String]
    if not texts:
        return pl.Series("folded", [None] * found.n_rows, dtype=pl.String)
    joined = pl.DataFrame([*(s.alias(str(i)) for i, s in enumerate(texts)), label.alias("label")])
    text = pl.concat_str(pl.all(), separator="\n", ignore_nulls=True)
    plain = text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return joined.select(plain.str.replace_all("đ", "d", literal=True).alias("folded")).to_series()
