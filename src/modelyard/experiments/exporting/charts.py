"""Charts of a comparison: scores with intervals, and score against cost and seconds with the line nothing beats."""

from collections.abc import Callable
from typing import Any

from modelyard.data.reporting.shown import shown
from modelyard.experiments.comparing.document import ConfigurationResult, ExperimentResults, ScorerResult
from modelyard.experiments.exporting.telling import ranked
from modelyard.models.charts.chart import Chart, Rows, Spec, axis, spec, tip

NAME_CHARACTERS = 30
"""Of a name beside an axis; tables have all of it."""
Price = Callable[[ConfigurationResult], float | None]


def charts_of(results: ExperimentResults, scorer: ScorerResult) -> list[Chart]:
    """Return the charts of one scorer; one that cannot be drawn says why."""
    cost = "USD per 1,000 answers"
    seconds = "median seconds of an answer"
    return [
        _intervals(results, scorer),
        _against("cost", f"{scorer.title} and cost", cost, results, scorer, _usd, scorer.cost_front),
        _against("latency", f"{scorer.title} and seconds", seconds, results, scorer, _seconds, scorer.latency_front),
    ]


def _intervals(results: ExperimentResults, scorer: ScorerResult) -> Chart:
    rows = [each for row in _ranked(results, scorer) if (each := _scored(row, scorer)) is not None]
    title = f"{scorer.title} by configuration"
    if not rows:
        return Chart(id="scores", title=title, kind="scores", unavailable="No configuration has a score.")
    rows = [{**row, "name": f"{rank} · {shown(row['name'], NAME_CHARACTERS)}"} for rank, row in enumerate(rows, 1)]
    names = {**axis("name", "nominal", "", sort=[row["name"] for row in rows], axis={"labelLimit": 220}), "title": None}
    told = tip(("name", "configuration"), ("score", "score", ".1f"), ("low", "from", ".1f"), ("high", "to", ".1f"))
    layers = [_ends("x"), {"mark": {"type": "point", "filled": True, "size": 60}, "encoding": {"tooltip": told}}]
    made = spec(
        title,
        "points of a hundred, with 95 % intervals",
        rows,
        encoding={"y": names, "x": axis("score", "quantitative", f"{scorer.title} (of 100)", scale={"zero": False})},
        layer=layers,
        height={"step": 26},
    )
    return Chart(id="scores", title=title, kind="scores", spec=made)


def _against(
    name: str,
    title: str,
    price_title: str,
    results: ExperimentResults,
    scorer: ScorerResult,
    price: Price,
    front: list[int],
) -> Chart:
    rows: Rows = []
    for rank, row in enumerate(_ranked(results, scorer), 1):
        scored, paid = _scored(row, scorer), price(row)
        if scored is not None and paid is not None:
            rows.append({**scored, "rank": f"{rank}", "price": paid, "is_front": row.place in front})
    if name == "cost" and rows and not any(row["price"] for row in rows):
        return Chart(id=name, title=title, kind=name, unavailable="Every answer was free.")
    if not rows:
        why = "Nobody knows what these configurations cost." if name == "cost" else "No configuration has a score."
        return Chart(id=name, title=title, kind=name, unavailable=why)
    encoding = {
        "x": axis("price", "quantitative", price_title, scale={"zero": False, "nice": True}),
        "y": axis("score", "quantitative", f"{scorer.title} (of 100)", scale={"zero": False}),
    }
    told = tip(("name", "configuration"), ("score", "score", ".1f"), ("price", price_title, ",.4~g"))
    layers: list[Spec] = [
        {
            "transform": [{"filter": "datum.is_front"}],
            "mark": {"type": "line", "strokeDash": [4, 4], "opacity": 0.6, "interpolate": "step-after"},
            "encoding": {"order": {"field": "price", "type": "quantitative"}},
        },
        _ends("y"),
        {"mark": {"type": "point", "filled": True, "size": 60}, "encoding": {"tooltip": told}},
        {"mark": {"type": "text", "align": "left", "dx": 7, "dy": -7}, "encoding": {"text": {"field": "rank"}}},
    ]
    unpriced = len(results.configurations) - len(rows)
    left_out = f"; {unpriced} without a price or a score left out" if unpriced else ""
    subtitle = f"by rank, with 95 % intervals; the line: no other is better at that price{left_out}"
    made = spec(title, subtitle, rows, encoding=encoding, layer=layers, height=220)
    return Chart(id=name, title=title, kind=name, spec=made)


def _ends(channel: str) -> Spec:
    """Return the layer of the intervals, for those that have one."""
    other = {"field": "high"}
    low = axis("low", "quantitative", "")
    low.pop("title")
    return {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.7},
        "encoding": {channel: low, f"{channel}2": other},
    }


def _ranked(results: ExperimentResults, scorer: ScorerResult) -> list[ConfigurationResult]:
    return [results.configurations[place] for place in ranked(scorer, results)]


def _scored(row: ConfigurationResult, scorer: ScorerResult) -> dict[str, Any] | None:
    found = row.scores[scorer.name].estimate
    if found is None:
        return None
    ends = {name: 100 * end for name, end in (("low", found.low), ("high", found.high)) if end is not None}
    return {"name": row.name, "score": 100 * found.value, **ends}


def _usd(row: ConfigurationResult) -> float | None:
    return 1000 * row.usd_per_answer if row.usd_per_answer is not None else None


def _seconds(row: ConfigurationResult) -> float | None:
    return row.seconds.p50.value if row.seconds else None
