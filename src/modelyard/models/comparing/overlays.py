"""Charts of several models on the same axes, one colour a model, from the predictions kept with each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.models.charts import curves, residuals
from modelyard.models.charts.chart import Chart, Rows, Spec, Unavailable, axis, choice, dashed, spec, tip
from modelyard.models.charts.scene import Scene
from modelyard.models.comparing.kept import Kept

POINTS_IN_ALL = 3000
"""Points of all models together: more hide each other."""
MAX_COLUMNS = 15


@dataclass(frozen=True)
class Drawn:
    """One model in a chart: how it is called there, and what it predicted."""

    label: str
    kept: Kept

    @property
    def scene(self) -> Scene:
        """What the charts of one model draw from."""
        return Scene(self.kept.target, self.kept.prediction, self.kept.task, self.kept.split, 0)


def overlays(drawn: Sequence[Drawn]) -> list[Chart]:
    """Return the charts of a task with every model in each; one that cannot be drawn says why."""
    makers = _CLASSIFICATION if drawn[0].kept.task == "classification" else _REGRESSION
    return [_chart(name, title, make, drawn) for name, (title, make) in makers.items()]


def importance_overlay(importances: dict[str, Sequence[dict[str, Any]]]) -> Chart:
    """Return the importance of the columns that matter most to any model, side by side, in shares of each model's."""
    shares = {label: _shares(items) for label, items in importances.items()}
    most: dict[str, float] = {}
    for column, share in (pair for each in shares.values() for pair in each.items()):
        most[column] = max(share, most.get(column, 0.0))
    columns = sorted(most, key=lambda name: -most[name])[:MAX_COLUMNS]
    title = "Importance side by side"
    if not columns:
        return Chart(id="importance", title=title, kind="importance", unavailable="No model has importances.")
    rows: Rows = [
        {"model": label, "column": column, "share": share[column]}
        for label, share in shares.items()
        for column in columns
        if column in share
    ]
    encoding = {
        "y": axis("column", "nominal", "column", sort=columns, axis={"labelLimit": 160}),
        "x": axis("share", "quantitative", "share of the model's importance", axis={"format": "%"}),
        "yOffset": {"field": "model", "sort": list(shares)},
        "color": _color(list(shares)),
        "tooltip": tip(("column", "column"), ("model", "model"), ("share", "share", ".1%")),
    }
    more = f"the first {len(columns)} of {len(most)} columns" if len(most) > len(columns) else "all columns"
    made = spec(title, more, rows, mark="bar", encoding=encoding, height={"step": max(8, 26 // len(shares))})
    return Chart(id="importance", title=title, kind="importance", spec=made)


def _shares(items: Sequence[dict[str, Any]]) -> dict[str, float]:
    values = {item["column"]: max(float(item["value"]), 0.0) for item in items}
    total = sum(values.values())
    return {name: value / total for name, value in values.items()} if total > 0 else {}


_Maker = Callable[[Sequence[Drawn], str], Spec]


def _chart(name: str, title: str, make: _Maker, drawn: Sequence[Drawn]) -> Chart:
    try:
        return Chart(id=name, title=title, kind=name, spec=make(drawn, title))
    except Unavailable as reason:
        return Chart(id=name, title=title, kind=name, unavailable=str(reason))


def _curve(draw: Callable[[Scene, str], Spec], x: str, y: str, *, has_diagonal: bool, has_points: bool) -> _Maker:
    def make(drawn: Sequence[Drawn], title: str) -> Spec:
        rows = _rows(drawn, draw, title)
        labels = [each.label for each in drawn]
        classes = list(dict.fromkeys(row["class"] for row in rows))
        told = tip(("model", "model"), ("x", x, ".3f"), ("y", y, ".3f"))
        line = {
            "mark": {"type": "line", "point": has_points},
            "encoding": {
                "color": _color(labels),
                "order": {"field": "order", "type": "quantitative"},
                "tooltip": told,
            },
        }
        if len(classes) > 1:
            line["transform"] = [{"filter": "datum.class === shown_class"}]
        encoding = {
            "x": axis("x", "quantitative", x, scale={"domain": [0, 1]}),
            "y": axis("y", "quantitative", y, scale={"domain": [0, 1]}),
        }
        layers = [line, *([dashed([{"x": 0, "y": 0}, {"x": 1, "y": 1}])] if has_diagonal else [])]
        chosen = {"params": [choice("shown_class", "Class", classes)]} if len(classes) > 1 else {}
        of_class = f" · class {classes[0]!r}" if len(classes) == 1 else ""
        return spec(title, _about(drawn) + of_class, rows, encoding=encoding, layer=layers, height=280, **chosen)

    return make


def _residuals(drawn: Sequence[Drawn], title: str) -> Spec:
    rows = _sampled(_rows(drawn, residuals.against_predicted, title), len(drawn))
    ends = [{"predicted": end(row["predicted"] for row in rows), "residual": 0} for end in (min, max)]
    told = tip(("model", "model"), ("predicted", "predicted", ",.4~g"), ("residual", "residual", ",.4~g"))
    encoding = {
        "x": axis("predicted", "quantitative", f"predicted {drawn[0].kept.target.name}", scale={"zero": False}),
        "y": axis("residual", "quantitative", residuals.RESIDUAL),
    }
    point = {"mark": {"type": "point", "opacity": 0.5}, "encoding": {"color": _labels(drawn), "tooltip": told}}
    return spec(title, _about(drawn), rows, encoding=encoding, layer=[point, dashed(ends)], height=280)


def _predicted_actual(drawn: Sequence[Drawn], title: str) -> Spec:
    rows = _sampled(_rows(drawn, residuals.predicted_actual, title), len(drawn))
    values = [row[name] for row in rows for name in ("actual", "predicted")]
    ends = [{"actual": end(values), "predicted": end(values)} for end in (min, max)]
    name = drawn[0].kept.target.name
    told = tip(("model", "model"), ("actual", "actual", ",.4~g"), ("predicted", "predicted", ",.4~g"))
    encoding = {
        "x": axis("actual", "quantitative", f"actual {name}", scale={"zero": False}),
        "y": axis("predicted", "quantitative", f"predicted {name}", scale={"zero": False}),
    }
    point = {"mark": {"type": "point", "opacity": 0.5}, "encoding": {"color": _labels(drawn), "tooltip": told}}
    return spec(title, _about(drawn), rows, encoding=encoding, layer=[point, dashed(ends)], height=280)


def _error_shares(drawn: Sequence[Drawn], title: str) -> Spec:
    """Draw for each error how many rows are off by at most so much: the curve further up and left is the better one."""
    import numpy as np

    rows: Rows = []
    for each in drawn:
        scene = each.scene
        off = np.sort(abs(scene.actual - scene.values))
        kept = np.unique(np.linspace(0, len(off) - 1, min(200, len(off))).round().astype(int))
        rows += [{"model": each.label, "off": float(off[i]), "share": float((i + 1) / len(off))} for i in kept]
    x, y = "off by at most", "share of the rows"
    encoding = {
        "x": axis("off", "quantitative", x),
        "y": axis("share", "quantitative", y, scale={"domain": [0, 1]}, axis={"format": "%"}),
        "color": _labels(drawn),
        "tooltip": tip(("model", "model"), ("off", x, ",.4~g"), ("share", "share", ".1%")),
    }
    return spec(title, _about(drawn), rows, mark="line", encoding=encoding, height=280)


def _rows(drawn: Sequence[Drawn], draw: Callable[[Scene, str], Spec], title: str) -> Rows:
    """Return the data of each model's own chart, with the model's label."""
    return [{"model": each.label, **row} for each in drawn for row in draw(each.scene, title)["data"]["values"]]


def _sampled(rows: Rows, n_models: int) -> Rows:
    """Return every k-th point, so that few enough remain; the models' rows are in the same order."""
    step = -(-len(rows) // POINTS_IN_ALL)
    size = len(rows) // n_models
    return [row for place, row in enumerate(rows) if place % size % step == 0]


def _about(drawn: Sequence[Drawn]) -> str:
    told = {f"{each.kept.split} rows, n = {each.kept.n:,}" for each in drawn}
    return told.pop() if len(told) == 1 else "different rows"


def _labels(drawn: Sequence[Drawn]) -> Spec:
    return _color([each.label for each in drawn])


def _color(labels: list[str]) -> Spec:
    return axis("model", "nominal", "model", scale={"domain": labels}, legend={"orient": "bottom", "columns": 2})


_CLASSIFICATION: dict[str, tuple[str, _Maker]] = {
    "roc": (
        "ROC curves",
        _curve(curves.roc, "false positive rate", "true positive rate", has_diagonal=True, has_points=False),
    ),
    "precision_recall": (
        "Precision and recall",
        _curve(curves.precision_recall, "recall", "precision", has_diagonal=False, has_points=False),
    ),
    "calibration": (
        "Calibration",
        _curve(curves.calibration, "predicted probability", "observed share", has_diagonal=True, has_points=True),
    ),
    "gain": (
        "Gain",
        _curve(
            curves.gain,
            "share of the rows, most probable first",
            "share of the class found",
            has_diagonal=True,
            has_points=False,
        ),
    ),
}
_REGRESSION: dict[str, tuple[str, _Maker]] = {
    "residuals": ("Residuals", _residuals),
    "error_shares": ("How far off", _error_shares),
    "predicted_actual": ("Predicted and actual", _predicted_actual),
}
