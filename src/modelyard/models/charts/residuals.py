"""Charts of predicted numbers: against the actual ones, and three views of what is left."""

from typing import TYPE_CHECKING, Any

from modelyard.models.charts.chart import MAX_POINTS, Rows, Spec, Unavailable, at_most, axis, dashed, plain, spec, tip
from modelyard.models.charts.scene import Scene

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

QUANTILES = 500
RESIDUAL = "residual (actual − predicted)"


def predicted_actual(scene: Scene, title: str) -> Spec:
    """Draw predicted against actual; on the dashed line both are the same."""
    kept, more = at_most(scene.n, MAX_POINTS, seed=scene.seed)
    actual, predicted = scene.actual[kept], scene.values[kept]
    rows: Rows = [{"actual": plain(a), "predicted": plain(p)} for a, p in zip(actual, predicted, strict=True)]
    low, high = plain(min(actual.min(), predicted.min())), plain(max(actual.max(), predicted.max()))
    name = scene.target.name
    encoding = {
        "x": axis("actual", "quantitative", f"actual {name}", scale={"zero": False}),
        "y": axis("predicted", "quantitative", f"predicted {name}", scale={"zero": False}),
    }
    layers = [
        {"mark": {"type": "point", "opacity": 0.5}, "encoding": {"tooltip": tip(*_both())}},
        dashed([{"actual": low, "predicted": low}, {"actual": high, "predicted": high}]),
    ]
    return spec(title, scene.about(more), rows, encoding=encoding, layer=layers, height=280)


def against_predicted(scene: Scene, title: str) -> Spec:
    """Draw residuals against predictions: a pattern means that something was not learned."""
    kept, more = at_most(scene.n, MAX_POINTS, seed=scene.seed)
    predicted, left = scene.values[kept], _residuals(scene)[kept]
    rows: Rows = [{"predicted": plain(p), "residual": plain(r)} for p, r in zip(predicted, left, strict=True)]
    encoding = {
        "x": axis("predicted", "quantitative", f"predicted {scene.target.name}", scale={"zero": False}),
        "y": axis("residual", "quantitative", RESIDUAL),
    }
    ends = [{"predicted": plain(end), "residual": 0} for end in (predicted.min(), predicted.max())]
    told = tip(("predicted", "predicted", ",.4~g"), ("residual", "residual", ",.4~g"))
    layers = [{"mark": {"type": "point", "opacity": 0.5}, "encoding": {"tooltip": told}}, dashed(ends)]
    return spec(title, scene.about(more), rows, encoding=encoding, layer=layers, height=280)


def histogram(scene: Scene, title: str) -> Spec:
    """Draw how many rows have which residual."""
    import numpy as np

    left = _residuals(scene)
    counts, limits = np.histogram(left, bins=min(40, max(5, int(np.sqrt(scene.n)))), range=_range(left))
    rows: Rows = [
        {"from": float(low), "to": float(high), "n": int(n)}
        for low, high, n in zip(limits[:-1], limits[1:], counts, strict=True)
    ]
    encoding = {
        "x": axis("from", "quantitative", RESIDUAL, bin={"binned": True}),
        "x2": {"field": "to"},
        "y": axis("n", "quantitative", "rows"),
        "tooltip": tip(("from", "from", ",.4~g"), ("to", "to", ",.4~g"), ("n", "rows", ",")),
    }
    return spec(title, scene.about(), rows, mark="bar", encoding=encoding, height=240)


def quantiles(scene: Scene, title: str) -> Spec:
    """Draw residuals against those of a normal distribution: off the dashed line the tails are heavier or lighter."""
    import numpy as np
    from scipy.stats import norm

    if scene.n < 3:
        raise Unavailable("It needs at least three rows.")
    left = np.sort(_residuals(scene))
    kept = np.unique(np.linspace(0, scene.n - 1, min(QUANTILES, scene.n)).round().astype(int))
    expected = norm.ppf((kept + 0.5) / scene.n, loc=left.mean(), scale=max(float(left.std()), 1e-300))
    rows: Rows = [{"normal": plain(e), "residual": plain(r)} for e, r in zip(expected, left[kept], strict=True)]
    encoding = {
        "x": axis("normal", "quantitative", "residual of a normal distribution"),
        "y": axis("residual", "quantitative", RESIDUAL),
    }
    told = tip(("normal", "normal", ",.4~g"), ("residual", "residual", ",.4~g"))
    ends = [{"normal": plain(end), "residual": plain(end)} for end in (expected[0], expected[-1])]
    layers = [{"mark": {"type": "point", "opacity": 0.6}, "encoding": {"tooltip": told}}, dashed(ends)]
    more = f", {len(kept)} quantiles" if len(kept) < scene.n else ""
    return spec(title, scene.about(more), rows, encoding=encoding, layer=layers, height=280)


def _residuals(scene: Scene) -> "Array":
    left: Array = scene.actual - scene.values
    return left


def _both() -> tuple[tuple[str, str, str], ...]:
    return ("actual", "actual", ",.4~g"), ("predicted", "predicted", ",.4~g")


def _range(values: "Array") -> tuple[float, float]:
    """Return the smallest and largest value, apart even when all are (nearly) the same."""
    low, high = float(values.min()), float(values.max())
    least = 1e-6 * max(1.0, abs(low), abs(high))
    return (low, high) if high - low > least else (low - least, high + least)
