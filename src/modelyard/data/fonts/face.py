"""The letters of a bundled font: how wide they are and their outlines, without a text engine."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from modelyard.data.fonts.paths import FOLDER

_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_JOINED = "\u200d"

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


class Face:
    """One font file; lengths are fractions of the letter height."""

    def __init__(self, path: Path) -> None:
        from fontTools.ttLib import TTFont

        font: Any = TTFont(path, lazy=True)
        self.name = path.stem
        self._units = float(font["head"].unitsPerEm)
        self._names: dict[int, str] = font.getBestCmap()
        self._glyphs = font.getGlyphSet()

    def letters(self, word: str) -> str | None:
        """Return the characters to draw for a word, or None when this font lacks one or a text engine is needed."""
        drawn = "".join(character for character in word if character not in _SKIN_TONES)
        is_simple = all(ord(c) in self._names and not unicodedata.category(c).startswith("M") for c in drawn)
        # A flag is two letters, a family several emoji: only a text engine puts them together.
        is_flag = any("\U0001f1e6" <= c <= "\U0001f1ff" for c in drawn)
        return drawn if drawn and is_simple and _JOINED not in drawn and not is_flag else None

    def advance(self, character: str) -> float:
        """Return how far the next letter stands from this one."""
        return float(self._glyphs[self._names[ord(character)]].width) / self._units

    @cache  # noqa: B019 — faces live as long as the process
    def box(self, character: str) -> Box | None:
        """Return the bounds of a letter; None of a space."""
        from fontTools.pens.boundsPen import BoundsPen

        pen = BoundsPen(self._glyphs)
        self._glyphs[self._names[ord(character)]].draw(pen)
        if pen.bounds is None:
            return None
        left, bottom, right, top = (float(edge) / self._units for edge in pen.bounds)
        return left, bottom, right, top

    @cache  # noqa: B019 — faces live as long as the process
    def outline(self, character: str) -> str:
        """Return a letter as an SVG path, a thousand units high and growing downwards."""
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.transformPen import TransformPen

        scale = 1000 / self._units
        pen = SVGPathPen(self._glyphs, ntos=lambda value: f"{value:.0f}")
        self._glyphs[self._names[ord(character)]].draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
        return str(pen.getCommands())


@cache
def face(path: Path) -> Face:
    """Return a font that is opened once."""
    return Face(path)


def without_font(text: str) -> list[str]:
    """Return the visible characters of a text that no bundled font has, in order."""
    known = _known()
    hidden = ("C", "Z")
    return sorted(c for c in set(text) if ord(c) not in known and not unicodedata.category(c).startswith(hidden))


@cache
def _known() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset().union(*(TTFont(path, lazy=True).getBestCmap() for path in sorted(FOLDER.glob("*.ttf"))))
