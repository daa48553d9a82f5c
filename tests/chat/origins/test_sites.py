"""Sites over HTTP: what a site map names, within limits, and nothing else."""

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.origins import sites
from modelyard.chat.origins.documents import documents_of
from modelyard.chat.origins.found import Found, LeftOut
from modelyard.chat.origins.origin import SiteOrigin
from modelyard.chat.origins.reading import read
from modelyard.chat.origins.site_maps import parsed_site_map
from modelyard.kernel.addresses import UnknownHost, UnsafeAddress
from modelyard.kernel.fetching import FetchFailed, FetchLimits
from modelyard.kernel.settings import Settings


class Site(ThreadingHTTPServer):
    """A small site; `pages` maps a path to status, headers and content."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, path: str, content: str | bytes, **headers: str) -> None:
        body = content.encode() if isinstance(content, str) else content
        kind = "application/xml" if path.endswith(".xml") else "text/html; charset=utf-8"
        self.pages[path] = (200, {"Content-Type": kind, **headers}, body)

    def page(self, path: str, words: str = "Words of a page.", **headers: str) -> None:
        self.put(path, f"<main><h1>Page</h1><p>{words}</p></main>", **headers)

    def redirect(self, path: str, to: str) -> None:
        self.pages[path] = (302, {"Location": to}, b"")

    def site_map(self, *paths: str, name: str = "/sitemap.xml", tag: str = "url") -> None:
        places = (path if path.startswith("http") else self.url + path for path in paths)
        items = "".join(f"<{tag}><loc>{place}</loc></{tag}>" for place in places)
        root = "urlset" if tag == "url" else "sitemapindex"
        xml = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</{root}>'
        self.put(name, gzip.compress(xml.encode()) if name.endswith(".gz") else xml)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        status, headers, body = self.server.pages.get(self.path, (404, {}, b"none"))
        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
            self.server.unchanged[self.path] += 1
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def visit(url: str, tmp_path: Path, **settings: object) -> tuple[dict[str, Found], dict[str, LeftOut]]:
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    made = Settings(data=tmp_path, **{"allow_private_addresses": True, **settings})  # type: ignore[arg-type]
    origin = SiteOrigin(url=url)
    items = list(documents_of(origin, upload=None, settings=made, scratch=scratch, say=lambda _s, _d: None))
    found = {item.key: item for item in items if isinstance(item, Found)}
    return found, {item.key: item for item in items if isinstance(item, LeftOut)}


def test_a_site_map_of_site_maps(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", f"User-agent: *\nDisallow: /secret\nSitemap: {site.url}/maps/all.xml\n")
    site.site_map("/maps/a.xml", "/maps/b.xml.gz", "/maps/all.xml", name="/maps/all.xml", tag="sitemap")
    site.site_map("/docs/a", "/docs/b#part", "/docs/b", "/secret/c", name="/maps/a.xml")
    site.site_map("/docs/c", "https://other.example/x", "/docs/gone", name="/maps/b.xml.gz")
    for name in "abc":
        site.page(f"/docs/{name}")
    site.put("/docs/c", b"%PDF-1.4", **{"Content-Type": "image/png"})
    found, left_out = visit(site.url, tmp_path)
    assert {each.url for each in found.values()} == {f"{site.url}/docs/a", f"{site.url}/docs/b"}
    assert read(found[f"{site.url}/docs/a"]).text == "Page\n\nWords of a page."
    assert "robots.txt" in left_out[f"{site.url}/secret/c"].reason
    assert site.asked["/secret/c"] == 0
    assert "404" in left_out[f"{site.url}/docs/gone"].reason
    assert "image/png" in left_out[f"{site.url}/docs/c"].reason
    assert left_out["other.example"].reason == "1 page of it is in the site map of another site."


def test_pages_that_lead_nowhere_are_left_out_and_the_others_read(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "LIMITS", FetchLimits(max_bytes=100_000, max_seconds=60))
    site.site_map("/", "/loop", "/huge", "/inside", "/moved", "/away")
    for path in ("/", "/new"):
        site.page(path)
    site.redirect("/loop", "/loop2")
    site.redirect("/loop2", "/loop")
    site.redirect("/inside", "http://169.254.169.254/latest/")
    site.redirect("/moved", "/new")
    site.redirect("/away", "http://localhost:1/")
    site.put("/huge", "x" * 200_000)
    found, left_out = visit(site.url, tmp_path)
    assert {each.url for each in found.values()} == {f"{site.url}/", f"{site.url}/new"}
    reasons = {key.removeprefix(site.url): each.reason for key, each in left_out.items()}
    assert "in a loop" in reasons["/loop"]
    assert "larger than" in reasons["/huge"]
    assert "169.254.169.254" in reasons["/inside"]
    assert "/away" in reasons


def test_ten_thousand_pages_are_cut_and_told(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "MAX_PAGES", 3)
    site.site_map(*(f"/p/{n}" for n in range(10_000)))
    for n in range(3):
        site.page(f"/p/{n}")
    found, left_out = visit(site.url, tmp_path)
    assert len(found) == 3
    assert left_out[f"{site.url}/…"].reason == "The site map has 10,000 pages; the first 3 were taken."


def test_the_second_visit_asks_only_whether_pages_changed(site: Site, tmp_path: Path) -> None:
    site.site_map("/a", "/b")
    site.page("/a", ETag='"1"')
    site.page("/b", ETag='"1"')
    first, _ = visit(site.url, tmp_path)
    site.page("/b", "Other words.", ETag='"2"')
    second, _ = visit(site.url, tmp_path)
    assert site.unchanged == {"/a": 1}
    hashes = {key.removeprefix(site.url): (first[key].content_hash, second[key].content_hash) for key in first}
    assert hashes["/a"][0] == hashes["/a"][1]
    assert hashes["/b"][0] != hashes["/b"][1]
    assert read(second[f"{site.url}/b"]).text == "Page\n\nOther words."


def test_a_part_of_a_site_and_a_page_of_it(site: Site, tmp_path: Path) -> None:
    site.site_map("/", "/docs", "/docs/a", "/docs2/b", "/blog/c")
    for path in ("/", "/docs", "/docs/a", "/docs2/b", "/blog/c", "/docs/hidden"):
        site.page(path)
    assert set(visit(f"{site.url}/docs", tmp_path)[0]) == {f"{site.url}/docs", f"{site.url}/docs/a"}
    assert set(visit(f"{site.url}/docs/hidden", tmp_path)[0]) == {f"{site.url}/docs/hidden"}


def test_a_site_without_a_site_map_gives_its_page_and_says_so(site: Site, tmp_path: Path) -> None:
    site.page("/")
    found, left_out = visit(site.url, tmp_path)
    assert list(found) == [site.url]
    assert "no site map" in left_out[f"{site.url}/sitemap.xml"].reason


def test_a_preview_is_read_where_it_is_though_it_was_built_for_elsewhere(site: Site, tmp_path: Path) -> None:
    site.site_map("https://yard.example/docs/a")
    site.page("/docs/a")
    found, _ = visit(site.url, tmp_path)
    assert [each.url for each in found.values()] == [f"{site.url}/docs/a"]


def test_a_site_that_is_down_is_no_site_without_pages(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "FAILURES_IN_A_ROW", 3)
    site.site_map(*(f"/{n}" for n in range(10)))
    with pytest.raises(FetchFailed):
        visit(site.url, tmp_path)
    assert site.asked["/5"] == 0


@pytest.mark.parametrize("path", ["/", "/sitemap.xml", "/docs"])
def test_addresses_that_are_not_public_are_refused(path: str, site: Site, tmp_path: Path) -> None:
    with pytest.raises((UnsafeAddress, FetchFailed), match="not a public address"):
        visit(site.url + path, tmp_path, allow_private_addresses=False)
    assert not site.asked


def test_a_host_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownHost):
        visit("https://nowhere.invalid/docs", tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>none</body></html>",
        b"<urlset></urlset>",
        b"\x1f\x8b broken",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
    ],
)
def test_what_is_no_site_map(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="no site map"):
        parsed_site_map(content)


def test_site_maps_as_text_and_with_pictures() -> None:
    assert parsed_site_map(b"https://x.example/a\nhttps://x.example/b\n").pages == [
        "https://x.example/a",
        "https://x.example/b",
    ]
    xml = (
        b'<urlset xmlns:image="i"><url><loc> https://x.example/a </loc><image:image><image:loc>https://x.example/i.png'
        b"</image:loc></image:image></url></urlset>"
    )
    assert parsed_site_map(xml).pages == ["https://x.example/a"]
