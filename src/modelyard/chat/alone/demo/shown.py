"""An answer as HTML: nothing of a document or of an LLM becomes markup that could fetch something or act."""

import html
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from modelyard.chat.alone.service.shapes import Around

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SHOWN_AROUND = 400
"""Characters of a document that are shown on each side of what is cited."""


def answer_html(said: str, cited: Sequence[str] = (), note: str = "") -> str:
    """Return an answer with what it cites as HTML of one line: the page takes it for one piece and leaves it alone."""
    parts = [_markdown().render(said)]
    if cited:
        parts.append(f"<p><strong>Cited</strong></p>{''.join(cited)}")
    if note:
        parts.append(f"<p><em>{html.escape(note)}</em></p>")
    return f"<div>{''.join(parts)}</div>".replace("\n", "&#10;")


def citation_html(citation: Mapping[str, Any], around: Around | None) -> str:
    """Return a citation: where it stands, its words, and what stands around them, when that is known."""
    where = " › ".join(dict.fromkeys([citation["title"], *citation["headings"]]))
    page = f", page {citation['page']}" if citation.get("page") else ""
    title = html.escape(f"{citation['n']}. {where}{page}")
    parts = [f"<p>{title}{_link(citation.get('url'))}</p><blockquote>{_lines(citation['quote'])}</blockquote>"]
    if around is not None:
        before = ("" if around.begins_document else "… ") + around.before[-SHOWN_AROUND:]
        after = around.after[:SHOWN_AROUND] + ("" if around.ends_document else " …")
        words = f"{_lines(before)}<mark>{_lines(around.quote)}</mark>{_lines(after)}"
        parts.append(f"<details><summary>Show it in the document</summary><p>{words}</p></details>")
    return "".join(parts)


def _link(url: str | None) -> str:
    if url is None or not url.startswith(("https://", "http://")):
        return ""
    return f' <a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer">Open the page</a>'


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Pictures would be fetched, and addresses that an LLM writes are nobody's: links stand with the citations.
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "link", "autolink"])
