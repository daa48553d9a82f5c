"""Elements of web pages: which are shown, what text is in them, what leads to them."""

import re

from selectolax.lexbor import LexborNode

from modelyard.chat.reading.tags import HIDING_STYLE
from modelyard.chat.reading.visible import one_line

CELL_SEPARATOR = " | "
SKIPPED_TAGS = frozenset((
    "script", "style", "template", "noscript", "svg", "iframe", "object", "canvas", "audio", "video", "map",
    "input", "select", "button", "textarea", "nav", "footer", "head", "annotation", "dialog",
))  # fmt: skip
SKIPPED_CLASSES = frozenset((
    "headerlink", "hash-link", "anchor-link", "header-anchor", "copybtn", "toc", "table-of-contents",
    "theme-doc-toc-mobile", "theme-doc-breadcrumbs", "breadcrumbs", "pagination-nav", "theme-doc-footer",
    "theme-doc-version-badge", "theme-edit-this-page", "theme-doc-version-banner", "navheader", "navfooter", "docnav",
    "sphinxsidebar", "related", "skip-link", "sr-only", "visually-hidden", "linenos", "lineno",
    "edit-this-page", "viewcode-link", "wy-breadcrumbs", "rst-footer-buttons", "katex-html",
    "codeblocktitle-icon",
))  # fmt: skip
"""What Docusaurus, Sphinx, Read the Docs, DocBook, MkDocs and GitHub put around and into the text."""
BLOCKS = frozenset((
    "p", "div", "section", "article", "main", "header", "dl", "dd", "figure", "details", "fieldset", "form",
    "address", "center", "td", "tr", "th", "tbody", "thead", "body", "aside", "hgroup", "legend", "option",
    "html",
))  # fmt: skip
LISTS = frozenset(("ul", "ol", "menu"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ADMONITIONS = frozenset((
    "admonition", "theme-admonition", "alert", "callout", "note", "warning", "tip", "caution", "important",
))  # fmt: skip
_SECTIONS = re.compile(r"\b(?:section|sect[1-5]|chapter|appendix|preface|level[1-6])\b")
_CODE_LANGUAGE = re.compile(r"(?:language|lang|highlight|brush:)[-_ ]?([\w+#-]+)")
_NOT_LANGUAGES = frozenset(("source", "default", "none", "text", "box", "codehilite"))
_ANCHOR_SIGNS = frozenset(("¶", "#", "§", "🔗", "\ue9cb"))


def is_skipped(node: LexborNode) -> bool:
    """Say whether an element and all in it is no text of the page: controls, navigation, or not shown."""
    if node.tag in SKIPPED_TAGS:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if not SKIPPED_CLASSES.isdisjoint((attributes.get("class") or "").lower().split()):
        return True
    return is_hidden(attributes)


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Say whether a browser does not show an element of these attributes; panels of tabs are shown in turn."""
    if attributes.get("aria-hidden") == "true":
        return True
    if attributes.get("role") == "tabpanel":
        return False
    is_off = "hidden" in attributes and attributes["hidden"] != "until-found"
    return is_off or bool(HIDING_STYLE.search(attributes.get("style") or ""))


def flat(node: LexborNode) -> str:
    """Return the text below an element on one line."""
    pieces: list[str] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if each.is_text_node:
            pieces.append(each.text_content or "")
        elif each.is_element_node and (each is node or not (is_skipped(each) or is_anchor_sign(each))):
            tag = each.tag or ""
            if tag == "img":
                pieces.append(f" {each.attributes.get('alt') or ''} ")
            is_apart = tag in BLOCKS or tag in LISTS or tag in ("li", "br", "pre", "dt") or tag in HEADINGS
            pieces.append(" " if is_apart else "")
            pending += reversed(list(each.iter(include_text=True)))
    return one_line("".join(pieces).replace("\r", " "))


def code_text(node: LexborNode) -> str:
    """Return the text below an element with its line ends."""
    pieces: list[str] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if each.is_text_node:
            pieces.append(each.text_content or "")
        elif each.tag == "br":
            pieces.append("\n")
        elif each.is_element_node and (each is node or not is_skipped(each)):
            pending += reversed(list(each.iter(include_text=True)))
    return "".join(pieces)


def children(node: LexborNode, tags: tuple[str, ...]) -> list[LexborNode]:
    """Return the children of an element that have one of these tags and are shown."""
    return [child for child in node.iter() if child.tag in tags and not is_skipped(child)]


def table_of(row: LexborNode) -> int | None:
    """Return which table a row is of, by its identity in memory; None: of none."""
    node = row.parent
    while node is not None and node.tag != "table":
        node = node.parent
    return None if node is None else node.mem_id


def is_layout(table: LexborNode) -> bool:
    """Say whether a table is there to put things beside each other: code and its line numbers, or whole sections."""
    return len(table.css("tr")) <= 1 and table.css_first("pre, td table, h1, h2, h3, p + p") is not None


def is_admonition(node: LexborNode) -> bool:
    """Say whether an element is a note, a warning and the like."""
    classes = (node.attributes.get("class") or "").lower().split()
    return node.tag in ("div", "aside", "section") and not _ADMONITIONS.isdisjoint(classes)


def is_anchor_sign(node: LexborNode) -> bool:
    """Say whether an element is the sign beside a heading that links to it."""
    return node.tag == "a" and node.text().strip() in _ANCHOR_SIGNS


def anchor_of(heading: LexborNode) -> str | None:
    """Return the fragment that leads to a heading: its own, that of an anchor in it, or that of its section."""
    if heading.id:
        return heading.id
    for inside in heading.css("a[id], a[name], span[id]"):
        if found := inside.id or inside.attributes.get("name"):
            return found
    node = heading.parent
    for _ in range(4):
        if node is None or node.tag in ("body", "main", "article", None):
            return None
        if node.id and (node.tag == "section" or _SECTIONS.search(node.attributes.get("class") or "")):
            return node.id
        node = node.parent
    return None


def code_language(node: LexborNode) -> str | None:
    """Return the language of code that its classes, or those of what is around it, name."""
    inside = node.css_first("code")
    around = [node.parent, node.parent.parent if node.parent else None]
    for each in (inside, node, *around):
        found = _CODE_LANGUAGE.search((each.attributes.get("class") or "") if each is not None else "")
        if found and found.group(1).lower() not in _NOT_LANGUAGES:
            return found.group(1).lower()
    return None
