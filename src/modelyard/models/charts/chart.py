"""One chart as a declarative spec, and the pieces that specs are put together from."""

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MAX_POINTS = 5000
MAX_COLUMNS = 30
"""Columns that one chart shows."""

MAX_LEVEL_LETTERS = 30
"""Letters of all names side by side that fit below a chart on a phone."""

SLANTED_NAMES_HEIGHT = 80
"""Pixels that slanted names take below a chart."""

Rows = list[dict[str, Any]]
Spec = dict[str, Any]


class Chart(BaseModel):
    """One chart: a Vega-Lite v6 spec, or why it could not be drawn."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    kind: str
    spec: Spec | None = None
    unavailable: str | None = None


class Unavailable(Exception):
    """A chart that cannot be drawn; the message says why."""


def spec(title: str, subtitle: str, rows: Rows, **rest: Any) -> Spec:
    """Return a spec of one data set; looks are left to the page, the report or the file it is drawn in."""
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle},
        "width": "container",
        "data": {"values": rows},
        **rest,
    }


def axis(field: str, kind: str, title: str, **more: Any) -> Spec:
    """Return one channel of an encoding."""
    return {"field": field, "type": kind, "title": title, **more}


def names_axis(field: str, title: str, names: list[str], *, is_x: bool = False) -> Spec:
    """Return the channel of names in their order; below the chart, long ones are slanted so that they can be read."""
    slant = {"axis": {"labelAngle": -40 if sum(map(len, names)) > MAX_LEVEL_LETTERS else 0}} if is_x else {}
    return axis(field, "nominal", title, sort=names, **slant)


def slant_height(channel: Spec) -> int:
    """Return how much higher a chart has to be for the slanted names below it, so that its plot keeps its height."""
    return SLANTED_NAMES_HEIGHT if channel.get("axis", {}).get("labelAngle") else 0


def tip(*fields: tuple[str, str] | tuple[str, str, str]) -> list[Spec]:
    """Return the tooltip: field, title and, for numbers, their format."""
    return [
        {"field": field, "title": title, **({"format": rest[0], "type": "quantitative"} if rest else {})}
        for field, title, *rest in fields
    ]


def choice(name: str, label: str, options: list[str], *, chosen: str | None = None) -> Spec:
    """Return a parameter that the reader chooses from a list."""
    bind = {"input": "select", "options": options, "name": f"{label} "}
    return {"name": name, "value": chosen if chosen is not None else options[0], "bind": bind}


def dashed(ends: Rows, **more: Any) -> Spec:
    """Return a layer with a line of reference through two points."""
    return {"data": {"values": ends}, "mark": {"type": "line", "strokeDash": [4, 4], "opacity": 0.6, **more}}


def plain(value: Any, digits: int = 6) -> float | None:
    """Return a number as JSON takes it, shortened; None when it is not finite."""
    number = float(value)
    return float(f"{number:.{digits}g}") if number - number == 0 else None


def at_most(n_rows: int, limit: int, *, seed: int) -> "tuple[Array, str]":
    """Return the places of all rows, or of a sample in their order, and a note that says so."""
    import numpy as np

    if n_rows <= limit:
        return np.arange(n_rows), ""
    kept = np.sort(np.random.default_rng(seed).choice(n_rows, limit, replace=False))
    return kept, f", a sample of {limit:,} shown"
