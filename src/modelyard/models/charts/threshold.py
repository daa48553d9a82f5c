"""The threshold chart: what precision, recall and cost become when the class is predicted from another probability."""

from typing import TYPE_CHECKING, Any

from modelyard.models.charts.chart import Rows, Spec, axis, choice, plain, spec, tip
from modelyard.models.charts.curves import told_classes
from modelyard.models.charts.scene import Scene

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

N_STEPS = 100
MAX_CLASSES = 8


def threshold(scene: Scene, title: str) -> Spec:
    """Draw precision, recall and cost against the threshold; sliders set the threshold and what each error costs.

    Cost is the sum over errors, drawn as a share of the dearest threshold's, so that one axis does for all three; the
    text says it per row. Everything is computed in the spec: it works wherever the spec is drawn.
    """
    classes, more = told_classes(scene, MAX_CLASSES)
    rows: Rows = [row for name, is_class, score in classes for row in _steps(name, is_class, score)]
    names = [name for name, _, _ in classes]
    params = [
        _slider("threshold", "Threshold", 0.5, 1, 1 / N_STEPS),
        _slider("false_alarm", "Cost of a false alarm", 1, 20, 0.5),
        _slider("miss", "Cost of a miss", 1, 20, 0.5),
    ]
    if len(names) > 1:
        params.append(choice("of_class", "Class", names))
    filtered = [{"filter": "datum.class === of_class"}] if len(names) > 1 else []
    transform = [
        *filtered,
        {"calculate": f"(datum.fp * false_alarm + datum.fn * miss) / {scene.n}", "as": "per_row"},
        {"joinaggregate": [{"op": "max", "field": "per_row", "as": "dearest"}]},
        {"joinaggregate": [{"op": "min", "field": "per_row", "as": "cheapest"}]},
        {"calculate": "datum.dearest > 0 ? datum.per_row / datum.dearest : 0", "as": "cost"},
    ]
    at = {"filter": f"abs(datum.t - threshold) < {0.5 / N_STEPS}"}
    x = axis("t", "quantitative", "threshold", scale={"domain": [0, 1]})
    return spec(
        title,
        scene.about(more),
        rows,
        params=params,
        transform=transform,
        encoding={"x": x},
        layer=[_lines(), _rule(at), _told(at), _cheapest()],
        height=280,
    )


def _steps(name: str, is_class: "Array", score: "Array") -> Rows:
    """Return the counts at each threshold: rows with a probability of at least it are predicted as the class."""
    import numpy as np

    cuts = np.arange(N_STEPS + 1) / N_STEPS
    of_class, of_rest = np.sort(score[is_class]), np.sort(score[~is_class])
    missed = np.searchsorted(of_class, cuts, side="left")
    alarms = len(of_rest) - np.searchsorted(of_rest, cuts, side="left")
    hits = len(of_class) - missed
    return [
        {
            "class": name,
            "t": plain(cut),
            "tp": int(tp),
            "fp": int(fp),
            "fn": int(fn),
            "precision": plain(tp / (tp + fp)) if tp + fp else None,
            "recall": plain(tp / (tp + fn)),
        }
        for cut, tp, fp, fn in zip(cuts, hits, alarms, missed, strict=True)
    ]


def _slider(name: str, label: str, value: float, most: float, step: float) -> Spec:
    bind = {"input": "range", "min": 0, "max": most, "step": step, "name": f"{label} "}
    return {"name": name, "value": value, "bind": bind}


def _lines() -> Spec:
    return {
        "transform": [{"fold": ["precision", "recall", "cost"], "as": ["measure", "value"]}],
        "mark": "line",
        "encoding": {
            "y": axis("value", "quantitative", "share (cost: of the dearest)", scale={"domain": [0, 1]}),
            "color": axis("measure", "nominal", "", scale={"domain": ["precision", "recall", "cost"]}),
            "tooltip": tip(
                ("t", "threshold", ".2f"),
                ("measure", ""),
                ("value", "value", ".3f"),
                ("tp", "found", ","),
                ("fp", "false alarms", ","),
                ("fn", "missed", ","),
            ),
        },
    }


def _rule(at: Spec) -> Spec:
    return {"transform": [at], "mark": {"type": "rule", "strokeDash": [4, 4]}}


def _told(at: Spec) -> Spec:
    """Return the text at the top: what the chosen threshold gives."""
    told = (
        "'precision ' + (isValid(datum.precision) ? format(datum.precision, '.3f') : '–')"
        " + '   recall ' + format(datum.recall, '.3f') + '   cost per row ' + format(datum.per_row, '.3f')"
    )
    return {
        "transform": [at, {"calculate": told, "as": "told"}],
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": -4},
        "encoding": {"x": {"value": 0}, "y": {"value": 0}, "text": {"field": "told"}},
    }


def _cheapest() -> Spec:
    return {
        "transform": [
            {"filter": "datum.per_row === datum.cheapest"},
            {"window": [{"op": "row_number", "as": "nth"}], "sort": [{"field": "t"}]},
            {"filter": "datum.nth === 1"},
        ],
        "mark": {"type": "point", "filled": True, "size": 40, "opacity": 1},
        "encoding": {
            "y": axis("cost", "quantitative", ""),
            "color": {"datum": "cost"},
            "tooltip": tip(("t", "cheapest threshold", ".2f"), ("per_row", "cost per row", ".3f")),
        },
    }
