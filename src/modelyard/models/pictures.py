"""A model's charts as files."""

from typing import Literal

from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.models.charts.render import png, svg
from modelyard.models.charts.theme import Theme
from modelyard.models.verbs import get_model

PictureFormat = Literal["svg", "png"]
MEDIA_TYPES: dict[PictureFormat, str] = {"svg": "image/svg+xml", "png": "image/png"}


def chart_picture(
    ctx: Context, model_id: str, chart_id: str, *, picture: PictureFormat, theme: Theme = "light"
) -> bytes:
    """Return one chart of a model as the bytes of a picture; raise NotFound when it has none of that id."""
    ctx.require("models:read")
    chart = next((each for each in get_model(ctx, model_id).charts if each["id"] == chart_id), None)
    if chart is None:
        raise NotFound(f"The model has no chart {chart_id!r}.")
    if chart["spec"] is None:
        raise NotFound(f"This chart could not be drawn: {chart['unavailable']}")
    return svg(chart["spec"], theme=theme).encode() if picture == "svg" else png(chart["spec"], theme=theme)
