"""Words of a file counted by other means than the loaders', so that what a loader loses shows."""

import re
from html import unescape

from modelyard.chat.counting import words_in
from modelyard.chat.reading.html_elements import SKIPPED_CLASSES, SKIPPED_TAGS
from modelyard.chat.reading.marked_spans import without_spans
from modelyard.chat.reading.visible import visible

_FENCE = re.compile(r"^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(?:`{3,}|~{3,})(.*)$")
_TITLE = re.compile(r"title=[\"']([^\"']*)[\"']")
_COMMENTS = (("<!--", "-->"), ("{/*", "*/}"))
_CODE_OR_TAG = re.compile(
    r"(`+)(?:(?!\1).)*?\1|\\.|</?[A-Za-z][^<>]*>|\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\]\[[^\]\n]*\]"
)
"""Code and escapes stay; tags, and where links lead, go."""
_MODULE = re.compile(
    r"^import\s+(?:[\w$*]+\s*,?\s*)?(?:as\s+\w+\s*)?(?:\{[^}]*\}\s*)?(?:from\s*)?['\"].*$"
    r"|^export\s+(?:const|let|default|function)\b(?:[^\n]+\n?)*",
    re.MULTILINE,
)
_REFERENCE = re.compile(r"^[ \t]{0,3}\[[^\]]+\]:[ \t]*<?(?:\S+://|[./#])\S*.*$", re.MULTILINE)
_LABELS = re.compile(r"\[\^[^\]\s]+\]:?|\{#[\w:.-]+\}|^[ \t>]*:{3,}[ \t]*[A-Za-z-]*(?=[\[ \t]*\S)", re.MULTILINE)
_HIDDEN = re.compile(
    r"<(\w+)[^<>]{0,500}?(?:\shidden\b|display:\s*'?none)[^<>]{0,500}>[^<]{0,5000}</\1\s*>", re.DOTALL | re.IGNORECASE
)
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
))  # fmt: skip


def words_in_markdown(body: str) -> int:
    """Return the words of Markdown or MDX without front matter: marks taken off by patterns, code as it is."""
    n, prose, fence = 0, [], ""
    for line in visible(body).split("\n"):
        found = _FENCE.match(line)
        if found and not fence and not ("`" in found.group(1) and "`" in line.strip()[:1]):
            fence = line.lstrip(" \t>-*+0123456789.)")[:3]
            n += sum(words_in(title) for title in _TITLE.findall(found.group(1)))
        elif found and fence and line.lstrip(" \t>").startswith(fence) and not found.group(1).strip():
            fence = ""
        elif fence:
            n += words_in(line)
        else:
            prose.append(line)
    return n + words_in(_prose_words("\n".join(prose)))


def _prose_words(text: str) -> str:
    for opening, closing in _COMMENTS:
        text = without_spans(text, opening, closing)
    for pattern in (_HIDDEN, _MODULE, _REFERENCE, _LABELS):
        text = pattern.sub(" ", text)
    return unescape(_CODE_OR_TAG.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    word = found.group()
    if word.startswith("\\"):
        return word[1:]
    return " " if word[0] in "<]" else word


def words_in_html(html: str) -> int:
    """Return the words that a page or a part of one shows, by libxml2's reading of it."""
    import lxml.html

    root = lxml.html.document_fromstring(f"<html><body>{html}</body></html>".encode(), parser=_parser())
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or _is_out(node.tag, dict(node.attrib)):
            parent = node.getparent()
            if parent is not None:
                node.drop_tree()
    for node in root.iter():
        if node.tag not in _INLINE:
            node.text = f" {node.text or ''}"
            node.tail = f" {node.tail or ''}"
        if node.tag == "img":
            node.tail = f" {node.get('alt', '')} {node.tail or ''}"
    return words_in(visible(root.text_content()))


def _parser() -> "object":
    import lxml.html

    return lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)


def _is_out(tag: str, attributes: dict[str, str]) -> bool:
    style = attributes.get("style", "").replace(" ", "").lower()
    is_hidden = ("hidden" in attributes or "display:none" in style) and attributes.get("role") != "tabpanel"
    classes = attributes.get("class", "").lower().split()
    is_furniture = tag in SKIPPED_TAGS or not SKIPPED_CLASSES.isdisjoint(classes)
    return is_furniture or is_hidden or attributes.get("aria-hidden") == "true"
