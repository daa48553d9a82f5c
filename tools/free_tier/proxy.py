"""What stands before a container on a free host: forwarding headers, and a page of its own while it sleeps."""

import threading
from collections.abc import AsyncIterator, Callable

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

VISITOR = "198.51.100.23"
_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "proxy-authorization", "host"}


class Proxy:
    """Passes requests on to a port; while asleep it answers 503 and calls `wake` at the first visit."""

    def __init__(self, port: int, target: int, wake: Callable[[], None]) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.is_asleep = False
        self.unsafe: list[str] = []
        """Requests that change something, as they reached the container."""
        self._wake = wake
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{target}", timeout=300)
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=methods)])
        self._server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
        threading.Thread(target=self._server.run, daemon=True).start()

    async def _answer(self, request: Request) -> Response:
        if self.is_asleep:
            threading.Thread(target=self._wake, daemon=True).start()
            return HTMLResponse("<h1>Starting</h1>", status_code=503)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        headers |= {"X-Forwarded-For": VISITOR, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "yard.example.net"}
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.unsafe.append(f"{request.method} {request.url.path}")
        url = httpx.URL(path=request.url.path, query=request.url.query.encode())
        asked = self._client.build_request(request.method, url, headers=headers, content=await request.body())
        try:
            answer = await self._client.send(asked, stream=True)
        except httpx.TransportError:
            return HTMLResponse("<h1>Starting</h1>", status_code=502)
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
        passed = StreamingResponse(_pieces(answer), answer.status_code, kept)
        passed.raw_headers = [(name, value) for name, value in answer.headers.raw if name.decode().lower() not in _HOP]
        return passed

    def close(self) -> None:
        """Stop listening."""
        self._server.should_exit = True


async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()
