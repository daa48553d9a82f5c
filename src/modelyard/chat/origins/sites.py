"""Documents of a site: the pages of its site map, or one page. Nothing is fetched that is not on the host named."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.origins.choosing import MAX_DOCUMENT_BYTES
from modelyard.chat.origins.found import MAX_KEY_CHARACTERS, Found, LeftOut, Say, file_found
from modelyard.chat.origins.page_cache import PageCache
from modelyard.chat.origins.reading import loader_for
from modelyard.chat.origins.site_maps import parsed_site_map
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.fetching import USER_AGENT, Fetcher, FetchFailed, FetchLimits
from modelyard.kernel.settings import Settings

MAX_PAGES = 5_000
"""Of one site; a part of a larger one can be named by its address."""
MAX_SITE_MAPS = 50
MAX_BYTES = 2 * 1024**3
MAX_TIME = timedelta(hours=1)
MAX_DELAY_SECONDS = 5.0
"""Between two pages, when robots.txt asks for it; it may ask for more than anybody waits."""
FAILURES_IN_A_ROW = 25
"""After which the site is taken to be down."""
LIMITS = FetchLimits(max_bytes=MAX_DOCUMENT_BYTES, max_seconds=30.0)


@dataclass(frozen=True)
class _Listed:
    """The pages to fetch, and what is left out of the site map."""

    pages: list[str]
    left_out: list[LeftOut]


def on_site(url: str, *, settings: Settings, scratch: Path, say: Say) -> Iterator[Found | LeftOut]:
    """Yield the pages of a site: of the site map at `url`, of the one of the site that `url` is in, or that page.

    An address with a path takes only the pages below it. Pages that robots.txt asks not to read are left out. Raises
    UnsafeAddress, UnknownHost and FetchFailed when the site cannot be read at all.
    """
    with Fetcher(allow_private=settings.allows_private_addresses, limits=LIMITS) as fetcher:
        yield from _Site(url, fetcher, settings, scratch, say).documents()


class _Site:
    """One visit of a site."""

    def __init__(self, url: str, fetcher: Fetcher, settings: Settings, scratch: Path, say: Say) -> None:
        self._url = url.strip().partition("#")[0]
        parts = urlsplit(self._url)
        self._home = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        self._fetcher = fetcher
        self._max_pages = min(MAX_PAGES, settings.max_documents)
        self._pages = scratch / "pages"
        self._cache = PageCache(settings.data / "cache" / "pages")
        self._say = say
        self._robots = RobotFileParser()
        self._seen: set[str] = set()
        self._n_bytes = 0

    def documents(self) -> Iterator[Found | LeftOut]:
        """Yield what the site has."""
        self._say(f"Looking at {self._home}", 0.0)
        self._pages.mkdir(parents=True, exist_ok=True)
        self._read_robots()
        listed = self._listed()
        yield from listed.left_out
        delay = min(float(self._robots.crawl_delay(USER_AGENT) or 0.0), MAX_DELAY_SECONDS)
        ends_at = time.monotonic() + MAX_TIME.total_seconds()
        n_failed = 0
        for place, address in enumerate(listed.pages):
            if time.monotonic() > ends_at or self._n_bytes > MAX_BYTES:
                yield self._rest(len(listed.pages) - place)
                return
            if place and delay:
                time.sleep(delay)
            self._say(f"Fetching page {place + 1:,} of {len(listed.pages):,}", place / len(listed.pages))
            try:
                yield from self._page(place, address)
                n_failed = 0
            except ModelyardError as error:
                n_failed += isinstance(error, FetchFailed)
                if n_failed >= FAILURES_IN_A_ROW or len(listed.pages) == 1:
                    raise
                yield LeftOut(address, error.message, error.hint or "Correct the page, then sync again.")

    def _rest(self, n_pages: int) -> LeftOut:
        limit = f"{MAX_TIME.total_seconds() / 3600:g} hours or {MAX_BYTES / 1024**3:g} GB"
        return LeftOut(
            f"{self._home}/…", f"{n_pages:,} pages were not fetched within {limit}.", "Add parts of the site."
        )

    def _page(self, place: int, address: str) -> Iterator[Found | LeftOut]:
        if not self._robots.can_fetch(USER_AGENT, address):
            yield LeftOut(address, "The site's robots.txt asks not to read it.", "Ask its owner to allow `Modelyard`.")
            return
        fetched = self._cache.fetch(self._fetcher, address)
        self._n_bytes += len(fetched.content)
        if urlsplit(fetched.url).netloc != urlsplit(self._home).netloc:
            yield LeftOut(address, f"It is redirected to another site ({fetched.url}).", "Add that site instead.")
            return
        if fetched.url in self._seen:
            return  # the same page by another of its addresses
        self._seen.add(fetched.url)
        if loader_for(PurePosixPath(urlsplit(address).path), fetched.media_type) is None:
            yield LeftOut(
                address, f"It is {fetched.media_type or 'of no stated format'}, which is not read.", "Leave it."
            )
            return
        path = self._pages / f"{place}"
        path.write_bytes(fetched.content)
        yield file_found(address, path, url=fetched.url, media_type=fetched.media_type or None)

    def _read_robots(self) -> None:
        """Read what the site asks of programs; a site without it asks for nothing."""
        lines: list[str] = []
        with suppress(FetchFailed):
            lines = self._fetcher.fetch(f"{self._home}/robots.txt").content.decode("utf-8", "replace").splitlines()
        self._robots.parse(lines)
        self._robots.modified()

    def _listed(self) -> _Listed:
        """Return the pages of the site map that there is; without one, the page itself."""
        path = urlsplit(self._url).path
        if path.endswith((".xml", ".xml.gz", ".txt")):
            return self._chosen(self._site_map_pages([self._url], is_wanted=True), "/")
        beside = urljoin(self._url if path.endswith("/") else f"{self._url}/", "sitemap.xml")
        places = [*(self._robots.site_maps() or []), beside, f"{self._home}/sitemap.xml"]
        for place in dict.fromkeys(place for place in places if self._is_here(place)):
            if pages := self._site_map_pages([place], is_wanted=False):
                chosen = self._chosen(pages, path)
                # A page in the middle of a site, by itself: its site map has it, but nothing below it.
                return chosen if chosen.pages else _Listed([self._url], [])
        alone = LeftOut(
            f"{self._home}/sitemap.xml",
            "The site has no site map, so only this page was read.",
            "Add other pages by their addresses, or upload the site's files as a ZIP.",
        )
        return _Listed([self._url], [alone] if path in ("", "/") else [])

    def _site_map_pages(self, site_maps: list[str], *, is_wanted: bool) -> list[str]:
        """Return all pages of site maps and of those that they name; raise only when they were asked for by name."""
        pages: dict[str, None] = {}
        pending, passed = list(site_maps), set[str]()
        while pending and len(passed) < MAX_SITE_MAPS:
            address = pending.pop(0)
            if address in passed:
                continue
            passed.add(address)
            try:
                found = parsed_site_map(self._fetcher.fetch(address).content)
            except (FetchFailed, UnreadableDocument):
                if is_wanted and address in site_maps:
                    raise
                continue
            pages |= dict.fromkeys(self._here(page) for page in found.pages)
            pending += [place for place in map(self._here, found.site_maps) if self._is_here(place)]
        return list(pages)

    def _is_here(self, address: str) -> bool:
        return urlsplit(address).netloc == urlsplit(self._home).netloc

    def _here(self, address: str) -> str:
        """Return the address without its fragment; of a host that is the same but for `www.` or the scheme, here."""
        parts = urlsplit(urljoin(self._home, address))
        home = urlsplit(self._home)
        is_alias = parts.netloc.removeprefix("www.") == home.netloc.removeprefix("www.")
        scheme, netloc = (home.scheme, home.netloc) if is_alias else (parts.scheme, parts.netloc)
        return urlunsplit((scheme, netloc, parts.path or "/", parts.query, ""))

    def _chosen(self, pages: list[str], below: str) -> _Listed:
        """Return the pages below a path, with what is said of the others."""
        if pages and not any(map(self._is_here, pages)):
            # Built for another address than it is served from, as a preview is: its paths hold here.
            pages = [urlunsplit((*urlsplit(self._home)[:2], *urlsplit(page)[2:])) for page in pages]
        left_out = list(self._elsewhere(pages))
        folder = below if below.endswith("/") else f"{below}/"
        here = [page for page in pages if self._is_here(page)]
        wanted = [page for page in here if f"{urlsplit(page).path}/".startswith(folder) or folder == "/"]
        for page in wanted:
            if len(page) > MAX_KEY_CHARACTERS:
                left_out.append(LeftOut(page[:MAX_KEY_CHARACTERS], "Its address is too long.", "Leave it."))
        wanted = [page for page in wanted if len(page) <= MAX_KEY_CHARACTERS]
        if len(wanted) > self._max_pages:
            reason = f"The site map has {len(wanted):,} pages; the first {self._max_pages:,} were taken."
            left_out.append(
                LeftOut(f"{self._home}/…", reason, "Add parts of the site by their addresses, such as …/docs/.")
            )
        return _Listed(wanted[: self._max_pages], left_out)

    def _elsewhere(self, pages: list[str]) -> Iterator[LeftOut]:
        for host, n in Counter(urlsplit(page).netloc for page in pages if not self._is_here(page)).items():
            pages_are = "1 page of it is" if n == 1 else f"{n:,} pages of it are"
            yield LeftOut(
                host[:MAX_KEY_CHARACTERS], f"{pages_are} in the site map of another site.", "Add that site too."
            )
