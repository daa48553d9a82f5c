"""Curves of probabilities, one per class: ROC, precision and recall, calibration, gain and lift."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.kernel.intervals.interval import wilson
from modelyard.models.charts.chart import Rows, Spec, Unavailable, axis, dashed, plain, spec, tip
from modelyard.models.charts.scene import Scene
from modelyard.models.metrics.evaluate import metric_of
from modelyard.models.target import positions

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MAX_CURVES = 10
"""Classes with a curve of their own: the most frequent ones."""
CURVE_POINTS = 200
N_BINS = 10

Points = list[dict[str, Any]]
"""`x` and `y` of each point in order, `low` and `high` when there is an interval, and what the tooltip tells."""


@dataclass(frozen=True)
class _Line:
    """How a curve is drawn: axis titles, largest y (None: as far as it goes), and what else is shown."""

    x: str
    y: str
    y_max: float | None = 1.0
    has_points: bool = False
    has_diagonal: bool = True
    more_tips: tuple[tuple[str, str, str], ...] = ()
    metric: str | None = None
    """The metric that sums the curve up; it is told in the subtitle."""


def roc(scene: Scene, title: str) -> Spec:
    """Draw the true against the false positive rate; with two classes, the band is its pointwise 95 % interval."""
    return _draw(scene, title, _roc, _Line("false positive rate", "true positive rate", metric="roc_auc"))


def precision_recall(scene: Scene, title: str) -> Spec:
    """Draw precision against recall."""
    line = _Line("recall", "precision", has_diagonal=False, metric="average_precision")
    return _draw(scene, title, _precision_recall, line)


def calibration(scene: Scene, title: str) -> Spec:
    """Draw how often the class is there against how probable it was said to be; bars are 95 % intervals."""
    line = _Line(
        "predicted probability",
        "observed share",
        has_points=True,
        more_tips=(("n", "rows", ","),),
        metric="brier",
    )
    return _draw(scene, title, _calibration, line)


def gain(scene: Scene, title: str) -> Spec:
    """Draw how much of the class is found among the rows with the highest probability."""
    line = _Line(
        "share of the rows, most probable first", "share of the class found", more_tips=(("lift", "lift", ".2f"),)
    )
    return _draw(scene, title, _gain, line)


def lift(scene: Scene, title: str) -> Spec:
    """Draw how many times more often the class is among the rows with the highest probability than among all."""
    line = _Line("share of the rows, most probable first", "lift (1: as among all rows)", None, has_diagonal=False)
    return _draw(scene, title, _lift, line)


def told_classes(scene: Scene, limit: int) -> "tuple[list[tuple[str, Array, Array]], str]":
    """Return for each class to show its name, which rows are of it and their probability; and what was left out.

    Of two classes the second is the one that is looked for.
    """
    if scene.probabilities is None:
        raise Unavailable("This engine gives no probabilities.")
    codes = positions(scene.target, scene.classes)
    wanted, more = scene.frequent(limit)
    drawable = [name for name in wanted if name in scene.classes]
    drawable = drawable[1:] if len(scene.classes) == 2 else drawable
    found, missing = [], []
    for name in drawable:
        place = scene.classes.index(name)
        is_class = codes == place
        if is_class.all() or not is_class.any():
            missing.append(name)
        else:
            found.append((name, is_class, scene.probabilities[:, place]))
    if not found:
        raise Unavailable("All rows are of one class, so there is nothing to tell apart.")
    return found, f"{more}, without {missing[0]!r}: no such row" if missing else more


def _draw(scene: Scene, title: str, points: "Callable[[Array, Array], Points]", line: _Line) -> Spec:
    classes, more = told_classes(scene, MAX_CURVES)
    rows: Rows = []
    for name, is_class, score in classes:
        rows += [{"class": name, "order": order, **point} for order, point in enumerate(points(is_class, score))]
    names = [name for name, _, _ in classes]
    unit = {"scale": {"domain": [0, 1]}}
    y_scale = {"scale": {"domain": [0, line.y_max]}} if line.y_max is not None else {}
    encoding = {
        "x": axis("x", "quantitative", line.x, **unit),
        "y": axis("y", "quantitative", line.y, **y_scale),
    }
    color = axis("class", "nominal", "class", scale={"domain": names})
    told = tip(("class", "class"), ("x", line.x, ".3f"), ("y", line.y, ".3f"), *line.more_tips)
    layers = [*_intervals(rows, color, names, is_bar=line.has_points)]
    layers.append(
        {
            "mark": {"type": "line", "point": line.has_points},
            "encoding": {"color": color, "order": {"field": "order", "type": "quantitative"}, "tooltip": told},
        }
    )
    if line.has_diagonal:
        layers.append(dashed([{"x": 0, "y": 0}, {"x": 1, "y": 1}]))
    summary = _summary(scene, line.metric)
    return spec(title, scene.about(more + summary), rows, encoding=encoding, layer=layers, height=280)


def _intervals(rows: Rows, color: Spec, names: list[str], *, is_bar: bool) -> Iterator[Spec]:
    """Yield the layer of intervals: bars at points; a band behind a line only when it is the only one."""
    if not any("low" in row for row in rows) or (not is_bar and len(names) > 1):
        return
    ends = {"y": axis("low", "quantitative", ""), "y2": {"field": "high"}, "color": color}
    if is_bar:
        yield {"mark": "rule", "encoding": ends}
    else:
        # An area runs along x by itself; an order would cut it into one area per point.
        yield {"mark": {"type": "area", "opacity": 0.2, "tooltip": None}, "encoding": ends}


def _summary(scene: Scene, name: str | None) -> str:
    """Return the metric that stands for the curve, with its interval."""
    if name is None:
        return ""
    metric = metric_of(name, scene.classified, split=scene.split)
    if metric.value is None:
        return ""
    interval = f" ({metric.interval[0]:.3f} to {metric.interval[1]:.3f})" if metric.interval else ""
    return f" · {metric.label} {metric.value:.3f}{interval}"


def _thinned(n: int) -> "Array":
    import numpy as np

    return np.unique(np.linspace(0, n - 1, min(CURVE_POINTS, n)).round().astype(int))


def _roc(is_class: "Array", score: "Array") -> Points:
    from sklearn.metrics import roc_curve

    false_rate, true_rate, cuts = roc_curve(is_class, score)
    n = int(is_class.sum())
    kept = _thinned(len(false_rate))
    return [
        {
            "x": plain(false_rate[i]),
            "y": plain(true_rate[i]),
            "threshold": plain(cuts[i]),
            **_ends(float(true_rate[i]) * n, n),
        }
        for i in kept
    ]


def _precision_recall(is_class: "Array", score: "Array") -> Points:
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(is_class, score)
    kept = len(recall) - 1 - _thinned(len(recall))
    return [{"x": plain(recall[i]), "y": plain(precision[i])} for i in kept]


def _calibration(is_class: "Array", score: "Array") -> Points:
    """Return the mean probability and the share of the class in bins of equal width; empty bins are left out."""
    import numpy as np

    score = score.clip(0, 1)
    bins = np.searchsorted(np.linspace(0, 1, N_BINS + 1)[1:-1], score)
    sizes = np.bincount(bins, minlength=N_BINS)
    hits, totals = np.bincount(bins, is_class, N_BINS), np.bincount(bins, score, N_BINS)
    return [
        {
            "x": plain(totals[i] / sizes[i]),
            "y": plain(hits[i] / sizes[i]),
            "n": int(sizes[i]),
            **_ends(hits[i], int(sizes[i])),
        }
        for i in np.flatnonzero(sizes)
    ]


def _gain(is_class: "Array", score: "Array") -> Points:
    import numpy as np

    found = np.concatenate([[0], is_class[np.argsort(-score, kind="stable")].cumsum()]) / is_class.sum()
    n = len(score)
    return [
        {"x": plain(i / n), "y": plain(found[i]), "lift": plain(found[i] / (i / n)) if i else None}
        for i in _thinned(n + 1)
    ]


def _lift(is_class: "Array", score: "Array") -> Points:
    return [{"x": point["x"], "y": point["lift"]} for point in _gain(is_class, score) if point["lift"] is not None]


def _ends(n_hits: float, n: int) -> dict[str, float | None]:
    low, high = wilson(n_hits, n)
    return {"low": plain(low), "high": plain(high)}
