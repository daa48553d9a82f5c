"""Predicted rows as frames that are kept: parts of a batch, and what its results are made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelyard.models.engine import Prediction
from modelyard.predictions.batches.predicting import Predicted

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


def part_frame(found: Predicted, *, not_sure_below: float | None) -> "pl.DataFrame":
    """Return the rows with `row`, `inputs` (JSON by the input's place), `folded` (not yet: `joined` does it), `label`,
    `class`, `number`, `confidence`, `probabilities` (float64, packed), `is_sure`, `errors` and `file_values`."""
    import polars as pl

    good = found.errors.is_null()
    outputs = _outputs(found.prediction, found.n_rows - found.n_failed, not_sure_below)
    spread = outputs.select(pl.all()) if found.n_failed == 0 else _spread(outputs, good)
    label = found.labels if found.labels is not None else _absent(found.n_rows, pl.String)
    return pl.DataFrame(
        [
            found.numbers,
            _documents(found, good),
            _searched(found, label),
            label.alias("label"),
            *spread.get_columns(),
            found.errors,
            found.file_values,
        ]
    )


def joined(frames: "Sequence[pl.DataFrame]") -> "pl.DataFrame":
    """Return frames as one part, with `folded` as a search reads it (filters.folded): no capitals, no diacritics.

    This takes a fifth of the time that predicting short texts does, so it is left to whoever keeps the part.
    """
    import polars as pl

    plain = pl.col("folded").str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return pl.concat(frames).with_columns(folded=plain.str.replace_all("đ", "d", literal=True))


def _outputs(prediction: Prediction | None, n_rows: int, not_sure_below: float | None) -> "pl.DataFrame":
    import polars as pl

    dtypes: dict[str, type[pl.DataType]] = {
        "class": pl.String, "number": pl.Float64, "confidence": pl.Float64,
        "probabilities": pl.Binary, "is_sure": pl.Boolean,
    }  # fmt: skip
    if prediction is None:
        return pl.DataFrame({name: _absent(n_rows, dtype) for name, dtype in dtypes.items()})
    values, has_classes = prediction.values, prediction.classes is not None
    probabilities = prediction.probabilities
    confidence = None if probabilities is None else probabilities.max(axis=1)
    sure = None if confidence is None or not_sure_below is None else confidence >= not_sure_below
    known = {
        "class": pl.Series(values.tolist(), dtype=pl.String) if has_classes else None,
        "number": None if has_classes else pl.Series(values, dtype=pl.Float64),
        "confidence": None if confidence is None else pl.Series(confidence, dtype=pl.Float64),
        "probabilities": None if probabilities is None else _packed(probabilities),
        "is_sure": None if sure is None else pl.Series(sure, dtype=pl.Boolean),
    }
    return pl.DataFrame({name: _absent(n_rows, dtypes[name]) if each is None else each for name, each in known.items()})


def _absent(n_rows: int, dtype: "type[pl.DataType]") -> "pl.Series":
    import polars as pl

    return pl.Series([None], dtype=dtype).new_from_index(0, n_rows)


def _packed(probabilities: "np.ndarray[Any, Any]") -> "pl.Series":
    """Return each row's numbers as bytes."""
    import numpy as np
    import polars as pl
    import pyarrow as pa

    numbers = np.ascontiguousarray(probabilities, dtype=np.float64)
    n_rows, n_classes = numbers.shape
    packed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(8 * n_classes), n_rows, [None, pa.py_buffer(numbers)])
    found = pl.from_arrow(packed)
    assert isinstance(found, pl.Series)
    return found


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


def _searched(found: Predicted, label: "pl.Series") -> "pl.Series":
    """Return what a search looks at: all texts of a row, as they are."""
    import polars as pl

    texts = [series for series in found.inputs.get_columns() if series.dtype == pl.String]
    if not texts:
        return _absent(found.n_rows, pl.String).alias("folded")
    read = pl.DataFrame([*(s.alias(str(i)) for i, s in enumerate(texts)), label.alias("label")])
    return read.select(pl.concat_str(pl.all(), separator="\n", ignore_nulls=True).alias("folded")).to_series()
