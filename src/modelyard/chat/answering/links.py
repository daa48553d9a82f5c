"""Addresses that open a page at the very words: text fragments (WICG, scroll to text)."""

import re
from urllib.parse import quote as percent_encoded

from modelyard.data.words.matching import Span

LONGEST_WHOLE = 80
"""Characters of a passage that stand in the address whole; of a longer one its first and last words do."""
EDGE_WORDS = 5
CONTEXT_WORDS = 4
_MARKER = re.compile(r"^\s*(?:[-•]|\d{1,9}[.)])\s+")
"""Of a list's item: a browser draws it, but does not find it."""
_CELLS = " | "
"""Between the cells of a table's row, which are blocks of their own on the page."""


def link_to(url: str | None, text: str, span: Span) -> str | None:
    """Return the address of the span within the page; `text` is the page's canonical text.

    A quote that is short or stands on the page more than once gets the words around it. The syntax is
    `#anchor:~:text=[prefix-,]start[,end][,-suffix]`: within its parts `-`, `,` and `&` are encoded.
    """
    words = " ".join(text[span.start : span.end].split())
    if url is None or not words:
        return url
    terms = _terms(text[span.start : span.end])
    if len(terms) == 1 and _needs_context(text, words):
        before, after = _line_before(text, span.start), _line_after(text, span.end)
        prefix, suffix = before.split()[-CONTEXT_WORDS:], after.split()[:CONTEXT_WORDS]
        start = f"{_encoded(' '.join(prefix))}-," if prefix else ""
        end = f",-{_encoded(' '.join(suffix))}" if suffix else ""
        directive = f"{start}{_encoded(terms[0])}{end}"
    else:
        directive = ",".join(map(_encoded, terms))
    address, _, fragment = url.partition("#")
    return f"{address}#{fragment}:~:text={directive}"


def _terms(words: str) -> list[str]:
    """Return one term, or the first and the last words: a term must not cross the border of a block."""
    parts = (part for line in words.splitlines() for part in _MARKER.sub("", line).split(_CELLS))
    lines = [line for line in (" ".join(part.split()) for part in parts) if line]
    whole = " ".join(lines) or " ".join(words.split())
    if len(lines) < 2 and (len(whole) <= LONGEST_WHOLE or len(whole.split()) < 2 * EDGE_WORDS):
        return [whole]
    first, last = lines[0].split()[:EDGE_WORDS], lines[-1].split()[-EDGE_WORDS:]
    return [" ".join(first), " ".join(last)]


def _needs_context(text: str, words: str) -> bool:
    is_short = len(words) < 20 or len(words.split()) < 4
    return is_short or text.count(words) > 1


def _line_before(text: str, place: int) -> str:
    line = _MARKER.sub("", text[text.rfind("\n", 0, place) + 1 : place])
    return line.rpartition(_CELLS)[2][-120:]


def _line_after(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[place : end if end >= 0 else len(text)].partition(_CELLS)[0][:120]


def _encoded(words: str) -> str:
    return percent_encoded(words, safe="").replace("-", "%2D").replace("~", "%7E")
