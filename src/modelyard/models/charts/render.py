"""Charts as pictures, for reports and downloads: the same spec as in the browser, drawn without one."""

import re
from typing import Any

from modelyard.kernel.errors import Invalid
from modelyard.models.charts.chart import Spec
from modelyard.models.charts.theme import Theme, config

WIDTH = 560
SCALE = 2.0
"""Pixels of a PNG per unit of the spec."""
_ILLEGIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 leaves out of its characters."""


def svg(spec: Spec, *, theme: Theme = "light", width: int = WIDTH) -> str:
    """Return the chart as SVG text; raise Invalid when the spec cannot be drawn."""
    import vl_convert

    return str(_converted(vl_convert.vegalite_to_svg, spec, theme, width))


def png(spec: Spec, *, theme: Theme = "light", width: int = WIDTH, scale: float = SCALE) -> bytes:
    """Return the chart as the bytes of a PNG; raise Invalid when the spec cannot be drawn."""
    import vl_convert

    found: bytes = _converted(vl_convert.vegalite_to_png, spec, theme, width, scale=scale)
    return found


def _converted(convert: Any, spec: Spec, theme: Theme, width: int, **options: Any) -> Any:
    # No data is fetched: what a chart shows is in its spec.
    try:
        return convert(still(spec, width), config=config(theme), allowed_base_urls=[], **options)
    except ValueError as error:
        raise Invalid(f"The chart could not be drawn: {str(error)[:200]}") from error


def still(spec: Spec, width: int) -> Spec:
    """Return the spec for a picture: a width in pixels, and what the reader could choose said in the subtitle."""
    found: Spec = _legible(spec)
    if found.get("width") == "container":
        found["width"] = width
    told = [
        f"{param['bind'].get('name', param['name']).strip()}: {_short(param.get('value'))}"
        for param in found.get("params", [])
        if "bind" in param
    ]
    title = found.get("title")
    if told and isinstance(title, dict):
        given = title.get("subtitle", [])
        title["subtitle"] = [*([given] if isinstance(given, str) else given), " · ".join(told)]
    return found


def _legible(part: Any) -> Any:
    """Return a copy without the characters that no SVG may hold: the renderer ends its process over one of them."""
    if isinstance(part, str):
        return _ILLEGIBLE.sub("\ufffd", part)
    if isinstance(part, dict):
        return {_legible(name): _legible(value) for name, value in part.items()}
    return [_legible(value) for value in part] if isinstance(part, list | tuple) else part


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
