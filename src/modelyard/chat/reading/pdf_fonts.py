"""Fonts of a PDF set right, so that gaps between words are seen as such.

Many programs (LaTeX among them) write no spaces but move on by the width of one. pypdf takes a gap for a space when it
is half as wide as a space of the font, and for fonts with glyph numbers instead of characters it looks for the space's
width at number 32, which is whatever glyph has that number: of `=` twice as wide. Every other space of such a document
is then missing (a fifth of the words of the Debian Reference run together).
"""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject

SPACE_CODE = 32
SPACE_WIDTH = 250
"""Of an em in thousandths, as in most fonts."""
_SPACE_IS_SPACE = re.compile(rb"<0020>\s*<0020>")


class FontMender:
    """Sets the fonts of pages right, each once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def mend(self, page: "PageObject") -> None:
        """State the width of a space for the fonts of a page that have none at its place."""
        for reference in _fonts(page):
            number = getattr(reference, "idnum", None) or id(reference)
            if number not in self._seen:
                self._seen.add(number)
                _mend(_resolved(reference))


def _mend(font: Any) -> None:
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

    if not isinstance(font, DictionaryObject) or font.get("/Subtype") != "/Type0":
        return
    codes = _resolved(font.get("/ToUnicode"))
    if not hasattr(codes, "get_data") or _SPACE_IS_SPACE.search(codes.get_data()):
        return
    for each in _resolved(font.get("/DescendantFonts")) or ():
        inner = _resolved(each)
        widths = _resolved(inner.get("/W")) if isinstance(inner, DictionaryObject) else None
        if isinstance(inner, DictionaryObject):
            kept = list(widths) if isinstance(widths, ArrayObject) else []
            space = [NumberObject(SPACE_CODE), ArrayObject([NumberObject(SPACE_WIDTH)])]
            inner[NameObject("/W")] = ArrayObject([*kept, *space])


def _fonts(page: "PageObject") -> list[Any]:
    from pypdf.generic import DictionaryObject

    resources = _resolved(page.get("/Resources"))
    fonts = _resolved(resources.get("/Font")) if isinstance(resources, DictionaryObject) else None
    return [fonts.raw_get(name) for name in fonts] if isinstance(fonts, DictionaryObject) else []


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value
