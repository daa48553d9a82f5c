"""A site as it was built into a folder: its pages are the files that its site map names."""

import posixpath
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from modelyard.chat.origins.found import LeftOut
from modelyard.chat.origins.site_maps import parsed_site_map
from modelyard.kernel.errors import ModelyardError

SITE_MAP = "sitemap.xml"
PAGE_ENDINGS = (".html", ".htm")


class BuiltSite:
    """The pages of a built site by their files, with their addresses; `base` is the path that the site is at."""

    def __init__(
        self, pages: dict[PurePosixPath, str], absent: dict[str, str], base: str, site_url: str | None
    ) -> None:
        self._pages = pages
        self._absent = absent
        self._base = base
        self._site_url = site_url.rstrip("/") if site_url else None

    @classmethod
    def of(cls, folder: Path, site_url: str | None) -> "BuiltSite | None":
        """Return the site that a folder holds; None when it has no site map with a page of it."""
        site_map = folder / SITE_MAP
        if not site_map.is_file() or not (folder / "index.html").is_file():
            return None
        try:
            addresses = parsed_site_map(site_map.read_bytes()).pages
        except ModelyardError:
            return None
        # A site may be built for a path of its host: the one under which most of its files are found.
        sites = [cls(*_placed(folder, addresses, base), base, site_url) for base in ("/", _shared(addresses))]
        best = max(sites, key=lambda site: len(site._pages))
        return best if best._pages else None

    def has(self, path: PurePosixPath) -> bool:
        """Say whether a file is a page of the site, or no page at all; other pages repeat what is in these."""
        return path in self._pages or path.suffix.lower() not in PAGE_ENDINGS

    def url_of(self, path: PurePosixPath) -> str | None:
        """Return the address of a page, below the address that was stated when there is one."""
        address = self._pages.get(path)
        if address is None or self._site_url is None:
            return address
        return self._site_url + "/" + urlsplit(address).path.removeprefix(self._base).lstrip("/")

    def absent(self) -> Iterator[LeftOut]:
        """Yield the pages that the site map names and the folder does not hold."""
        for route, address in self._absent.items():
            yield LeftOut(
                f"{route[:690]}.html",
                f"The site map names {address}, but its file is not there.",
                "Build the site again.",
            )


def _placed(folder: Path, addresses: list[str], base: str) -> tuple[dict[PurePosixPath, str], dict[str, str]]:
    """Return the addresses of a site at a path by their files, and those without one by their routes."""
    pages: dict[PurePosixPath, str] = {}
    absent: dict[str, str] = {}
    for address in addresses:
        route = unquote(urlsplit(address).path).removeprefix(base).strip("/")
        path = next((path for path in _candidates(route) if _is_page(folder, path)), None)
        if path is None:
            absent[route or "/"] = address
        else:
            pages[path] = address
    return pages, absent


def _shared(addresses: list[str]) -> str:
    """Return the path that all addresses begin with, up to its last slash."""
    shared = posixpath.commonprefix([unquote(urlsplit(address).path) for address in addresses])
    return shared[: shared.rfind("/") + 1] or "/"


def _candidates(route: str) -> Iterator[PurePosixPath]:
    if not route:
        yield PurePosixPath("index.html")
        return
    yield PurePosixPath(route) / "index.html"
    yield PurePosixPath(f"{route}.html")
    yield PurePosixPath(route)


def _is_page(folder: Path, path: PurePosixPath) -> bool:
    return ".." not in path.parts and path.suffix.lower() in PAGE_ENDINGS and (folder / path).is_file()
