"""Charts of predicted rows: of one batch, and of groups beside each other; the same on the page and in reports."""

from collections.abc import Sequence
from typing import Any

from modelyard.models.charts.chart import Chart, Rows, Spec, axis, names_axis, plain, slant_height, spec, tip
from modelyard.models.charts.theme import CATEGORY_COLORS
from modelyard.predictions.batches.tallies import N_CONFIDENCES, Tally
from modelyard.predictions.comparing.groups import OTHERS, Group
from modelyard.predictions.comparing.statistics import shares
from modelyard.predictions.percents import percent

MAX_BARS = 40
MANY_POINTS = 18
"""Beside each other; more stand closer."""
LEGEND_LETTERS, LEGEND_GAP, LEGEND_CUT = 84, 4, 26
"""Letters in a line above a chart, room between two names, and where a long one is cut."""
MAX_SHOWN = 5
"""Classes with a colour of their own; the others are drawn together."""
_SHARE = {"axis": {"format": "%"}, "scale": {"zero": True, "nice": True}}


def batch_charts(
    tally: Tally, classes: Sequence[str] | None, numbers: dict[str, Any] | None, *, not_sure_below: float | None = None
) -> list[Chart]:
    """Return the charts of one batch: what was predicted, and how sure the model was."""
    found = []
    if classes is not None and tally.n:
        found.append(distribution(tally, classes))
    if numbers is not None:
        found.append(histogram(numbers, tally.n))
    if tally.n_confident:
        found.append(confidence(tally, not_sure_below))
    return found


def distribution(tally: Tally, classes: Sequence[str]) -> Chart:
    """Draw the share of each class with its interval."""
    ordered = list(classes) if len(classes) <= MAX_BARS else sorted(classes, key=lambda name: -_n(tally, name))
    shown = ordered[:MAX_BARS]
    rows: Rows = [
        {
            "class": name,
            "n": _n(tally, name),
            "share": plain(each.share),
            "low": plain(each.low),
            "high": plain(each.high),
        }
        for name, each in shares(tally, shown).items()
    ]
    more = f", the {len(shown)} most frequent of {len(ordered)} classes" if len(shown) < len(ordered) else ""
    colors = {"domain": list(classes), "range": [_color(place) for place in range(len(classes))]}
    told = tip(("class", "class"), ("n", "rows", ","), ("share", "share", ".1%"), *_interval(".1%"))
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "opacity": 0.85},
            "encoding": {
                "x": axis("share", "quantitative", "share of the rows", **_SHARE),
                "color": {"field": "class", "type": "nominal", "scale": colors, "legend": None},
            },
        },
        {
            "mark": {"type": "rule", "strokeWidth": 1.5},
            "encoding": {"x": axis("low", "quantitative", "share of the rows"), "x2": {"field": "high"}},
        },
    ]
    encoding = {"y": names_axis("class", "predicted class", shown), "tooltip": told}
    height = {"step": 26 if len(shown) <= 12 else 18}
    subtitle = f"n = {tally.n:,} rows, with 95 % intervals{more}"
    drawn = spec("What was predicted", subtitle, rows, encoding=encoding, layer=layers, height=height)
    return Chart(id="distribution", title="What was predicted", kind="distribution", spec=drawn)


def confidence(tally: Tally, not_sure_below: float | None) -> Chart:
    """Draw how many rows were predicted with which confidence."""
    rows: Rows = [
        {"from": plain(step / N_CONFIDENCES), "to": plain((step + 1) / N_CONFIDENCES), "n": n}
        for step, n in enumerate(tally.confidences)
    ]
    about = f"n = {tally.n_confident:,} rows, mean {percent(tally.mean_confidence or 0, 0)}"
    bars: Spec = {
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {
            "x": axis("from", "quantitative", "confidence: probability of the predicted class", bin={"binned": True})
            | {"axis": {"format": "%"}, "scale": {"domain": [0, 1]}},
            "x2": {"field": "to"},
            "y": axis("n", "quantitative", "rows"),
            "tooltip": tip(("from", "from", ".0%"), ("to", "to", ".0%"), ("n", "rows", ",")),
        },
    }
    layers = [bars]
    if not_sure_below is not None:
        about += f", not sure below {percent(not_sure_below, 0)}"
        line: Spec = {
            "data": {"values": [{"at": not_sure_below}]},
            "mark": {"type": "rule", "strokeDash": [4, 4], "strokeWidth": 1.5},
            "encoding": {"x": {"field": "at", "type": "quantitative"}},
        }
        layers.append(line)
    drawn = spec("How sure the model was", about, rows, layer=layers, height=180)
    return Chart(id="confidence", title="How sure the model was", kind="histogram", spec=drawn)


def histogram(numbers: dict[str, Any], n: int) -> Chart:
    """Draw how predicted numbers are spread."""
    edges, counts = numbers["histogram"]["edges"], numbers["histogram"]["counts"]
    rows: Rows = [
        {"from": plain(low), "to": plain(high), "n": count}
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]
    encoding = {
        "x": axis("from", "quantitative", "predicted number", bin={"binned": True}, scale={"zero": False}),
        "x2": {"field": "to"},
        "y": axis("n", "quantitative", "rows"),
        "tooltip": tip(("from", "from", ",.4~g"), ("to", "to", ",.4~g"), ("n", "rows", ",")),
    }
    about = f"n = {n:,} rows, mean {numbers['mean']:,.4g}"
    mark = {"type": "bar", "binSpacing": 1}
    drawn = spec("What was predicted", about, rows, mark=mark, encoding=encoding, height=220)
    return Chart(id="distribution", title="What was predicted", kind="histogram", spec=drawn)


def group_charts(groups: Sequence[Group], classes: Sequence[str] | None, *, in_time: bool) -> list[Chart]:
    """Return what compares the groups: shares of classes, or means."""
    drawn = [group for group in groups if group.tally.n]
    if not drawn:
        return []
    return [_shares_chart(drawn, classes, in_time=in_time)] if classes is not None else [_means_chart(drawn)]


def _shares_chart(groups: Sequence[Group], classes: Sequence[str], *, in_time: bool) -> Chart:
    total = Tally()
    for group in groups:
        total.join(group.tally)
    frequent = sorted(classes, key=lambda name: -_n(total, name))
    chosen = set(frequent if len(classes) <= MAX_SHOWN + 1 else frequent[:MAX_SHOWN])
    names = [name for name in classes if name in chosen] + ([OTHERS] if len(chosen) < len(classes) else [])
    rows: Rows = [
        {
            "group": group.title,
            "class": name,
            "n": group.tally.n,
            "share": plain(each.share),
            "low": plain(each.low),
            "high": plain(each.high),
        }
        for group in groups
        for name, each in shares(_lumped(group.tally, chosen), names).items()
    ]
    places = {name: place for place, name in enumerate(classes)}
    colors = {
        "domain": names,
        "range": [_color(places[name]) if name != OTHERS else "#8a857d" for name in names],
    }
    titles = [group.title for group in groups]
    color = axis("class", "nominal", "", scale=colors, legend={"columns": _legend_columns(names)})
    told = tip(
        ("group", ""), ("class", "class"), ("share", "share", ".1%"), *_interval(".1%"), ("n", "rows of the group", ",")
    )
    about = f"n = {total.n:,} rows in {len(groups)} groups, with 95 % intervals"
    if in_time:
        x = names_axis("group", "", titles, is_x=True)
        layers: list[Spec] = [
            {"mark": {"type": "errorband", "opacity": 0.18}, "encoding": _ends("y")},
            {
                "mark": {"type": "line", "point": True},
                "encoding": {"y": axis("share", "quantitative", "share", **_SHARE)},
            },
        ]
        encoding: Spec = {"x": x, "color": color, "tooltip": told}
        height: Any = 260 + slant_height(x)
    else:
        layers = [
            {"mark": "rule", "encoding": _ends("x")},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"x": axis("share", "quantitative", "share", **_SHARE)},
            },
        ]
        encoding = {"y": names_axis("group", "", titles), "yOffset": {"field": "class", "sort": names}, "color": color}
        encoding["tooltip"] = told
        height = {"step": 14 if len(groups) * len(names) <= MANY_POINTS else 9}
    drawn = spec("Shares of the classes", about, rows, encoding=encoding, layer=layers, height=height)
    return Chart(id="shares", title="Shares of the classes", kind="comparison", spec=drawn)


def _means_chart(groups: Sequence[Group]) -> Chart:
    rows: Rows = [
        {
            "group": group.title,
            "n": group.tally.n,
            "value": plain(group.mean.value) if group.mean else plain(group.tally.mean or 0.0),
            "low": plain(group.mean.low) if group.mean else None,
            "high": plain(group.mean.high) if group.mean else None,
        }
        for group in groups
    ]
    scale = {"scale": {"zero": False}}
    layers = [
        {
            "mark": "rule",
            "encoding": {"x": axis("low", "quantitative", "mean prediction", **scale), "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {"x": axis("value", "quantitative", "mean prediction", **scale)},
        },
    ]
    told = tip(("group", ""), ("value", "mean", ",.4~g"), *_interval(",.4~g"), ("n", "rows", ","))
    encoding = {"y": names_axis("group", "", [group.title for group in groups]), "tooltip": told}
    about = f"n = {sum(group.tally.n for group in groups):,} rows, with 95 % intervals"
    drawn = spec("Mean prediction", about, rows, encoding=encoding, layer=layers, height={"step": 26})
    return Chart(id="means", title="Mean prediction", kind="comparison", spec=drawn)


def _legend_columns(names: Sequence[str]) -> int:
    """Return how many names fit beside each other above a chart: a wider legend would make the chart smaller."""
    longest = min(max(map(len, names), default=0), LEGEND_CUT)
    return max(1, min(len(names), LEGEND_LETTERS // (longest + LEGEND_GAP)))


def _lumped(tally: Tally, chosen: set[str]) -> Tally:
    """Return the tally with all classes but the chosen ones as one."""
    found = Tally(n=tally.n)
    for name, n in tally.classes.items():
        kept = name if name in chosen else OTHERS
        found.classes[kept] = found.classes.get(kept, 0) + n
    return found


def _ends(channel: str) -> Spec:
    return {channel: axis("low", "quantitative", "share", **_SHARE), f"{channel}2": {"field": "high"}}


def _interval(form: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    return ("low", "95 % from", form), ("high", "95 % to", form)


def _n(tally: Tally, name: str) -> int:
    return tally.classes.get(name, 0)


def _color(place: int) -> str:
    return CATEGORY_COLORS[place % len(CATEGORY_COLORS)]
