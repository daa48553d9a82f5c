"""Charts of what each feature added to the raw score: over many rows, and for single ones."""

from typing import TYPE_CHECKING, Any

from modelyard.models.charts.chart import Rows, Spec, Unavailable, at_most, axis, choice, plain, spec, tip
from modelyard.models.charts.subject import Subject
from modelyard.models.engine import Prediction
from modelyard.models.explain import Explanation, explain_prepared
from modelyard.models.importance import row_losses
from modelyard.models.metrics.scored import scored_rows
from modelyard.models.target import positions

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MAX_ROWS = 200
MAX_FEATURES = 12
MAX_OUTPUTS = 4
"""Classes to choose from: the most frequent ones."""
WATERFALL_FEATURES = 9
MAX_TEXT = 60


def summary(subject: Subject, title: str) -> Spec:
    """Draw each row's contribution of the features that move predictions most; colour is the feature's value."""
    explanation, more = _explained(subject)
    outputs = _frequent_outputs(subject, explanation)
    features = _strongest(explanation.values[:, outputs], MAX_FEATURES)
    rows: Rows = []
    for output in outputs:
        for place in features:
            rows += _strip(explanation, output, place)
    names = [explanation.outputs[output] for output in outputs]
    several = len(names) > 1
    x_title = f"contribution to {_score(subject, explanation, several)}"
    encoding = {
        "y": axis("feature", "nominal", "feature", sort=[explanation.features[place] for place in features]),
        "yOffset": {"field": "jitter", "type": "quantitative", "scale": {"domain": [-1, 1]}},
        "x": axis("x", "quantitative", x_title),
        "tooltip": tip(("feature", "feature"), ("value", "value"), ("x", "contribution", ",.4~g")),
    }
    mark = {"type": "circle", "size": 22, "opacity": 0.8}
    legend = {"values": [0, 1], "labelExpr": "datum.value === 0 ? 'low' : 'high'"}
    level = axis("level", "quantitative", "value", scale={"domain": [0, 1]}, legend=legend)
    layers = [
        {"transform": [{"filter": "isValid(datum.level)"}], "mark": mark, "encoding": {"color": level}},
        {"transform": [{"filter": "!isValid(datum.level)"}], "mark": {**mark, "opacity": 0.4}},
    ]
    chosen: dict[str, Any] = {}
    if several:
        chosen = {"params": [choice("output", "Class", names)], "transform": [{"filter": "datum.output === output"}]}
    return spec(
        title,
        f"{subject.split} rows, n = {subject.rows.frame.height:,}{more}",
        rows,
        **chosen,
        encoding=encoding,
        layer=layers,
        height={"step": 26},
    )


def single_rows(subject: Subject, title: str) -> Spec:
    """Draw how the prediction of a row comes about: from the base value, feature by feature.

    Rows to choose from: the two with the largest error and the one in the middle.
    """
    explanation, _ = _explained(subject, every=True)
    rows: Rows = []
    labels = []
    for label, place in _telling_rows(subject):
        labels.append(label)
        rows += _waterfall(_one(subject, place), label)
    score = _score(subject, explanation, len(explanation.outputs) > 1)
    x_title = f"raw score of {score}" if subject.chain.fitted.task == "regression" else score.removeprefix("the ")
    encoding = {
        "y": axis("feature", "nominal", "feature = value", sort={"field": "order", "op": "min"}),
        "x": axis("from", "quantitative", x_title, scale={"zero": False}),
        "tooltip": tip(
            ("feature", "feature"), ("x", "contribution", ",.4~g"), ("from", "from", ",.4~g"), ("to", "to", ",.4~g")
        ),
    }
    color = axis("way", "nominal", "", scale={"domain": ["up", "down"]})
    layers = [
        {
            "transform": [{"filter": "datum.way !== 'score'"}],
            "mark": "bar",
            "encoding": {"x2": {"field": "to"}, "color": color},
        },
        {"transform": [{"filter": "datum.way === 'score'"}], "mark": {"type": "tick", "thickness": 3}},
    ]
    return spec(
        title,
        f"{subject.split} rows, n = {subject.scene.n:,}, {len(labels)} of them to choose from",
        rows,
        params=[choice("row", "Row", labels)],
        transform=[{"filter": "datum.row === row"}],
        encoding=encoding,
        layer=layers,
        height={"step": 22},
    )


def _explained(subject: Subject, *, every: bool = False) -> tuple[Explanation, str]:
    """Return a sample explained; raise Unavailable when the engine cannot tell. `every`: one row is enough."""
    frame = subject.rows.frame
    if frame.height == 0:
        raise Unavailable(f"There are no {subject.split} rows.")
    kept, more = at_most(frame.height, 1 if every else MAX_ROWS, seed=subject.seed)
    found = _explain(subject, frame[kept.tolist()])
    if found is None:
        title = subject.chain.engine.title or subject.chain.engine.kind_name()
        raise Unavailable(
            f"{title} cannot say what each feature added to a prediction. LightGBM, CatBoost, XGBoost and linear "
            "models can; importance by shuffling and partial dependence are there for every engine."
        )
    return found, more


def _explain(subject: Subject, frame: "pl.DataFrame") -> Explanation | None:
    chain = subject.chain
    return explain_prepared(chain.engine, chain.fitted, frame, target=chain.signature.output.name)


def _one(subject: Subject, place: int) -> Explanation:
    found = _explain(subject, subject.rows.frame[[place]])
    assert found is not None
    return found


def _frequent_outputs(subject: Subject, explanation: Explanation) -> list[int]:
    if len(explanation.outputs) <= MAX_OUTPUTS:
        return list(range(len(explanation.outputs)))
    kept, _ = subject.scene.frequent(MAX_OUTPUTS)
    return [explanation.outputs.index(name) for name in kept if name in explanation.outputs]


def _strongest(values: "Array", limit: int) -> list[int]:
    """Return the features with the largest mean absolute contribution, largest first; `values` of any outputs."""
    sizes = abs(values).mean(axis=(0, 1))
    return [int(place) for place in (-sizes).argsort(kind="stable")[:limit] if sizes[place] > 0]


def _score(subject: Subject, explanation: Explanation, several: bool) -> str:
    if subject.chain.fitted.task == "regression":
        return explanation.outputs[0]
    return "the class's score" if several else f"the log-odds of {explanation.outputs[0]}"


def _strip(explanation: Explanation, output: int, place: int) -> Rows:
    """Return the points of one feature: rows close to each other are moved apart, the denser the further."""
    name = explanation.features[place]
    x = explanation.values[:, output, place]
    column = explanation.frame.get_column(name)
    levels = _levels(column)
    return [
        {
            "output": explanation.outputs[output],
            "feature": name,
            "x": plain(value, 4),
            "jitter": jitter,
            "value": _text(column[row]),
            "level": levels[row],
        }
        for row, (value, jitter) in enumerate(zip(x, _apart(x), strict=True))
    ]


def _apart(x: "Array") -> list[float]:
    """Return a place across the strip for each point, −1 to 1: points in the same of 40 bins fan out."""
    import numpy as np

    spread = float(np.ptp(x)) or 1.0
    bins = np.floor((x - x.min()) / spread * 39.999).astype(int)
    fullest = int(np.bincount(bins).max())
    seen: dict[int, int] = {}
    places = []
    for each in bins.tolist():
        nth = seen.get(each, 0)
        seen[each] = nth + 1
        side = 1 if nth % 2 else -1
        places.append(round(side * ((nth + 1) // 2) / max(fullest / 2, 4), 3))
    return places


def _levels(column: "pl.Series") -> list[float | None]:
    """Return each value between the 5th (0) and 95th (1) percentile; None for categories and missing values."""
    import numpy as np
    import polars as pl

    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        return [None] * len(column)
    values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    present = values[np.isfinite(values)]
    if len(present) == 0:
        return [None] * len(column)
    low, high = np.quantile(present, [0.05, 0.95])
    if not high > low:
        low, high = float(present.min()), float(present.max())
    if not high > low:
        return [0.5 if np.isfinite(value) else None for value in values]
    scaled = np.clip((values - low) / (high - low), 0, 1)
    return [round(float(value), 3) if np.isfinite(value) else None for value in scaled]


def _text(value: Any) -> str:
    if value is None or value != value:
        return "missing"
    is_large = isinstance(value, int | float) and 1e4 <= abs(value) < 1e15
    text = f"{value:,.0f}" if is_large else f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def _telling_rows(subject: Subject) -> list[tuple[str, int]]:
    """Return a label and the place of the two rows with the largest error, and of the one with the middle error."""
    import numpy as np

    fitted, target = subject.chain.fitted, subject.rows.target()
    usable = scored_rows(target, task=fitted.task)
    if fitted.classes is not None:
        codes = positions(target, fitted.classes)
        usable &= codes >= 0
    places = np.flatnonzero(usable)
    if len(places) == 0:
        raise Unavailable(f"There are no {subject.split} rows with a target.")
    actual = codes if fitted.classes is not None else np.asarray(target.to_list(), dtype=object)
    chosen = _prediction_of(subject, places)
    losses = row_losses(chosen, actual[places] if fitted.classes is not None else actual[places].astype(float))
    order = np.argsort(-losses, kind="stable")
    picked = {"largest error": 0, "second largest error": 1, "middle error": len(order) // 2}
    found: dict[int, str] = {}
    for name, rank in picked.items():
        if rank < len(order):
            found.setdefault(int(order[rank]), name)
    return [
        (f"{name}: actual {_text(target[int(places[at])])}, predicted {_text(chosen.values[at])}", int(places[at]))
        for at, name in found.items()
    ]


def _prediction_of(subject: Subject, places: "Array") -> Prediction:
    prediction = subject.prediction
    probabilities = prediction.probabilities[places] if prediction.probabilities is not None else None
    return Prediction(prediction.values[places], probabilities, prediction.classes)


def _waterfall(explanation: Explanation, label: str) -> Rows:
    """Return the bars of one row; for more than two classes those of the class that was predicted."""
    predicted = str(explanation.prediction.values[0])
    output = explanation.outputs.index(predicted) if predicted in explanation.outputs else 0
    values, base = explanation.values[0, output], float(explanation.base[0, output])
    order = (-abs(values)).argsort(kind="stable")
    shown, rest = order[:WATERFALL_FEATURES], order[WATERFALL_FEATURES:]
    of = f" ({explanation.outputs[output]})" if len(explanation.outputs) > 1 else ""
    steps = [(f"base value{of}", base, True)]
    if len(rest):
        steps.append((f"{len(rest)} other features", float(values[rest].sum()), False))
    for place in shown[::-1]:
        name = explanation.features[place]
        steps.append((f"{name} = {_text(explanation.frame.get_column(name)[0])}", float(values[place]), False))
    rows: Rows = []
    at = 0.0
    for name, value, is_base in steps:
        way = "score" if is_base else "up" if value >= 0 else "down"
        start = at if not is_base else base
        rows.append(_bar(label, name, start, at + value, value, way, len(rows)))
        at += value
    rows.append(_bar(label, f"raw score{of}", at, at, at, "score", len(rows)))
    return rows


def _bar(label: str, name: str, start: float, end: float, value: float, way: str, order: int) -> dict[str, Any]:
    return {
        "row": label,
        "feature": name,
        "from": plain(start),
        "to": plain(end),
        "x": plain(value),
        "way": way,
        "order": -order,
    }
