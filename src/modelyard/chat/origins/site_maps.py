"""Site maps: XML, packed with gzip, plain text, and indexes of others."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from modelyard.chat.errors import UnreadableDocument

MAX_UNPACKED_BYTES = 60 * 1024**2
"""The standard allows 50 MB."""
MAX_ADDRESSES = 50_000


@dataclass(frozen=True)
class SiteMap:
    """The addresses in a site map, each once, in its order: of pages, or of other site maps."""

    pages: list[str]
    site_maps: list[str]


def parsed_site_map(content: bytes) -> SiteMap:
    """Return what a site map names; raise UnreadableDocument for what is none.

    Entities are not resolved and nothing is fetched.
    """
    content = _unpacked(content)
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = content.decode("utf-8", errors="replace").split()
        return _checked(SiteMap(_once(line for line in lines if line.startswith(("http://", "https://"))), []))
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _no_site_map(str(error)) from None
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        raise _no_site_map("it is another document")
    found = _once((node.text or "").strip() for node in root.iter("{*}loc") if _is_own(node))
    is_index = etree.QName(root).localname == "sitemapindex"
    return _checked(SiteMap([], found) if is_index else SiteMap(found, []))


def _is_own(node: Any) -> bool:
    """Say whether an address is a page's: those of its pictures and films have the same name."""
    parent = node.getparent()
    return parent is not None and parent.tag.rpartition("}")[2] in ("url", "sitemap")


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(content, MAX_UNPACKED_BYTES + 1)
    except zlib.error as error:
        raise _no_site_map(str(error)) from None
    if len(unpacked) > MAX_UNPACKED_BYTES:
        raise _no_site_map("unpacked it is too large")
    return unpacked


def _once(addresses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(address for address in addresses if address))[:MAX_ADDRESSES]


def _checked(found: SiteMap) -> SiteMap:
    if not found.pages and not found.site_maps:
        raise _no_site_map("it names no page")
    return found


def _no_site_map(why: str) -> UnreadableDocument:
    return UnreadableDocument(f"This is no site map ({why}).", hint="Give the address of the site's sitemap.xml.")
