"""Clients that ask only addresses that were checked, and a fetch with limits. Imports httpx2: import it when needed.

Checking sits where connections are made (`_Checked`): redirects, connections that are reused and names that change
their address between two requests pass through it like the first request.
"""

import asyncio
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import httpcore2
import httpx2
from httpcore2 import AsyncNetworkBackend, AsyncNetworkStream, NetworkBackend, NetworkStream

from modelyard.kernel.addresses import checked_addresses, require_public
from modelyard.kernel.errors import ModelyardError, TooLarge, Unavailable

SocketOptions = Iterable[httpcore2.SOCKET_OPTION] | None
USER_AGENT = "Modelyard"
"""Also what a site's robots.txt may call it."""
MAX_REDIRECTS = 5
CONNECT_SECONDS = 10.0


class FetchFailed(Unavailable):
    """An address did not give what was asked for; the message says how it went."""

    default_hint = "Open the address in a browser; if it works there, try again later."


class FetchTooLarge(TooLarge):
    """What an address sends is over the limit."""


@dataclass(frozen=True)
class FetchLimits:
    """What one fetch may take, redirects included."""

    max_bytes: int = 20 * 1024**2
    max_seconds: float = 30.0


@dataclass(frozen=True)
class Fetched:
    """What an address gave; `content` is empty with status 304 (unchanged)."""

    url: str
    """Where it was found in the end."""
    status: int
    media_type: str
    """Without parameters, in small letters; empty when the server does not say."""
    content: bytes
    etag: str | None
    last_modified: str | None


class Fetcher:
    """Fetches over connections that are kept; for one thread, to be closed."""

    def __init__(self, *, allow_private: bool, limits: FetchLimits | None = None, user_agent: str = USER_AGENT) -> None:
        self.allow_private = allow_private
        self.limits = limits or FetchLimits()
        self._backend = _Checked(allow_private)
        self._client = httpx2.Client(
            transport=_Transport(self._backend),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Return what is at an address, redirects followed one by one.

        Raises UnsafeAddress for an address that may not be asked (also one that a redirect names), FetchFailed for
        an answer that is none (4xx, 5xx, a loop of redirects, too slow), FetchTooLarge.
        """
        self._backend.ends_at = time.monotonic() + self.limits.max_seconds
        passed = [url]
        for _ in range(MAX_REDIRECTS + 1):
            require_public(passed[-1], allow_private=self.allow_private)
            found = self._ask(passed[-1], dict(headers or {}))
            if isinstance(found, Fetched):
                return found
            if found in passed:
                raise FetchFailed(f"{url} is redirected in a loop.")
            passed.append(found)
        raise FetchFailed(f"{url} is redirected more than {MAX_REDIRECTS} times.")

    def _ask(self, url: str, headers: dict[str, str]) -> Fetched | str:
        """Return the answer, or where it redirects to."""
        try:
            with self._client.stream("GET", url, headers=headers, timeout=self.limits.max_seconds) as response:
                where = response.headers.get("location")
                if response.is_redirect and where:
                    return urljoin(url, where).partition("#")[0]
                if response.status_code != 304 and not response.is_success:
                    raise FetchFailed(f"{url} answers {response.status_code} {response.reason_phrase}".rstrip() + ".")
                content = b"".join(self._pieces(url, response))
        except httpx2.TimeoutException:
            raise FetchFailed(f"{url} took longer than {self.limits.max_seconds:g} seconds.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, zlib.error) as error:
            raise FetchFailed(f"{url} cannot be read ({str(error) or type(error).__name__}).") from None
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
        return Fetched(url, response.status_code, media_type, content, etag, modified)

    def _pieces(self, url: str, response: httpx2.Response) -> Iterator[bytes]:
        """Yield the body unpacked; never more than the limit, however well it was packed."""
        is_packed = response.headers.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate")
        unpacker = zlib.decompressobj(wbits=47) if is_packed else None
        room = self.limits.max_bytes
        for raw in response.iter_raw():
            piece = unpacker.decompress(raw, room + 1) if unpacker is not None else raw
            room -= len(piece)
            if room < 0:
                limit = self.limits.max_bytes / 1024**2
                raise FetchTooLarge(f"{url} is larger than {limit:,.0f} MB.", hint="Add it as a file if you need it.")
            yield piece


class _Deadline(NetworkStream):
    """A connection whose every wait ends when the fetch has to, also while headers come drop by drop."""

    def __init__(self, inner: NetworkStream, backend: "_Checked") -> None:
        self._inner, self._backend = inner, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        left = self._backend.left(timeout, httpcore2.ConnectTimeout)
        return _Deadline(self._inner.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Checked(NetworkBackend):
    """Connects to addresses that were checked, and to no others."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore2.SyncBackend()
        self.ends_at: float | None = None
        """On the monotonic clock; None: no end."""

    def left(self, timeout: float | None, error: type[httpcore2.TimeoutException]) -> float | None:
        """Return how long the next wait may be; raise `error` when the time is over."""
        if self.ends_at is None:
            return timeout
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise error("The time is over.")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> NetworkStream:
        addresses = _checked_for_connection(host, port, self._allow_private)
        for place, address in enumerate(addresses, start=1):
            left = self.left(min(timeout or CONNECT_SECONDS, CONNECT_SECONDS), httpcore2.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if place == len(addresses):
                    raise
            else:
                return _Deadline(stream, self)
        raise httpcore2.ConnectError(f"{host} has no address")


class _CheckedAsync(AsyncNetworkBackend):
    """The same for asyncio."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> AsyncNetworkStream:
        addresses = await asyncio.to_thread(_checked_for_connection, host, port, self._allow_private)
        for place, address in enumerate(addresses, start=1):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if place == len(addresses):
                    raise
        raise httpcore2.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _checked_for_connection(host: str, port: int, allow_private: bool) -> tuple[str, ...]:
    """Check in the words of the connection pool, which keeps only its own errors apart."""
    try:
        return checked_addresses(host, port, allow_private=allow_private)
    except ModelyardError as error:
        raise httpcore2.ConnectError(error.message) from error


class _Transport(httpx2.HTTPTransport):
    """A transport over a backend of ours: no proxies, for they would resolve names themselves."""

    def __init__(self, backend: NetworkBackend) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(), keepalive_expiry=30.0, network_backend=backend
        )


class PublicTransport(httpx2.AsyncHTTPTransport):
    """For `httpx2.AsyncClient(transport=…, follow_redirects=False)`: asks only addresses that were checked."""

    def __init__(self, *, allow_private: bool, max_connections: int = 100) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_connections=max_connections,
            keepalive_expiry=30.0,
            network_backend=_CheckedAsync(allow_private),
        )
