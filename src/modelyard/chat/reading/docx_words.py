"""The words of a DOCX counted from its XML as it is packed, beside what reads its blocks."""

import re
import zipfile
from html import unescape
from typing import BinaryIO

from modelyard.chat.counting import words_in
from modelyard.chat.reading.visible import visible

PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_TWICE = re.compile(r"<mc:Fallback\b.*?</mc:Fallback>", re.DOTALL)
_HIDDEN_RUN = re.compile(r"<w:r\b(?:(?!</w:r>).)*?<w:vanish\s*/>.*?</w:r>", re.DOTALL)
_BREAKS = re.compile(r"</w:p>|<w:(?:tab|br|cr)\b[^>]*/>")
_TEXT = re.compile(r"<w:t(?:\s[^>]*)?>([^<]*)</w:t>")


def words_in_docx(file: BinaryIO) -> int:
    """Return the words of a document, its footnotes and its endnotes."""
    with zipfile.ZipFile(file) as archive:
        names = [name for name in PARTS if name in archive.namelist()]
        return sum(_words(archive.read(name).decode("utf-8", "replace")) for name in names)


def _words(xml: str) -> int:
    xml = re.sub(r">\s+<", "><", _HIDDEN_RUN.sub("", _TWICE.sub("", xml)))
    found = _TEXT.finditer(_BREAKS.sub("<w:t> </w:t>", xml))
    return words_in(visible(unescape("".join(each.group(1) for each in found))))
