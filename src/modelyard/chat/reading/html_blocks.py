"""HTML to canonical text: what a browser shows of it, block by block."""

import re
from collections.abc import Iterator
from html import unescape
from typing import TypedDict

from selectolax.lexbor import LexborHTMLParser, LexborNode

from modelyard.chat.counting import words_in
from modelyard.chat.parsed import BlockKind
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.html_elements import (
    BLOCKS,
    CELL_SEPARATOR,
    HEADINGS,
    LISTS,
    anchor_of,
    children,
    code_language,
    code_text,
    flat,
    is_admonition,
    is_anchor_sign,
    is_layout,
    is_skipped,
    table_of,
)
from modelyard.chat.reading.marked_spans import without_spans
from modelyard.chat.reading.slugs import Slugger
from modelyard.chat.reading.visible import one_line

INDENT = "  "
_CAPTIONS = frozenset(("figcaption", "caption", "summary"))
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_UNSEEN = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))
_SPACE = re.compile(r"\s+")
MAX_NOTE_CELLS = 3
"""Cells of a table that only frames an admonition, as DocBook makes it: its sign, its name and its text."""
MIN_KEPT_SHARE = 0.8
"""Of the words of a fragment; HTML that is broken so that a browser would show fewer is taken as text without tags."""


class Made(TypedDict, total=False):
    """A block of HTML before it is added."""

    kind: BlockKind
    text: str
    level: int | None
    anchor: str | None
    language: str | None


def add_html(canonical: Canonical, html: str, slugger: Slugger, *, prose: BlockKind = "paragraph") -> None:
    """Add a fragment of HTML that stands in another text; `prose` is what its paragraphs are."""
    if "<table" not in html.lower():
        html = re.sub(r"(?=</t[dhr]>)", " ", html)
    root = LexborHTMLParser(html).body
    made = list(html_blocks(root, prose=prose)) if root is not None else []
    for opening, closing in _UNSEEN:
        html = without_spans(html, opening, closing)
    plain = one_line(unescape(_TAG.sub(" ", html)))
    if sum(words_in(block["text"]) for block in made) < MIN_KEPT_SHARE * words_in(plain):
        made = [Made(kind=prose, text=plain)]
    for block in made:
        if anchor := block.get("anchor"):
            slugger.take(anchor)
        add_block(canonical, block)


def add_block(canonical: Canonical, block: Made) -> None:
    """Add a block to a canonical text."""
    canonical.add(
        block["kind"],
        block["text"],
        level=block.get("level"),
        anchor=block.get("anchor"),
        language=block.get("language"),
    )


def html_blocks(root: LexborNode, *, prose: BlockKind = "paragraph") -> Iterator[Made]:
    """Yield the blocks below an element in their order; nothing hidden, no navigation, no controls."""
    return iter(_Walk(prose).below(root))


class _Walk:
    """Goes through elements without recursion: pages may be nested as deep as they like."""

    def __init__(self, prose: BlockKind) -> None:
        self._prose = prose
        self._made: list[Made] = []
        self._inline: list[str] = []
        self._term = ""
        self._numbers: list[int | None] = []
        self._marker = ""
        self._lines: list[str] = []
        self._quotes = self._admonitions = 0

    def below(self, root: LexborNode) -> list[Made]:
        """Return the blocks below an element."""
        node = root.child
        while node is not None:
            if node.is_text_node:
                self._inline.append(_SPACE.sub(" ", node.text_content or ""))
            elif node.is_element_node and self._enter(node):
                if node.child is not None:
                    node = node.child
                    continue
                self._leave(node)
            while node is not None and node.next is None:
                node = node.parent
                if node is None or node.mem_id == root.mem_id:
                    node = None
                    break
                self._leave(node)
            node = node.next if node is not None else None
        self._flush()
        self._flush_term()
        self._flush_list()
        return self._made

    def _enter(self, node: LexborNode) -> bool:
        """Begin an element; return whether to go into it."""
        tag = node.tag or ""
        if is_skipped(node) or is_anchor_sign(node):
            return False
        match tag:
            case "br":
                self._inline.append("\n")
            case "img":
                self._inline.append(f" {node.attributes.get('alt') or ''} ")
            case "hr":
                self._flush()
            case "math":
                annotation = node.css_first("annotation")
                self._inline.append(f" {(annotation or node).text()} ")
                return False
            case "pre":
                self._code(node)
                return False
            case "table" if not is_layout(node) and not (self._admonitions and len(node.css("td")) <= MAX_NOTE_CELLS):
                self._table(node)
                return False
            case "li":
                self._flush()
                self._marker = self._next_marker()
            case "dt":
                self._flush()
            case "blockquote":
                self._flush()
                self._quotes += 1
            case _ if tag in HEADINGS:
                self._heading(node)
                return False
            case _ if tag in LISTS:
                self._flush()
                self._flush_term()
                start = node.attributes.get("start") or "1"
                self._numbers.append(int(start) if start.isdigit() and tag == "ol" else 1 if tag == "ol" else None)
            case _ if tag in BLOCKS or tag in _CAPTIONS:
                self._flush()
                self._admonitions += is_admonition(node)
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "dt":
            words = one_line("".join(self._inline))
            self._term = "\n".join(part for part in (self._term, words) if part)
            self._inline.clear()
        elif tag in LISTS:
            self._flush()
            self._numbers.pop()
            if not self._numbers:
                self._flush_list()
        elif tag == "blockquote":
            self._flush()
            self._quotes -= 1
        elif tag in _CAPTIONS:
            self._flush("caption")
        elif tag in BLOCKS or tag == "li":
            self._flush()
            self._admonitions -= is_admonition(node)
            if tag == "dl":
                self._flush_term()

    def _flush(self, kind: BlockKind | None = None) -> None:
        """Make what was read since the last block a block, or a line of the list."""
        text = "\n".join(line for part in "".join(self._inline).split("\n") if (line := one_line(part)))
        self._inline.clear()
        if not text:
            return
        if self._term:
            text, self._term = f"{self._term}\n{text}", ""
        if not self._numbers:
            self._flush_list()
            self._made.append(Made(kind=kind or self._kind, text=text))
            return
        depth = len(self._numbers) - 1
        first, *others = text.split("\n")
        self._lines.append(INDENT * depth + (self._marker or INDENT) + first)
        self._lines += [INDENT * (depth + 1) + line for line in others]
        self._marker = ""

    @property
    def _kind(self) -> BlockKind:
        return "admonition" if self._admonitions > 0 else "quote" if self._quotes > 0 else self._prose

    def _flush_term(self) -> None:
        if self._term:
            term, self._term = self._term, ""
            self._inline.append(term)
            self._flush()

    def _flush_list(self) -> None:
        if self._lines:
            self._made.append(Made(kind="list", text="\n".join(self._lines)))
            self._lines.clear()

    def _alone(self) -> None:
        """End whatever is open, before a block that stands for itself."""
        self._flush()
        self._flush_term()
        self._flush_list()

    def _next_marker(self) -> str:
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _heading(self, node: LexborNode) -> None:
        self._alone()
        text = flat(node)
        level = int((node.tag or "h6")[1])
        self._made.append(Made(kind="heading", text=text, level=level, anchor=anchor_of(node)))

    def _code(self, node: LexborNode) -> None:
        self._alone()
        self._made.append(Made(kind="code", text=code_text(node), language=code_language(node)))

    def _table(self, node: LexborNode) -> None:
        self._alone()
        if (caption := node.css_first("caption")) is not None:
            self._made.append(Made(kind="caption", text=flat(caption)))
        rows = (
            CELL_SEPARATOR.join(flat(cell) for cell in children(row, ("td", "th")))
            for row in node.css("tr")
            if table_of(row) == node.mem_id and not is_skipped(row)
        )
        self._made.append(Made(kind="table", text="\n".join(row for row in rows if row.strip(" |"))))
