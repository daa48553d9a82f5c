"""Answers to pages of other sites: with the sign-in to the yard's own pages, where these are served elsewhere; with a
browser key to the origins of that key, never with cookies.

Nothing else of the API says a word to other origins, so their browsers keep every answer from them.
"""

import re
from dataclasses import dataclass

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modelyard.endpoints.browser_keys import may_ask
from modelyard.endpoints.visitors import BROWSER_KEY_HEADER
from modelyard.kernel.yard import Yard

_OF_ENDPOINT = re.compile(
    r"/api/v1/public/endpoints/(?P<endpoint>[^/]+)/(calls|sessions)(/.*)?|/api/v1/widget/(?P<key>[^/]+)"
)
_TO_ANYBODY = frozenset({"/health"})
"""Says nothing but that the server is awake."""
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": f"Accept, Content-Type, Idempotency-Key, X-Reader-Token, {BROWSER_KEY_HEADER}",
    "Access-Control-Max-Age": "600",
}
_EXPOSED = "Idempotent-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
_FRONTEND_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID, "
    f"X-CSRF-Token, X-Reader-Token, {BROWSER_KEY_HEADER}",
    "Access-Control-Max-Age": "600",
}
_FRONTEND_EXPOSED = f"{_EXPOSED}, Content-Disposition, ETag"


@dataclass(frozen=True)
class _Asked:
    """Of which endpoint, or with which key, a page of another site asks."""

    endpoint_id: str | None
    key_id: str | None

    def is_allowed(self, yard: Yard, origin: str) -> bool:
        return may_ask(yard, origin, endpoint_id=self.endpoint_id, key_id=self.key_id)


class CrossOrigin:
    """Tells browsers which pages of other sites may read an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer a preflight, which carries no key, from the keys of its endpoint."""
        headers = Headers(scope=scope) if scope["type"] == "http" else None
        origin = headers.get("Origin") if headers is not None else None
        if headers is None:
            return await self._app(scope, receive, send)
        is_preflight = scope["method"] == "OPTIONS" and "Access-Control-Request-Method" in headers
        if origin and scope["path"].startswith("/api/") and scope["app"].state.yard.settings.is_frontend(origin):
            told, preflight = _told_to_frontend(origin), _FRONTEND_PREFLIGHT
        elif (asked := _asked(scope["path"], headers)) is not None:
            told, preflight = await _told_to(scope, origin, asked) if origin else {}, _PREFLIGHT
        else:
            return await self._app(scope, receive, send)
        if is_preflight:
            return await _answer(send, told, preflight)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered.add_vary_header("Origin")
                answered.update(told)
            await send(message)

        return await self._app(scope, receive, send_with_headers)


def _asked(path: str, headers: Headers) -> _Asked | None:
    if path in _TO_ANYBODY:
        return _Asked(None, None)
    match = _OF_ENDPOINT.fullmatch(path)
    if match is None:
        return None
    return _Asked(match["endpoint"], match["key"] or headers.get(BROWSER_KEY_HEADER))


async def _told_to(scope: Scope, origin: str, asked: _Asked) -> dict[str, str]:
    """Return the headers for a page of this origin; none when it may not ask."""
    if asked == _Asked(None, None):
        return {"Access-Control-Allow-Origin": "*"}
    yard: Yard = scope["app"].state.yard
    if not await anyio.to_thread.run_sync(asked.is_allowed, yard, origin):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED}


def _told_to_frontend(origin: str) -> dict[str, str]:
    """Return the headers for the yard's own pages on another host."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": _FRONTEND_EXPOSED,
    }


async def _answer(send: Send, told: dict[str, str], preflight: dict[str, str]) -> None:
    headers = MutableHeaders({"Vary": "Origin, Access-Control-Request-Method", **told, **(preflight if told else {})})
    await send({"type": "http.response.start", "status": 204 if told else 403, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b""})
