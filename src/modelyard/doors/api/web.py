"""The exported browser pages, with a content policy that names the hash of each inline script."""

import json
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import modelyard
from modelyard.kernel.settings import Settings

_FOREVER = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"


def find_pages(settings: Settings) -> Path | None:
    """Return the folder of the exported pages: the setting, the installed package's, or the source tree's build."""
    package = Path(modelyard.__file__).parent
    candidates = [settings.web] if settings.web else [package / "_web", package.parents[1] / "frontend" / "out"]
    return next((folder for folder in candidates if (folder / "index.html").is_file()), None)


def mount(app: FastAPI, settings: Settings) -> None:
    """Serve the pages at the root when they were built."""
    folder = find_pages(settings)
    if folder is not None:
        app.mount("/", Pages(folder), name="pages")


class Pages(StaticFiles):
    """Static files with cache and content policy headers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)
        hashes = folder / "csp.json"
        self._hashes: list[str] = json.loads(hashes.read_text()) if hashes.is_file() else []

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file; hashed assets may be kept for ever, pages are asked for again."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOREVER if path.startswith("_next/static/") else _REVALIDATE
        if response.headers.get("content-type", "").startswith("text/html"):
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
            "frame-ancestors": "'self'",
        }
        return "; ".join(f"{name} {value}" for name, value in rules.items())
