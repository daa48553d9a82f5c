"""Only addresses that were checked are asked, also behind redirects and names."""

import asyncio
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from modelyard.kernel import addresses
from modelyard.kernel.addresses import UnknownHost, UnsafeAddress, is_public, require_public
from modelyard.kernel.fetching import Fetcher, FetchFailed, FetchLimits, FetchTooLarge, PublicTransport

BOMB = gzip.compress(b"\0" * 50_000_000)


class Pages(BaseHTTPRequestHandler):
    """Answers that try a client's patience."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        action = getattr(self, f"_{self.path.strip('/').partition('?')[0]}", None)
        action() if action else self._send(404, b"none")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _page(self) -> None:
        if self.headers.get("If-None-Match") == '"1"':
            return self._send(304, b"")
        packed = gzip.compress(b"<p>hello</p>")
        self._send(200, packed, Content_Type="text/html; charset=utf-8", Content_Encoding="gzip", ETag='"1"')

    def _moved(self) -> None:
        self._send(302, b"", Location="/page")

    def _loop(self) -> None:
        self._send(302, b"", Location="/loop2")

    def _loop2(self) -> None:
        self._send(302, b"", Location="/loop")

    def _inside(self) -> None:
        self._send(302, b"", Location="http://169.254.169.254/latest/meta-data/")

    def _file(self) -> None:
        self._send(302, b"", Location="file:///etc/passwd")

    def _huge(self) -> None:
        self._send(200, b"x" * 200_000)

    def _bomb(self) -> None:
        self._send(200, BOMB, Content_Encoding="gzip")

    def _drops(self) -> None:
        self.close_connection = True
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 100:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return  # the client went, as it should


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_what_is_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]:80/", "http://localhost:6333"],
)
def test_the_own_machine_is_asked_only_where_that_is_allowed(url: str) -> None:
    with pytest.raises(UnsafeAddress, match="not a public address") as caught:
        require_public(url, allow_private=False)
    assert "MODELYARD_ALLOW_PRIVATE_ADDRESSES" in str(caught.value.hint)
    pinned = require_public(url, allow_private=True)
    assert set(pinned.addresses) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    "url",
    ["", "ftp://example.org", "file:///etc/passwd", "http://", "http://a:b@example.org/", "http://x:99999/", "//x"],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        require_public(url, allow_private=True)


def test_the_clouds_secrets_are_never_asked() -> None:
    with pytest.raises(UnsafeAddress, match="never asked"):
        require_public("http://169.254.169.254/latest/meta-data/", allow_private=True)


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(UnknownHost):
        require_public("https://nowhere.invalid/", allow_private=False)


def test_a_page_and_its_next_visit(site: str) -> None:
    with Fetcher(allow_private=True) as fetcher:
        first = fetcher.fetch(f"{site}/moved")
        assert (first.url, first.status, first.media_type) == (f"{site}/page", 200, "text/html")
        assert first.content == b"<p>hello</p>"
        again = fetcher.fetch(f"{site}/page", headers={"If-None-Match": first.etag or ""})
        assert (again.status, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/loop", FetchFailed, "in a loop"),
        ("/inside", UnsafeAddress, "169.254.169.254"),
        ("/file", UnsafeAddress, "not a web address"),
        ("/none", FetchFailed, "404"),
        ("/huge", FetchTooLarge, "larger than"),
        ("/bomb", FetchTooLarge, "larger than"),
        ("/drops", FetchFailed, "longer than 1 seconds"),
    ],
)
def test_what_a_fetch_refuses(site: str, path: str, error: type[Exception], words: str) -> None:
    limits = FetchLimits(max_bytes=100_000, max_seconds=1 if path == "/drops" else 60)
    with Fetcher(allow_private=True, limits=limits) as fetcher, pytest.raises(error, match=words):
        fetcher.fetch(site + path)


def test_a_name_that_turns_private_after_it_was_checked_is_not_asked(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is public, the one at connecting is not."""
    real = addresses.socket.getaddrinfo
    answers = iter(["93.184.215.14", "127.0.0.1"])

    def resolve(host: str, port: int, **options: object) -> object:
        return real(next(answers) if host == "docs.example" else host, port, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    with Fetcher(allow_private=False) as fetcher, pytest.raises(FetchFailed, match="not a public address"):
        fetcher.fetch(f"http://docs.example:{site.rpartition(':')[2]}/page")


def test_the_transport_of_async_clients_checks_where_it_connects(site: str) -> None:
    async def ask(*, allow_private: bool) -> int:
        transport = PublicTransport(allow_private=allow_private)
        async with httpx2.AsyncClient(transport=transport) as client:
            return (await client.get(f"{site}/page")).status_code

    assert asyncio.run(ask(allow_private=True)) == 200
    with pytest.raises(httpx2.ConnectError, match="not a public address"):
        asyncio.run(ask(allow_private=False))
