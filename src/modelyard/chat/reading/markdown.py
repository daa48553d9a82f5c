"""Markdown to canonical text: the blocks of the parsed tree, in order."""

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from modelyard.chat.parsed import BlockKind
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.html_blocks import add_html
from modelyard.chat.reading.mdx import CAPTION, CLOSES, OPENS, Prepared
from modelyard.chat.reading.slugs import Slugger
from modelyard.chat.reading.visible import one_line

CELL_SEPARATOR = " | "
INDENT = "  "
_HEADING_ID = re.compile(r"\s*(?:\{#([\w:.-]+)\}|\\?\{/\*\s*#([\w:.-]+)\s*\*/\\?\})\s*$")
_ALERT = re.compile(r"^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_TITLE = re.compile(r"title=(?:\"([^\"]*)\"|'([^']*)')")
_TASK = re.compile(r"^\[([ xX])\]\s+")


def add_markdown(canonical: Canonical, prepared: Prepared) -> None:
    """Add the blocks of a Markdown text."""
    tree = SyntaxTreeNode(_parser(prepared.is_mdx).parse(prepared.text))
    _Writer(canonical).blocks(tree.children)


@cache
def _parser(is_mdx: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])
    return parser.disable("code") if is_mdx else parser


class _Writer:
    """Walks the tree; knows whether it is in a quote or an admonition."""

    def __init__(self, canonical: Canonical) -> None:
        self._canonical = canonical
        self._slugger = Slugger()
        self._quotes = 0
        self._admonitions = 0

    @property
    def _prose(self) -> BlockKind:
        return "admonition" if self._admonitions else "quote" if self._quotes else "paragraph"

    def blocks(self, nodes: list[SyntaxTreeNode]) -> None:
        """Add blocks; HTML that stands in several pieces with nothing between them is read as one."""
        html: list[str] = []
        for node in nodes:
            if node.type == "html_block":
                html.append(node.content)
                continue
            self._html(html)
            self._block(node)
        self._html(html)

    def _html(self, pieces: list[str]) -> None:
        if pieces:
            add_html(self._canonical, "".join(pieces), self._slugger, prose=self._prose)
            pieces.clear()

    def _block(self, node: SyntaxTreeNode) -> None:
        match node.type:
            case "heading":
                self._heading(node)
            case "paragraph":
                self._paragraph(_inline(node))
            case "bullet_list" | "ordered_list":
                _ListWriter(self, self._canonical).add(node)
            case "fence" | "code_block":
                self.code(node)
            case "table":
                self.table(node)
            case "blockquote":
                self._quotes += 1
                self.blocks(node.children)
                self._quotes -= 1
            case "hr":
                pass
            case _:
                self.blocks(node.children)

    def _heading(self, node: SyntaxTreeNode) -> None:
        text = one_line(_inline(node))
        stated = _HEADING_ID.search(text)
        if stated:
            text = text[: stated.start()]
            anchor = self._slugger.take(stated.group(1) or stated.group(2))
        else:
            anchor = self._slugger.slug(text)
        self._canonical.add("heading", text, level=int(node.tag[1]), anchor=anchor or None)

    def _paragraph(self, text: str) -> None:
        if text.startswith(OPENS):
            self._admonitions += 1
            self._canonical.add("admonition", text.removeprefix(OPENS))
        elif text.startswith(CLOSES):
            self._admonitions = max(self._admonitions - 1, 0)
        elif text.startswith(CAPTION):
            self._canonical.add("caption", text.removeprefix(CAPTION))
        else:
            if self._quotes and (alert := _ALERT.match(text)):
                text = f"{alert.group(1).capitalize()}: {text[alert.end() :]}"
            self._canonical.add(self._prose, text)

    def code(self, node: SyntaxTreeNode) -> None:
        """Add code with what its fence says of it."""
        info = node.info if node.type == "fence" else ""
        if titled := _TITLE.search(info):
            self._canonical.add("caption", titled.group(1) or titled.group(2) or "")
        language = re.split(r"[\s{:,]", info.strip(), maxsplit=1)[0].lstrip(".")
        self._canonical.add("code", node.content, language=language.lower() if "=" not in language else None)

    def table(self, node: SyntaxTreeNode) -> None:
        """Add a table, a line for each row."""
        rows = [row for part in node.children for row in part.children]
        lines = [CELL_SEPARATOR.join(one_line(_inline(cell)) for cell in row.children) for row in rows]
        self._canonical.add("table", "\n".join(line.rstrip(" |") if not line.strip(" |") else line for line in lines))


class _ListWriter:
    """Writes a list with all that is in its items; code and tables in it become blocks of their own."""

    def __init__(self, writer: _Writer, canonical: Canonical) -> None:
        self._writer, self._canonical = writer, canonical
        self._lines: list[str] = []

    def add(self, node: SyntaxTreeNode) -> None:
        """Add the list as one block, or as several around code."""
        self._list(node, 0)
        self._flush()

    def _flush(self) -> None:
        self._canonical.add("list", "\n".join(self._lines))
        self._lines.clear()

    def _list(self, node: SyntaxTreeNode, depth: int) -> None:
        number = int(node.attrs.get("start") or 1) if node.type == "ordered_list" else None
        for item in node.children:
            self._item(item, depth, "- " if number is None else f"{number}. ")
            number = None if number is None else number + 1

    def _item(self, item: SyntaxTreeNode, depth: int, marker: str) -> None:
        for child in item.children:
            match child.type:
                case "paragraph" | "heading":
                    text = _TASK.sub("", _inline(child)).lstrip(CAPTION + OPENS + CLOSES)
                    self._lines += [
                        INDENT * depth + marker + line for line in text.split("\n")[:1] if line or marker.strip()
                    ]
                    self._lines += [INDENT * (depth + 1) + line for line in text.split("\n")[1:]]
                    marker = INDENT
                case "bullet_list" | "ordered_list":
                    if marker.strip():
                        self._lines.append(INDENT * depth + marker)
                        marker = INDENT
                    self._list(child, depth + 1)
                case _:
                    self._flush()
                    self._writer.blocks([child])


def _inline(node: SyntaxTreeNode) -> str:
    """Return the text that a block shows in its lines."""
    return "".join(_texts(node))


def _texts(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        match child.type:
            case "text" | "code_inline":
                yield child.content
            case "softbreak":
                yield " "
            case "hardbreak":
                yield "\n"
            case "html_inline":
                yield "\n" if re.match(r"<(?:br|/?p|/?div|/?li)\b", child.content, re.IGNORECASE) else ""
            case "image":
                yield "".join(_texts(child)) or child.content
            case _:
                yield from _texts(child)
