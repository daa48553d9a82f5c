"""Partial dependence: what the model says on average when one column takes each of its values, all else as it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.models.charts.chart import (
    Chart,
    Rows,
    Spec,
    Unavailable,
    axis,
    names_axis,
    plain,
    slant_height,
    spec,
    tip,
)
from modelyard.models.charts.subject import Subject
from modelyard.models.engine import Prediction
from modelyard.models.probing import Probe

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MAX_CHARTS = 6
HEIGHT = 220
"""Columns drawn: those that matter most."""
GRID = 20
"""Values of a number: its quantiles."""
MAX_LEVELS = 12
MAX_ROWS = 200
"""Rows that are averaged."""
N_SINGLE = 25
"""Rows with a line of their own (individual conditional expectation)."""
MAX_CURVES = 5
KIND = "partial_dependence"


@dataclass(frozen=True)
class _Curves:
    """Predictions at each value of a column: `values` of shape (n_values, n_rows, n_outputs)."""

    grid: list[Any]
    values: "Array"
    outputs: list[str]


def partial_dependence(subject: Subject, title: str) -> list[Chart]:
    """Draw the columns that matter most, one chart each (Friedman 2001; single rows: Goldstein et al. 2015)."""
    probe = subject.probe
    frame = probe.frame.head(MAX_ROWS) if probe.frame.height > MAX_ROWS else probe.frame
    charts: list[Chart] = []
    for column in _most_important(subject):
        if charts and subject.left_seconds == 0:
            break
        name = f"{title} of {column.name}"
        identity = f"{KIND}_{len(charts) + 1}"
        try:
            charts.append(Chart(id=identity, title=name, kind=KIND, spec=_drawn(subject, probe, frame, column, name)))
        except Unavailable as reason:
            charts.append(Chart(id=identity, title=name, kind=KIND, unavailable=str(reason)))
    return charts


def _most_important(subject: Subject) -> list[Column]:
    drawable = {column.name: column for column in subject.probe.columns if column.kind not in ("text", "id")}
    if not drawable or subject.chain.engine.reads_text:
        raise Unavailable("The model takes text and identifiers only, which have no order to draw along.")
    ranked = [item.column for item in subject.permutation if item.column in drawable]
    names = ranked or list(drawable)
    return [drawable[name] for name in names[:MAX_CHARTS]]


def _drawn(subject: Subject, probe: Probe, frame: "pl.DataFrame", column: Column, title: str) -> Spec:
    curves = _computed(subject, probe, frame, column)
    is_number = column.dtype in ("integer", "float") and column.kind != "category"
    is_date = column.dtype in ("date", "datetime")
    grid = [_told(value) for value in curves.grid]
    rows: Rows = [
        {"x": x, "y": plain(mean), "output": output}
        for place, output in enumerate(curves.outputs)
        for x, mean in zip(grid, curves.values[:, :, place].mean(axis=1), strict=True)
    ]
    kind = "temporal" if is_date else "quantitative" if is_number else "nominal"
    fitted = subject.chain.fitted
    target = subject.chain.signature.output.name
    y_title = f"predicted {target}" if fitted.task == "regression" else f"probability of {_which(curves.outputs)}"
    scale = {"scale": {"zero": False}} if fitted.task == "regression" else {}
    encoding: Spec = {
        "x": _x_axis(column, kind, grid),
        "y": axis("y", "quantitative", y_title, **scale),
    }
    several = len(curves.outputs) > 1
    color = {"color": axis("output", "nominal", "class", scale={"domain": curves.outputs})} if several else {}
    told = tip(("x", column.name), ("y", y_title, ",.4~g"), *((("output", "class"),) if several else ()))
    is_line = kind != "nominal"
    mark: Spec = {"type": "line", "strokeWidth": 3} if is_line else {"type": "point", "filled": True, "size": 60}
    mark["opacity"] = 1
    layers: list[Spec] = [{"mark": mark, "encoding": {**color, "tooltip": told}}]
    if not several:
        layers.insert(0, _single(curves, grid, is_line=is_line))
    n_rows = curves.values.shape[1]
    more = f"{subject.split} rows, n = {n_rows:,}" + (
        "" if several else f", thin lines: {min(N_SINGLE, n_rows)} of them"
    )
    return spec(title, more, rows, encoding=encoding, layer=layers, height=HEIGHT + slant_height(encoding["x"]))


def _x_axis(column: Column, kind: str, grid: list[Any]) -> Spec:
    if kind == "nominal":
        return names_axis("x", column.name, [str(value) for value in grid], is_x=True) | {"sort": grid}
    if kind == "temporal":
        return axis("x", kind, column.name)
    is_small = column.dtype == "integer" and all(abs(value) < 10_000 for value in grid)
    # Whole numbers, and years without a comma.
    whole = {"axis": {"tickMinStep": 1, "format": "d"}} if is_small else {}
    return axis("x", kind, column.name, scale={"zero": False}, **whole)


def _computed(subject: Subject, probe: Probe, frame: "pl.DataFrame", column: Column) -> _Curves:
    """Return predictions of the rows with the column set to each value of the grid, all in one go."""
    import numpy as np
    import polars as pl

    values = probe.frame.get_column(column.name)
    grid = _grid(values, column)
    if len(grid) < 2:
        raise Unavailable(f"{column.name} has one value only in these rows.")
    # The rows as they stand, again for each value of the grid.
    changed = pl.Series(column.name, [value for value in grid for _ in range(frame.height)], dtype=values.dtype)
    repeated = pl.concat([frame] * len(grid)).with_columns(changed)
    prediction = probe.predict(repeated)
    found, outputs = _outputs(subject, prediction)
    return _Curves(grid, np.asarray(found).reshape(len(grid), frame.height, len(outputs)), outputs)


def _grid(values: "pl.Series", column: Column) -> list[Any]:
    """Return the values to try: quantiles of a number or date, the most frequent categories in their order."""
    import polars as pl

    present = values.fill_nan(None).drop_nulls() if values.dtype.is_float() else values.drop_nulls()
    if column.kind == "category" or column.dtype in ("string", "boolean"):
        counts = present.alias("v").value_counts(name="n_rows").sort(["n_rows", "v"], descending=[True, False])
        return list(counts.get_column("v").head(MAX_LEVELS).sort().to_list())
    ordered = present.unique().sort()
    if len(ordered) <= GRID:
        return list(ordered.to_list())
    by_rows = present.sort()
    low, high = int(0.01 * (len(by_rows) - 1)), int(0.99 * (len(by_rows) - 1))
    places = [low + round((high - low) * step / (GRID - 1)) for step in range(GRID)]
    return list(pl.Series([by_rows[place] for place in places], dtype=values.dtype).unique().sort().to_list())


def _outputs(subject: Subject, prediction: Prediction) -> "tuple[Array, list[str]]":
    """Return what is drawn, shape (n_rows, n_outputs), and its names: the number, or probabilities of classes."""
    if prediction.probabilities is None or prediction.classes is None:
        return prediction.values.astype(float)[:, None], [subject.chain.signature.output.name]
    if len(prediction.classes) == 2:
        return prediction.probabilities[:, 1:], [prediction.classes[1]]
    kept, _ = subject.scene.frequent(MAX_CURVES)
    names = [name for name in kept if name in prediction.classes]
    return prediction.probabilities[:, [prediction.classes.index(name) for name in names]], names


def _single(curves: _Curves, grid: list[Any], *, is_line: bool) -> Spec:
    """Return the layer of single rows."""
    n_rows = min(N_SINGLE, curves.values.shape[1])
    rows = [
        {"x": x, "y": plain(curves.values[step, row, 0], 4), "row": row}
        for row in range(n_rows)
        for step, x in enumerate(grid)
    ]
    mark: Spec = {"type": "line", "strokeWidth": 1, "opacity": 0.25} if is_line else {"type": "tick", "opacity": 0.3}
    detail = {"detail": {"field": "row"}} if is_line else {}
    return {"data": {"values": rows}, "mark": {**mark, "tooltip": None}, "encoding": detail}


def _which(outputs: list[str]) -> str:
    return outputs[0] if len(outputs) == 1 else "the class"


def _told(value: Any) -> Any:
    """Return a value as JSON takes it: dates as text in ISO form, truth values as words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else value
