"""Markdown and MDX."""

from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar, Literal

from modelyard.chat.loader import Loader
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.counted import words_in_markdown
from modelyard.chat.reading.decoding import decoded
from modelyard.chat.reading.front_matter import front_matter
from modelyard.chat.reading.markdown import add_markdown
from modelyard.chat.reading.mdx import prepared


class MarkdownLoader(Loader):
    """Markdown as GitHub has it, and MDX as Docusaurus has it, with all of their words.

    Front matter gives title and slug. Admonitions, tabs, tables, lists, footnotes and code keep their text; imports,
    exports, comments and components go, but not what stands in them. Headings have the anchors that GitHub and
    Docusaurus give them. What is not well-formed stays as text.
    """

    kind: Literal["markdown"] = "markdown"

    title: ClassVar[str] = "Markdown and MDX"
    icon: ClassVar[str] = "file-code"
    extensions: ClassVar[tuple[str, ...]] = (".md", ".mdx", ".markdown", ".mkd")
    media_types: ClassVar[tuple[str, ...]] = ("text/markdown", "text/x-markdown")

    def read(self, file: BinaryIO, path: PurePosixPath) -> ParsedDocument:
        """Return the document; its title is that of front matter, else its first heading, else its file's name."""
        found = decoded(file.read())
        front = front_matter(found.text.replace("\r\n", "\n"))
        body = prepared(front.body, is_mdx=path.suffix.lower() == ".mdx")
        canonical = Canonical()
        add_markdown(canonical, body)
        notes = list(found.notes)
        if body.n_hidden_words:
            words = "1 word" if body.n_hidden_words == 1 else f"{body.n_hidden_words:,} words"
            notes.append(f"Left out: {words} that a browser does not show.")
        named = front.values.get("title") or canonical.first_heading() or front.values.get("sidebar_label")
        n_words = words_in_markdown(front.body)
        return canonical.finish(named or path.stem, n_words_in_file=n_words, slug=front.values.get("slug"), notes=notes)
