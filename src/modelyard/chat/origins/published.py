"""Where the documents of files are published: by the rules of Docusaurus where it is used, else by their paths."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from modelyard.chat.origins.docusaurus import DocusaurusSite, doc_slug
from modelyard.chat.origins.found import Found, LeftOut
from modelyard.chat.reading.front_matter import MAX_CHARACTERS, FrontMatter, front_matter

MARKDOWN = (".md", ".mdx", ".markdown")
PAGES = (".html", ".htm")
KEPT_IN_ADDRESSES = "/-_.~!*'();:@&=+$,"
"""As JavaScript's encodeURI leaves them."""

_LINKS = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_CANONICAL = re.compile(r"\brel=[\"']?canonical\b", re.IGNORECASE)
_HREF = re.compile(r"\bhref=[\"']?(https?://[^\s\"'<>]{1,2000})", re.IGNORECASE)


@dataclass(frozen=True)
class Publication:
    """Where a site is, and what makes it; without an address, documents have none."""

    address: str | None
    docusaurus: DocusaurusSite | None

    @classmethod
    def of(cls, site_url: str | None, folder: Path | None) -> "Publication":
        """Return what is known: the address that somebody stated, else the one in a Docusaurus project's settings."""
        docusaurus = DocusaurusSite.of(folder) if folder is not None else None
        address = site_url or (docusaurus.address if docusaurus is not None else None)
        return cls(address.rstrip("/") if address else None, docusaurus)

    @property
    def is_docusaurus(self) -> bool:
        """Whether the folder is a Docusaurus project."""
        return self.docusaurus is not None

    def url_of(self, path: PurePosixPath, front: FrontMatter) -> str | None:
        """Return the address of a file's page; None when it has none, or nobody said where the site is."""
        if self.address is None:
            return None
        if self.docusaurus is not None:
            route = self.docusaurus.route(path, front)
            return None if route is None else self._joined(route)
        if path.suffix.lower() in MARKDOWN:
            return self._joined(doc_slug(path, front))
        folder = "" if path.parent == PurePosixPath() else f"{path.parent}/"
        return self._joined("/" + (folder if path.name in ("index.html", "index.htm") else str(path)))

    def _joined(self, route: str) -> str:
        """Return the route below the address, which may itself end with the route of the docs."""
        assert self.address is not None
        routes = [route for _, route in self.docusaurus.docs] if self.docusaurus is not None else []
        docs = f"/{routes[0]}" if routes and routes[0] else ""
        is_said = bool(docs) and self.address.endswith(docs) and (route == docs or route.startswith(f"{docs}/"))
        return self.address + quote(route.removeprefix(docs) if is_said else route, safe=KEPT_IN_ADDRESSES)


def with_addresses(found: Iterable[Found], publication: Publication) -> Iterator[Found | LeftOut]:
    """Yield documents with their addresses; a draft, which no site publishes, is left out."""
    for each in found:
        path = each.path_in_origin
        front = front_matter(_head(each)) if path.suffix.lower() in MARKDOWN else FrontMatter("")
        if front.values.get("draft", "").lower() == "true":
            yield LeftOut(each.key, "Its front matter says that it is a draft.", "Take `draft: true` out to add it.")
        else:
            url = publication.url_of(path, front)
            if url is None and publication.address is None and path.suffix.lower() in PAGES:
                url = _own_address(_head(each))
            yield replace(each, url=url)


def _own_address(html: str) -> str | None:
    """Return the address that a page says it is published at."""
    link = next((found for found in _LINKS.findall(html) if _CANONICAL.search(found)), "")
    found = _HREF.search(link)
    return unescape(found.group(1)) if found else None


def _head(found: Found) -> str:
    if isinstance(found.path, bytes):
        head = found.path[: MAX_CHARACTERS * 2]
    else:
        with found.path.open("rb") as file:
            head = file.read(MAX_CHARACTERS * 2)
    return head.decode("utf-8", errors="replace").replace("\r\n", "\n")
