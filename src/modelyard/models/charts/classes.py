"""Charts that count classes: confusion matrix, distribution, and how good each class is found."""

from typing import TYPE_CHECKING, Any

from modelyard.models.charts.chart import Rows, Spec, axis, names_axis, plain, spec, tip
from modelyard.models.charts.scene import Scene
from modelyard.models.metrics.report import class_report
from modelyard.models.target import as_text

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MAX_CLASSES = 40
"""Classes shown: the most frequent ones."""
MAX_NUMBERED = 15
"""Above so many classes the cells are too small for a number."""


def confusion(scene: Scene, title: str) -> Spec:
    """Draw how many rows of each class were predicted as which, as counts or as shares of the class."""
    classes, more = scene.frequent(MAX_CLASSES)
    counts = _crossed(scene, classes)
    totals = counts.sum(axis=1)
    rows: Rows = [
        {
            "actual": a,
            "predicted": p,
            "n": int(counts[i, j]),
            "share": plain(counts[i, j] / totals[i]) if totals[i] else None,
        }
        for i, a in enumerate(classes)
        for j, p in enumerate(classes)
    ]
    place = {
        "x": names_axis("predicted", "predicted class", classes, is_x=True),
        "y": names_axis("actual", "actual class", classes),
        "tooltip": tip(("actual", "actual"), ("predicted", "predicted"), ("n", "rows", ","), ("share", "share", ".1%")),
    }
    color = axis("share", "quantitative", "share of the actual class", scale={"domain": [0, 1]}, legend={"format": "%"})
    layers: list[Spec] = [{"mark": "rect", "encoding": {"color": color}}]
    params = []
    if len(classes) <= MAX_NUMBERED:
        bind = {"input": "radio", "options": ["rows", "share"], "name": "Show "}
        params = [{"name": "shown", "value": "rows", "bind": bind}]
        told = "shown === 'rows' ? format(datum.n, ',') : isValid(datum.share) ? format(datum.share, '.0%') : '–'"
        legible = {"condition": {"test": "datum.share > 0.5", "value": "black"}, "value": "white"}
        text = {"text": {"field": "told"}, "color": legible}
        layers.append({"transform": [{"calculate": told, "as": "told"}], "mark": "text", "encoding": text})
    step = 40 if len(classes) <= 6 else 28 if len(classes) <= MAX_NUMBERED else 14
    return spec(title, scene.about(more), rows, params=params, encoding=place, layer=layers, height={"step": step})


def _crossed(scene: Scene, classes: list[str]) -> "Array":
    """Return the rows of each actual (first) and predicted class, shape (n_classes, n_classes)."""
    import numpy as np

    places = {name: place for place, name in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    for actual, predicted in zip(as_text(scene.target), scene.values, strict=True):
        if actual in places and predicted in places:
            counts[places[actual], places[predicted]] += 1
    return counts


def distribution(scene: Scene, title: str) -> Spec:
    """Draw how often each class is there and how often it was predicted."""
    classes, more = scene.frequent(MAX_CLASSES)
    actual = dict(as_text(scene.target).value_counts(name="n_rows").iter_rows())
    predicted: dict[str, int] = {}
    for name in scene.values:
        predicted[name] = predicted.get(name, 0) + 1
    rows: Rows = [
        {"class": name, "which": which, "n": counts.get(name, 0), "share": plain(counts.get(name, 0) / scene.n)}
        for name in classes
        for which, counts in (("actual", actual), ("predicted", predicted))
    ]
    encoding = {
        "x": names_axis("class", "class", classes, is_x=True),
        "y": axis("n", "quantitative", "rows"),
        "xOffset": {"field": "which"},
        "color": axis("which", "nominal", ""),
        "tooltip": tip(("class", "class"), ("which", ""), ("n", "rows", ","), ("share", "share", ".1%")),
    }
    return spec(title, scene.about(more), rows, mark="bar", encoding=encoding, height=240)


def class_scores(scene: Scene, title: str) -> Spec:
    """Draw precision, recall and F1 of each class with their intervals."""
    report = class_report(scene.classified, split=scene.split)
    shown = report.rows[:MAX_CLASSES]
    more = f", {len(shown)} of {len(report.rows)} classes" if len(shown) < len(report.rows) else ""
    rows: Rows = [
        {
            "class": row.name,
            "n": row.n,
            "metric": metric.label,
            "value": plain(metric.value),
            "low": plain(metric.interval[0]) if metric.interval else None,
            "high": plain(metric.interval[1]) if metric.interval else None,
        }
        for row in shown
        for metric in row.metrics
        if metric.value is not None
    ]
    names = [row.name for row in shown]
    encoding = {
        "y": names_axis("class", "class", names),
        "yOffset": {"field": "metric"},
        "color": axis("metric", "nominal", ""),
        "tooltip": tip(
            ("class", "class"),
            ("metric", "metric"),
            ("value", "value", ".3f"),
            ("low", "95 % from", ".3f"),
            ("high", "95 % to", ".3f"),
            ("n", "rows of the class", ","),
        ),
    }
    x_title, unit = "value with 95 % interval", {"scale": {"domain": [0, 1]}}
    layers = [
        {"mark": "rule", "encoding": {"x": axis("low", "quantitative", x_title, **unit), "x2": {"field": "high"}}},
        {
            "mark": {"type": "point", "filled": True, "size": 50, "opacity": 1},
            "encoding": {"x": axis("value", "quantitative", x_title, **unit)},
        },
    ]
    return spec(title, scene.about(more), rows, encoding=encoding, layer=layers, height={"step": 14})
