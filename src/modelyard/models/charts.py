"""Charts of predictions as Vega-Lite specs: bounded data, titles with split and n, no colours or fonts of their own."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName
from modelyard.models.engine import Prediction
from modelyard.models.importance import Importance
from modelyard.models.metrics.scored import scored_rows
from modelyard.models.target import as_text, class_names, positions

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MAX_POINTS = 5000
MAX_CURVES = 10
"""Classes with a curve of their own: the most frequent ones."""
CURVE_POINTS = 200
MAX_CLASSES = 40
"""Classes shown in a confusion matrix or a distribution: the most frequent ones."""
MAX_COLUMNS = 30
N_BINS = 10

Curve = tuple[list[float], list[float]]


class Chart(BaseModel):
    """One chart: a Vega-Lite v6 spec, or why it could not be drawn."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    kind: str
    spec: dict[str, Any] | None = None
    unavailable: str | None = None


class _Unavailable(Exception):
    """A chart that cannot be drawn; the message says why."""


class _Scene:
    """What the charts draw from: rows that have a target, and how to say which they are."""

    def __init__(self, target: "pl.Series", prediction: Prediction, task: Task, split: SplitName, seed: int) -> None:
        rows = scored_rows(target, task=task)
        self.target = target.filter(rows)
        self.values = prediction.values[rows]
        self.probabilities = prediction.probabilities[rows] if prediction.probabilities is not None else None
        self.classes = prediction.classes or ()
        self.split, self.seed, self.n = split, seed, len(self.target)

    def about(self, more: str = "") -> str:
        """Return the subtitle: which rows, how many, and what was left out."""
        return f"{self.split} rows, n = {self.n:,}{more}"


def evaluation_charts(
    target: "pl.Series", prediction: Prediction, *, task: Task, split: SplitName, seed: int = 0
) -> list[Chart]:
    """Return every chart of the task; one that cannot be drawn says why."""
    scene = _Scene(target, prediction, task, split, seed)
    drawers = _CLASSIFICATION if task == "classification" else _REGRESSION
    return [_chart(name, title, draw, scene) for name, (title, draw) in drawers.items()]


def importance_chart(
    importance: Sequence[Importance],
    *,
    kind: Literal["native", "permutation"],
    split: SplitName,
    n: int,
    task: Task | None = None,
) -> Chart:
    """Return bars of the most important columns."""
    shown = importance[:MAX_COLUMNS]
    more = f", the first {MAX_COLUMNS} of {len(importance)} columns" if len(importance) > MAX_COLUMNS else ""
    loss = {"classification": "log loss", "regression": "RMSE", None: "loss"}[task]
    titles = {"native": "Importance (the engine's own)", "permutation": "Importance (by shuffling)"}
    axes = {"native": "share of the importance", "permutation": f"growth of the {loss}"}
    spec = _spec(
        titles[kind],
        f"{split} rows, n = {n:,}{more}",
        [{"column": item.column, "value": item.value} for item in shown],
        mark={"type": "bar", "tooltip": True},
        encoding={
            "y": _axis("column", "nominal", "column", sort=[item.column for item in shown]),
            "x": _axis("value", "quantitative", axes[kind]),
        },
        height={"step": 18},
    )
    return Chart(id=f"{kind}_importance", title=titles[kind], kind=f"{kind}_importance", spec=spec)


def _chart(name: str, title: str, draw: Callable[["_Scene", str], dict[str, Any]], scene: _Scene) -> Chart:
    try:
        if scene.n == 0:
            raise _Unavailable(f"There are no {scene.split} rows with a target.")
        return Chart(id=name, title=title, kind=name, spec=draw(scene, title))
    except _Unavailable as reason:
        return Chart(id=name, title=title, kind=name, unavailable=str(reason))


def _spec(title: str, subtitle: str, rows: list[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle},
        "width": "container",
        "data": {"values": rows},
        **rest,
    }


def _axis(field: str, kind: str, title: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": kind, "title": title, **more}


def _frequent(scene: _Scene, limit: int) -> tuple[list[str], str]:
    """Return the classes to show in their order, unseen ones last, and a note when some are left out."""
    labels = as_text(scene.target)
    unseen = [name for name in class_names(labels) if name not in scene.classes]
    classes = [*scene.classes, *unseen]
    if len(classes) <= limit:
        return classes, ""
    counts = dict(labels.value_counts(name="n").iter_rows())
    chosen = set(sorted(classes, key=lambda name: -counts.get(name, 0))[:limit])
    return [name for name in classes if name in chosen], f", the {limit} most frequent of {len(classes)} classes"


def _confusion(scene: _Scene, title: str) -> dict[str, Any]:
    import numpy as np

    classes, more = _frequent(scene, MAX_CLASSES)
    places = {name: place for place, name in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    for actual, predicted in zip(as_text(scene.target), scene.values, strict=True):
        if actual in places and predicted in places:
            counts[places[actual], places[predicted]] += 1
    totals = np.maximum(counts.sum(axis=1), 1)
    rows = [
        {"actual": a, "predicted": p, "n": int(counts[i, j]), "share": float(counts[i, j] / totals[i])}
        for i, a in enumerate(classes)
        for j, p in enumerate(classes)
    ]
    place = {
        "x": _axis("predicted", "nominal", "predicted class", sort=classes),
        "y": _axis("actual", "nominal", "actual class", sort=classes),
    }
    color = _axis("share", "quantitative", "share of the actual class", scale={"domain": [0, 1]})
    layers: list[dict[str, Any]] = [{"mark": {"type": "rect", "tooltip": True}, "encoding": {"color": color}}]
    if len(classes) <= 15:
        legible = {"condition": {"test": "datum.share > 0.5", "value": "black"}, "value": "white"}
        number = {"field": "n", "type": "quantitative"}
        layers.append({"mark": {"type": "text"}, "encoding": {"text": number, "color": legible}})
    side = max(160, min(32 * len(classes), 480))
    return _spec(title, scene.about(more), rows, encoding=place, layer=layers, height=side)


def _curves(scene: _Scene, make: Callable[..., Curve]) -> tuple[list[dict[str, Any]], list[str], str]:
    """Return the points of one curve per class, the classes drawn, and a note of those left out."""
    assert scene.probabilities is not None
    codes = positions(scene.target, scene.classes)
    wanted, more = _frequent(scene, MAX_CURVES)
    drawable = [name for name in wanted if name in scene.classes]
    drawable = drawable[1:] if len(scene.classes) == 2 else drawable
    rows, drawn = [], []
    for name in drawable:
        place = scene.classes.index(name)
        is_class = codes == place
        if is_class.all() or not is_class.any():
            continue
        drawn.append(name)
        for order, (x, y) in enumerate(zip(*make(is_class, scene.probabilities[:, place]), strict=True)):
            rows.append({"class": name, "x": x, "y": y, "order": order})
    if not drawn:
        raise _Unavailable("All rows are of one class, so there is nothing to tell apart.")
    missing = [name for name in drawable if name not in drawn]
    return rows, drawn, f"{more}, without {missing[0]!r}: no such row" if missing else more


def _thinned(x: "np.ndarray[Any, Any]", y: "np.ndarray[Any, Any]") -> Curve:
    import numpy as np

    kept = np.unique(np.linspace(0, len(x) - 1, min(CURVE_POINTS, len(x))).round().astype(int))
    return x[kept].round(6).tolist(), y[kept].round(6).tolist()


def _roc_curve(is_class: "np.ndarray[Any, Any]", score: "np.ndarray[Any, Any]") -> Curve:
    from sklearn.metrics import roc_curve

    false_rate, true_rate, _ = roc_curve(is_class, score)
    return _thinned(false_rate, true_rate)


def _precision_recall_curve(is_class: "np.ndarray[Any, Any]", score: "np.ndarray[Any, Any]") -> Curve:
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(is_class, score)
    return _thinned(recall[::-1], precision[::-1])


def _calibration_curve(is_class: "np.ndarray[Any, Any]", score: "np.ndarray[Any, Any]") -> Curve:
    from sklearn.calibration import calibration_curve

    observed, predicted = calibration_curve(is_class, score.clip(0, 1), n_bins=N_BINS)
    return predicted.round(6).tolist(), observed.round(6).tolist()


def _line_chart(
    make: Callable[..., Curve], x_title: str, y_title: str, *, has_points: bool = False, has_diagonal: bool = True
) -> Callable[[_Scene, str], dict[str, Any]]:
    def draw(scene: _Scene, title: str) -> dict[str, Any]:
        rows, drawn, more = _curves(scene, make)
        unit = {"scale": {"domain": [0, 1]}}
        encoding = {
            "x": _axis("x", "quantitative", x_title, **unit),
            "y": _axis("y", "quantitative", y_title, **unit),
        }
        color = _axis("class", "nominal", "class", scale={"domain": drawn})
        order = {"field": "order", "type": "quantitative"}
        mark = {"type": "line", "point": has_points, "tooltip": True}
        layers: list[dict[str, Any]] = [{"mark": mark, "encoding": {"color": color, "order": order}}]
        if has_diagonal:
            ends = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
            layers.append({"data": {"values": ends}, "mark": {"type": "line", "strokeDash": [4, 4], "opacity": 0.5}})
        return _spec(title, scene.about(more), rows, encoding=encoding, layer=layers, height=280)

    return draw


def _distribution(scene: _Scene, title: str) -> dict[str, Any]:
    classes, more = _frequent(scene, MAX_CLASSES)
    actual = dict(as_text(scene.target).value_counts(name="n").iter_rows())
    predicted: dict[str, int] = {}
    for name in scene.values:
        predicted[name] = predicted.get(name, 0) + 1
    rows = [
        {"class": name, "which": which, "n": counts.get(name, 0)}
        for name in classes
        for which, counts in (("actual", actual), ("predicted", predicted))
    ]
    encoding = {
        "x": _axis("class", "nominal", "class", sort=classes),
        "y": _axis("n", "quantitative", "rows"),
        "xOffset": {"field": "which"},
        "color": _axis("which", "nominal", ""),
    }
    return _spec(title, scene.about(more), rows, mark={"type": "bar", "tooltip": True}, encoding=encoding, height=240)


def _points(scene: _Scene) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]", str]:
    """Return actual and predicted values, a sample of MAX_POINTS when there are more, and a note of that."""
    import numpy as np
    import polars as pl

    actual, predicted = scene.target.cast(pl.Float64).to_numpy(), scene.values
    if scene.n <= MAX_POINTS:
        return actual, predicted, ""
    kept = np.sort(np.random.default_rng(scene.seed).choice(scene.n, MAX_POINTS, replace=False))
    return actual[kept], predicted[kept], f", a sample of {MAX_POINTS:,} shown"


def _predicted_actual(scene: _Scene, title: str) -> dict[str, Any]:
    actual, predicted, more = _points(scene)
    rows = [{"actual": float(a), "predicted": float(p)} for a, p in zip(actual, predicted, strict=True)]
    low, high = float(min(actual.min(), predicted.min())), float(max(actual.max(), predicted.max()))
    name = scene.target.name
    encoding = {
        "x": _axis("actual", "quantitative", f"actual {name}", scale={"zero": False}),
        "y": _axis("predicted", "quantitative", f"predicted {name}", scale={"zero": False}),
    }
    ends = [{"actual": low, "predicted": low}, {"actual": high, "predicted": high}]
    layers = [
        {"mark": {"type": "point", "opacity": 0.5, "tooltip": True}},
        {"data": {"values": ends}, "mark": {"type": "line", "strokeDash": [4, 4], "opacity": 0.5}},
    ]
    return _spec(title, scene.about(more), rows, encoding=encoding, layer=layers, height=280)


def _residuals(scene: _Scene, title: str) -> dict[str, Any]:
    actual, predicted, more = _points(scene)
    rows = [{"predicted": float(p), "residual": float(a - p)} for a, p in zip(actual, predicted, strict=True)]
    encoding = {
        "x": _axis("predicted", "quantitative", f"predicted {scene.target.name}", scale={"zero": False}),
        "y": _axis("residual", "quantitative", "residual (actual − predicted)"),
    }
    ends = [{"predicted": float(end), "residual": 0} for end in (predicted.min(), predicted.max())]
    zero = {"data": {"values": ends}, "mark": {"type": "line", "strokeDash": [4, 4], "opacity": 0.5}}
    layers = [{"mark": {"type": "point", "opacity": 0.5, "tooltip": True}}, zero]
    return _spec(title, scene.about(more), rows, encoding=encoding, layer=layers, height=280)


def _residual_histogram(scene: _Scene, title: str) -> dict[str, Any]:
    import numpy as np
    import polars as pl

    residuals = scene.target.cast(pl.Float64).to_numpy() - scene.values
    counts, limits = np.histogram(residuals, bins=min(40, max(5, int(np.sqrt(scene.n)))), range=_range(residuals))
    rows = [
        {"from": float(low), "to": float(high), "n": int(n)}
        for low, high, n in zip(limits[:-1], limits[1:], counts, strict=True)
    ]
    encoding = {
        "x": _axis("from", "quantitative", "residual (actual − predicted)", bin={"binned": True}),
        "x2": {"field": "to"},
        "y": _axis("n", "quantitative", "rows"),
    }
    return _spec(title, scene.about(), rows, mark={"type": "bar", "tooltip": True}, encoding=encoding, height=240)


def _range(values: "np.ndarray[Any, Any]") -> tuple[float, float]:
    """Return the smallest and largest value, apart even when all are (nearly) the same."""
    low, high = float(values.min()), float(values.max())
    least = 1e-6 * max(1.0, abs(low), abs(high))
    return (low, high) if high - low > least else (low - least, high + least)


_Drawers = dict[str, tuple[str, Callable[[_Scene, str], dict[str, Any]]]]

_CLASSIFICATION: _Drawers = {
    "confusion_matrix": ("Confusion matrix", _confusion),
    "roc": ("ROC curve", _line_chart(_roc_curve, "false positive rate", "true positive rate")),
    "precision_recall": (
        "Precision and recall",
        _line_chart(_precision_recall_curve, "recall", "precision", has_diagonal=False),
    ),
    "calibration": (
        "Calibration",
        _line_chart(_calibration_curve, "predicted probability", "observed share", has_points=True),
    ),
    "class_distribution": ("Class distribution", _distribution),
}
_REGRESSION: _Drawers = {
    "predicted_actual": ("Predicted and actual", _predicted_actual),
    "residuals": ("Residuals", _residuals),
    "residual_histogram": ("Distribution of residuals", _residual_histogram),
}
CHART_KINDS: dict[str, tuple[str, tuple[Task, ...]]] = {
    **{name: (title, ("classification",)) for name, (title, _) in _CLASSIFICATION.items()},
    **{name: (title, ("regression",)) for name, (title, _) in _REGRESSION.items()},
    "importance": ("Importance", ("classification", "regression")),
}
"""Every kind of chart: its title and the tasks it suits."""
