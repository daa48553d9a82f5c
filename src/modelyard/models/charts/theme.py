"""How every chart looks outside the browser: the page's colours, in light and dark (frontend/src/ui/chart-theme.ts)."""

from typing import Any, Literal

Theme = Literal["light", "dark"]

CATEGORY_COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
"""Okabe and Ito (2008), without black."""
_PAGE = {
    "light": {"surface": "#ffffff", "text": "#1f1d1a", "muted": "#5f5a53", "line": "#e4e1dc"},
    "dark": {"surface": "#1e1c1a", "text": "#edeae6", "muted": "#aea8a0", "line": "#35322e"},
}
FONT = "Inter, Liberation Sans, Arial, sans-serif"
"""Liberation Sans comes with the renderer, so pictures need no fonts of the machine."""
LABEL_LIMIT = 140
"""Pixels of a label before it is cut with an ellipsis."""

_SPARSE = {"labelOverlap": "parity", "labelSeparation": 6}
"""Numbers along an axis leave room between them; names are never left out."""


def config(theme: Theme) -> dict[str, Any]:
    """Return the Vega-Lite config of a theme."""
    colors = _PAGE[theme]
    text, muted, line = colors["text"], colors["muted"], colors["line"]
    labels = {"labelColor": muted, "titleColor": muted, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "background": colors["surface"],
        "padding": 12,
        "font": FONT,
        "view": {"stroke": "transparent"},
        "range": {
            "category": list(CATEGORY_COLORS),
            "diverging": ["#5e3c99", "#b2abd2", line, "#fdb863", "#e66101"],
            "heatmap": {"scheme": "viridis"},
            "ramp": {"scheme": "viridis"},
        },
        "mark": {"color": CATEGORY_COLORS[0]},
        "rule": {"color": muted},
        "tick": {"color": text},
        "text": {"color": text, "fontSize": 12},
        "title": {
            "color": text,
            "fontSize": 13,
            "fontWeight": 600,
            "anchor": "start",
            "subtitleColor": muted,
            "subtitlePadding": 4,
        },
        "axis": {
            **labels,
            "titleFontWeight": 500,
            "labelLimit": LABEL_LIMIT,
            "domainColor": line,
            "tickColor": line,
            "gridColor": line,
        },
        "axisQuantitative": _SPARSE,
        "axisTemporal": _SPARSE,
        "legend": {**labels, "labelLimit": LABEL_LIMIT, "titleLimit": 400, "orient": "top", "symbolOpacity": 1},
        "header": {"labelColor": muted, "titleColor": muted},
    }
