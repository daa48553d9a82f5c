"""The exported browser pages, with a content policy that names the hash of each inline script."""

import json
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from modelyard.doors.api.errors import no_such_page
from modelyard.kernel.pages import find_pages
from modelyard.kernel.settings import Settings

_FOREVER = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_WIDGET = "widget.js"
_FOR_OTHER_SITES = {
    # An hour: a site's readers have a new release soon, and ask again with its ETag.
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
"""What pages of other sites load from here, also with `crossorigin` and `integrity`."""


def add_pages(app: FastAPI, settings: Settings) -> None:
    """Serve the pages, when they were built, for whatever no route answers.

    Not as a mount: it would match before a route with another method, and the API's 404 and 405 would become pages.
    """
    folder = find_pages(settings)
    app.router.default = Pages(folder, settings.frames) if folder else no_such_page


class Pages(StaticFiles):
    """Static files with cache and content policy headers."""

    def __init__(self, folder: Path, frames: Sequence[str] = ()) -> None:
        """`frames`: origins whose pages may show these in a frame."""
        super().__init__(directory=folder, html=True)
        self._frames = " ".join(("'self'", *frames))
        hashes = folder / "csp.json"
        self._hashes: list[str] = json.loads(hashes.read_text()) if hashes.is_file() else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file; addresses of the API are never pages."""
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            return await no_such_page(scope, receive, send)
        return await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file; hashed assets may be kept for ever, pages are asked for again."""
        response = await super().get_response(path, scope)
        is_hashed = path.startswith("_next/static/") and response.status_code in (200, 206, 304)
        response.headers["Cache-Control"] = _FOREVER if is_hashed else _REVALIDATE
        if path == _WIDGET:
            response.headers.update(_FOR_OTHER_SITES)
        # On every answer: a 304 has no content type, and its headers replace those of the page the browser kept.
        response.headers["Content-Security-Policy"] = self._policy()
        return response

    def _policy(self) -> str:
        scripts = " ".join(f"'{value}'" for value in self._hashes)
        rules = {
            "default-src": "'self'",
            "script-src": f"'self' {scripts}".strip(),
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self' data:",
            "connect-src": "'self'",
            "object-src": "'none'",
            "base-uri": "'self'",
            "form-action": "'self'",
            "frame-ancestors": self._frames,
        }
        return "; ".join(f"{name} {value}" for name, value in rules.items())
