"""The part of a web page that is the document, without what is around it on every page of a site."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from modelyard.chat.counting import words_in
from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.reading.html_elements import HEADINGS, flat
from modelyard.chat.reading.visible import one_line

MAIN = (
    "main article .theme-doc-markdown", "main article", "main", "[role=main]", "article", "div.document div.body",
    "div.body[role=main]", "#main-content", "#content",
)  # fmt: skip
"""Where pages hold their text, the surest first; taken when there is exactly one such element."""
MIN_WORDS_OF_MAIN = 0.5
"""Of the words of an outer candidate that an inner one must have, so that a teaser is not taken for the text."""
MAX_LINKED_SHARE = 0.35
"""Of a page without a main part: with more of its words in links it has navigation, and articles are looked for."""
_XHTML = re.compile(r"<\?xml|xhtml", re.IGNORECASE)
_EMPTY_ELEMENT = re.compile(
    r"<(a|span|div|p|i|b|em|td|th|li|code|script|title|iframe|h[1-6])(\s[^<>]*)?/>", re.IGNORECASE
)
MAX_WORDS_OF_LOGOS = 20
"""Of an element above the first heading that is all links; a longer one is a table of contents."""
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp)$", re.IGNORECASE)
MAX_DEPTH = 8_000
_NESTING = re.compile(
    r"<(/?)(?:div|span|section|article|main|ul|ol|dl|table|blockquote|b|i|em|strong|font|a|code|small|big|u|s)\b",
    re.IGNORECASE,
)
_TITLE_ENDS = re.compile(r"\s+[|·—–»]\s+")


@dataclass(frozen=True)
class MainContent:
    """The element that holds the text, and what the page says of itself."""

    parser: LexborHTMLParser
    """Keeps the element alive."""
    node: LexborNode
    title: str | None


def main_content(html: str) -> MainContent | None:
    """Return the main part of a page; None for a page without a body.

    Raises UnreadableDocument for a page that is nested beyond all measure: parsing takes the square of its depth.
    """
    if _depth(html) > MAX_DEPTH:
        raise UnreadableDocument(
            f"The page has elements nested more than {MAX_DEPTH:,} deep, as no page has.", hint="Leave it out."
        )
    parser = LexborHTMLParser(_as_html(html))
    body = parser.body
    if body is None:
        return None
    title = _title(parser)
    if (found := _marked(parser)) is not None:
        return MainContent(parser, found, _heading(found) or title)
    _drop_leading_links(body)
    if _linked_share(body) > MAX_LINKED_SHARE and (article := _article(html)) is not None:
        inner = article.body
        if inner is not None and words_in(inner.text(separator=" ")) > 0:
            return MainContent(article, inner, _heading(body) or title)
    return MainContent(parser, body, _heading(body) or title)


def _depth(html: str) -> int:
    """Return how deep elements are nested that end only where the page says so."""
    depth = deepest = 0
    for tag in _NESTING.finditer(html):
        depth = max(depth - 1, 0) if tag.group(1) else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _as_html(html: str) -> str:
    """Return XHTML with its empty elements closed as HTML closes them; they would go on to the end of the page."""
    return _EMPTY_ELEMENT.sub(r"<\1\2></\1>", html) if _XHTML.search(html[:2000]) else html


def _marked(parser: LexborHTMLParser) -> LexborNode | None:
    found: list[tuple[int, LexborNode]] = []
    for selector in MAIN:
        nodes = parser.css(selector)
        if len(nodes) == 1:
            found.append((words_in(nodes[0].text(separator=" ")), nodes[0]))
    most = max((n for n, _ in found), default=0)
    return next((node for n, node in found if n and n >= MIN_WORDS_OF_MAIN * most), None)


def _drop_leading_links(body: LexborNode) -> None:
    """Remove what only leads elsewhere above the first heading: logos, banners, as Publican and others put there.

    Words of a picture count as its link's; a link to a larger picture belongs to the document.
    """
    for node in list(body.iter()):
        if node.tag in HEADINGS or any(node.css_first(tag) for tag in HEADINGS):
            return
        if node.tag in ("p", "div", "header") and _only_leads(node):
            node.decompose()


def _only_leads(node: LexborNode) -> bool:
    links = node.css("a[href]")
    n_words = words_in(flat(node))
    if not links or not 0 < n_words <= MAX_WORDS_OF_LOGOS:
        return False
    is_picture = any(_PICTURE.search(link.attributes.get("href") or "") for link in links)
    return not is_picture and sum(words_in(flat(link)) for link in links) == n_words


def _linked_share(body: LexborNode) -> float:
    total = words_in(body.text(separator=" "))
    linked = sum(words_in(link.text(separator=" ")) for link in body.css("a[href]"))
    return linked / total if total else 0.0


def _article(html: str) -> LexborHTMLParser | None:
    """Return what a finder of articles takes of a page without marks."""
    from readability import Document
    from readability.readability import Unparseable

    try:
        return LexborHTMLParser(Document(html).summary())
    except Unparseable:
        return None


def _heading(node: LexborNode) -> str | None:
    heading = node.css_first("h1")
    return flat(heading) or None if heading is not None else None


def _title(parser: LexborHTMLParser) -> str | None:
    node = parser.css_first("title")
    if node is None:
        return None
    return _TITLE_ENDS.split(one_line(node.text()))[0] or None
