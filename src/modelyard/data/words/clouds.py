"""Word clouds: where each word goes, and the picture as SVG or PNG, in outlines that need no font to be seen.

Words lie on a spiral from the middle, the heaviest first. It is drawn here rather than by the package `wordcloud`,
which brings matplotlib along (60 MB), scatters words at random and knows one font at a time.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from modelyard.data.fonts.face import Face, face
from modelyard.data.fonts.paths import EMOJI, TEXT

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

SMALLEST, LARGEST = 11.0, 84.0
"""Letter heights."""
FILLED = 0.5
"""Share of the picture that words may take; more leaves no room between them."""
GAP = 3.0
"""Between words, and at the edges."""
LETTER_GAP = 0.16
"""Beside a word, of its height: less looks like one word."""
MAX_WORDS = 150
_STEPS = 6000
_SHRINK = 0.85


@dataclass(frozen=True)
class CloudWord:
    """A word and how many texts have it; `group` says whose colour it has."""

    word: str
    n: int
    group: str | None = None


@dataclass(frozen=True)
class Placed:
    """A word in the picture: where its letters begin, the line they stand on, and how high they are."""

    word: CloudWord
    letters: str
    face: Face
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Cloud:
    """A picture of words. `missing` need a font that is not there; for `crowded` there was no room."""

    width: float
    height: float
    placed: tuple[Placed, ...]
    missing: tuple[CloudWord, ...]
    crowded: tuple[CloudWord, ...]


@dataclass(frozen=True)
class _Shape:
    """A word as letters of height 1: its bounds around the place where it begins."""

    word: CloudWord
    letters: str
    face: Face
    left: float
    top: float
    width: float
    height: float


def lay_out(words: Sequence[CloudWord], *, width: float = 800, height: float = 400) -> Cloud:
    """Return where the words go: the same words, the same picture.

    The height of a word grows with the square root of its texts, so that its area is what grows with them.
    """
    words = sorted(words, key=lambda each: (-each.n, each.word))[:MAX_WORDS]
    shapes = [shape for each in words if (shape := _shape(each)) is not None]
    drawn = {shape.word for shape in shapes}
    missing = tuple(each for each in words if each not in drawn)
    sizes = _sizes(shapes, width, height)
    spiral = _spiral(width, height)
    boxes: list[tuple[float, float, float, float]] = []
    placed: list[Placed] = []
    for shape, size in zip(shapes, sizes, strict=True):
        found = None
        while found is None and size >= SMALLEST * _SHRINK:
            found = _free_place(shape, size, spiral, boxes, width, height)
            if found is not None:
                left, top = found
                boxes.append((left, top, left + shape.width * size, top + shape.height * size))
                at = left - shape.left * size, top - shape.top * size
                placed.append(Placed(shape.word, shape.letters, shape.face, *at, size))
            size *= _SHRINK
    there = {each.word for each in placed}
    crowded = tuple(each for each in words if each in drawn and each not in there)
    return _cropped(placed, boxes, missing, crowded)


def is_drawable(word: str) -> bool:
    """Say whether a bundled font has all letters of a word."""
    return _shape(CloudWord(word, 1)) is not None


def _shape(word: CloudWord) -> _Shape | None:
    for path in (TEXT, EMOJI):
        font = face(path)
        if (letters := font.letters(word.word)) is None:
            continue
        at, edges = 0.0, []
        for letter in letters:
            if (box := font.box(letter)) is not None:
                edges.append((box[0] + at, -box[3], box[2] + at, -box[1]))
            at += font.advance(letter)
        if edges:
            left, top = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
            width, height = max(edge[2] for edge in edges) - left, max(edge[3] for edge in edges) - top
            return _Shape(word, letters, font, left, top, width, height)
    return None


def _sizes(shapes: Sequence[_Shape], width: float, height: float) -> list[float]:
    """Return letter heights by weight, such that all words together fill no more than they may."""
    if not shapes:
        return []
    most = max(shape.word.n for shape in shapes)
    wanted = [LARGEST * math.sqrt(shape.word.n / most) for shape in shapes]
    area = sum(shape.width * shape.height * size**2 for shape, size in zip(shapes, wanted, strict=True))
    widest = max(shape.width * size for shape, size in zip(shapes, wanted, strict=True))
    scale = min(1.0, math.sqrt(FILLED * width * height / area), 0.9 * width / widest)
    return [max(SMALLEST, size * scale) for size in wanted]


def _spiral(width: float, height: float) -> "Array":
    """Return places from the middle outwards, shape (n_places, 2)."""
    import numpy as np

    turn = np.sqrt(np.linspace(0, 1, _STEPS))
    angle = turn * 2 * np.pi * 40
    return np.stack([turn * width * 0.7 * np.cos(angle), turn * height * 0.7 * np.sin(angle)], axis=1)


def _free_place(
    shape: _Shape,
    size: float,
    spiral: "Array",
    boxes: Sequence[tuple[float, float, float, float]],
    width: float,
    height: float,
) -> tuple[float, float] | None:
    import numpy as np

    wide, high = shape.width * size, shape.height * size
    left, top = spiral[:, 0] + (width - wide) / 2, spiral[:, 1] + (height - high) / 2
    free = (left >= 0) & (top >= 0) & (left + wide <= width) & (top + high <= height)
    apart = max(GAP, LETTER_GAP * size)
    for box in boxes:
        beside = (left >= box[2] + apart) | (left + wide + apart <= box[0])
        free &= beside | (top >= box[3] + GAP) | (top + high + GAP <= box[1])
    if not free.any():
        return None
    first = int(np.argmax(free))
    return float(left[first]), float(top[first])


def _cropped(
    placed: Sequence[Placed],
    boxes: Sequence[tuple[float, float, float, float]],
    missing: tuple[CloudWord, ...],
    crowded: tuple[CloudWord, ...],
) -> Cloud:
    if not boxes:
        return Cloud(0, 0, (), missing, crowded)
    left, top = min(box[0] for box in boxes) - GAP, min(box[1] for box in boxes) - GAP
    right, bottom = max(box[2] for box in boxes) + GAP, max(box[3] for box in boxes) + GAP
    moved = tuple(Placed(each.word, each.letters, each.face, each.x - left, each.y - top, each.size) for each in placed)
    return Cloud(right - left, bottom - top, moved, missing, crowded)


def cloud_svg(
    cloud: Cloud, colors: Mapping[str | None, str], *, background: str | None = None, prefix: str = "cloud"
) -> str:
    """Return the cloud as SVG; `colors` by group, None for words of no group.

    Each word says itself and its number to whoever points at it. `prefix` keeps several clouds of one page apart.
    """
    width, height = math.ceil(cloud.width), math.ceil(cloud.height)
    used = sorted({(each.face.name, letter) for each in cloud.placed for letter in each.letters})
    names = {key: f"{prefix}-{place}" for place, key in enumerate(used)}
    faces = {each.face.name: each.face for each in cloud.placed}
    outlines = "".join(f'<path id="{names[key]}" d="{faces[key[0]].outline(key[1])}"/>' for key in used)
    words = "".join(_word(each, names, colors.get(each.word.group, colors[None])) for each in cloud.placed)
    paper = f'<rect width="{width}" height="{height}" fill="{background}"/>' if background else ""
    told = escape(", ".join(each.word.word for each in cloud.placed[:10]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="Word cloud: {told}"><defs>{outlines}</defs>{paper}{words}</svg>'
    )


def _word(placed: Placed, names: Mapping[tuple[str, str], str], color: str) -> str:
    at, letters = 0.0, []
    for letter in placed.letters:
        letters.append(f'<use href="#{names[placed.face.name, letter]}" x="{at * 1000:.0f}"/>')
        at += placed.face.advance(letter)
    texts = "1 text" if placed.word.n == 1 else f"{placed.word.n:,} texts"
    place = f"translate({placed.x:.1f} {placed.y:.1f}) scale({placed.size / 1000:.4f})"
    title = f"<title>{escape(placed.word.word)}: {texts}</title>"
    return f'<g transform="{place}" fill="{color}">{title}{"".join(letters)}</g>'


def cloud_png(svg: str, *, scale: float = 2.0) -> bytes:
    """Return the picture as the bytes of a PNG."""
    import vl_convert

    found: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return found
