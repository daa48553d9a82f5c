"""Web pages."""

import re
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar, Literal

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.loader import Loader
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.reading.canonical import Canonical
from modelyard.chat.reading.counted import words_in_html
from modelyard.chat.reading.decoding import decoded
from modelyard.chat.reading.html_blocks import add_block, html_blocks
from modelyard.chat.reading.main_content import main_content

_LANGUAGE = re.compile(r"<html[^>]{0,500}?\slang=[\"']?([A-Za-z]{2})\b", re.IGNORECASE)


class HtmlLoader(Loader):
    """Web pages: what is in their main part, without navigation, scripts and what browsers hide.

    The main part is what the page marks as such (`main`, `article`), as sites of Docusaurus, Sphinx, MkDocs and many
    others do; of a page that marks nothing it is all but navigation. Headings keep the anchors that the page has.
    Text that has the colour of its background cannot be told from other text and stays.
    """

    kind: Literal["html"] = "html"

    title: ClassVar[str] = "Web page"
    icon: ClassVar[str] = "globe"
    extensions: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")
    media_types: ClassVar[tuple[str, ...]] = ("text/html", "application/xhtml+xml")

    def read(self, file: BinaryIO, path: PurePosixPath) -> ParsedDocument:
        """Return the document; its title is its first heading, else that of the page, else its file's name."""
        found = decoded(file.read(), is_html=True)
        main = main_content(found.text)
        canonical = Canonical()
        for block in html_blocks(main.node) if main is not None else ():
            add_block(canonical, block)
        if main is None or not canonical:
            raise UnreadableDocument(
                "The page shows no text without JavaScript.",
                hint="Add the files that the site is made from, or the site as it was built.",
            )
        document = canonical.finish(
            main.title or path.stem, n_words_in_file=words_in_html(main.node.html or ""), notes=found.notes
        )
        stated = _LANGUAGE.search(found.text[:5000])
        if document.language is None and stated:
            return document.model_copy(update={"language": stated.group(1).lower()})
        return document
