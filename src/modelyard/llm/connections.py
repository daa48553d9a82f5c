"""Connections to providers: kept open per event loop, to addresses that were checked, redirected nowhere."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from modelyard.kernel.addresses import UnknownHost, UnsafeAddress, require_public
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.settings import Settings

if TYPE_CHECKING:
    import httpx
    import httpx2

MAX_CONNECTIONS = 1000
"""How many requests run at once is limited by turns (`llm.turns`), not here."""

_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[bool, httpx2.AsyncClient]]" = WeakKeyDictionary()


def http_client(settings: Settings, *, is_own: bool = False) -> "httpx2.AsyncClient":
    """Return the running event loop's client; a redirect is an answer like any other, and no proxy is asked.

    `is_own`: the server is a process of ours on this machine, which may always be asked.
    """
    import httpx2

    from modelyard.kernel.fetching import PublicTransport

    allow_private = is_own or settings.allows_private_addresses
    of_loop = _clients.setdefault(asyncio.get_running_loop(), {})
    if allow_private not in of_loop:
        of_loop[allow_private] = httpx2.AsyncClient(
            transport=PublicTransport(allow_private=allow_private, max_connections=MAX_CONNECTIONS),
            follow_redirects=False,
            trust_env=False,
        )
    return of_loop[allow_private]


def timeouts(settings: Settings) -> "httpx2.Timeout":
    """Return the time limits of the parts of a request."""
    import httpx2

    patience = settings.llm_first_piece_timeout.total_seconds()
    return httpx2.Timeout(patience, connect=settings.llm_connect_timeout.total_seconds())


def older_http_client(settings: Settings) -> "httpx.AsyncClient":
    """Return a client for libraries that still speak through httpx: it hands every request to `http_client`."""
    import httpx

    return httpx.AsyncClient(transport=_handing_over(settings), follow_redirects=False, trust_env=False)


def _handing_over(settings: Settings) -> "httpx.AsyncBaseTransport":
    import httpx
    import httpx2

    limits = timeouts(settings)

    class Body(httpx.AsyncByteStream):
        def __init__(self, response: httpx2.Response) -> None:
            self._response = response

        async def __aiter__(self) -> AsyncIterator[bytes]:
            try:
                async for piece in self._response.aiter_raw():
                    yield piece
            except httpx2.TransportError as error:
                raise httpx.ReadError(str(error)) from error

        async def aclose(self) -> None:
            await self._response.aclose()

    class HandingOver(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            content = await request.aread()
            headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"content-length"]
            client = http_client(settings)
            same = client.build_request(
                request.method, str(request.url), headers=headers, content=content, timeout=limits
            )
            try:
                response = await client.send(same, stream=True)
            except httpx2.TimeoutException as error:
                raise httpx.ReadTimeout(str(error)) from error
            except httpx2.TransportError as error:
                raise httpx.ConnectError(str(error)) from error
            return httpx.Response(response.status_code, headers=response.headers.raw, stream=Body(response))

    return HandingOver()


def check_address(url: str, settings: Settings) -> None:
    """Raise Invalid at the provider's `base_url` unless requests may go there."""
    try:
        if urlsplit(url).query or urlsplit(url).fragment:
            raise UnsafeAddress("The address ends in a query or a fragment.", hint="Write it up to the /v1.")
        require_public(url, allow_private=settings.allows_private_addresses)
    except UnknownHost:
        return  # there may be no network now; what the name stands for is checked at every connection
    except (UnsafeAddress, ValueError) as error:
        message = error.message if isinstance(error, UnsafeAddress) else f"{url[:200]!r} is not a web address."
        hint = error.hint if isinstance(error, UnsafeAddress) else None
        raise Invalid(message, hint=hint, fields=[FieldError(("provider", "base_url"), message)]) from None
