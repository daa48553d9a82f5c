"""The colours of words: of the class that a word tells, as on every chart of the model."""

from collections.abc import Sequence

from modelyard.models.charts.theme import CATEGORY_COLORS, Theme, config


def class_colors(classes: Sequence[str], theme: Theme) -> dict[str | None, str]:
    """Return the colour of each class by its place among the model's classes; None: of words that tell none."""
    colors: dict[str | None, str] = {
        name: CATEGORY_COLORS[place % len(CATEGORY_COLORS)] for place, name in enumerate(classes)
    }
    return {**colors, None: str(config(theme)["title"]["subtitleColor"])}


def paper(theme: Theme) -> str:
    """Return the colour behind pictures."""
    return str(config(theme)["background"])
