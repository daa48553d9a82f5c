"""The service over HTTP: what it is, calls, health, the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from modelyard.kernel.errors import ModelyardError, NotFound
from modelyard.models.alone.service.model import ServedModel
from modelyard.models.alone.service.shapes import About, Answered, Asked
from modelyard.models.alone.service.visitors import PerMinute

MAX_BODY_BYTES = 1024**2
CALLS_PER_MINUTE = 60
_PAGE = {
    "/": ("page.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(
    served: ServedModel, page: Path, *, origins: Sequence[str] = (), calls_per_minute: int = CALLS_PER_MINUTE
) -> FastAPI:
    """Return the service of one model; `page` is the folder of its page, `origins` whose pages may call it."""
    # The framework's own pages of documentation load their scripts from another host; the description is enough.
    app = FastAPI(
        title=served.about.name,
        version=str(served.about.version),
        max_body_size=MAX_BODY_BYTES,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(CORSMiddleware, allow_origins=list(origins), allow_methods=["GET", "POST"], allow_headers=["*"])
    app.add_exception_handler(ModelyardError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    _add_calls(app, served, PerMinute(calls_per_minute))
    _add_page(app, page)
    return app


def _add_calls(app: FastAPI, served: ServedModel, allowed: PerMinute) -> None:
    def require_mine(endpoint_id: str) -> None:
        if endpoint_id != served.about.id:
            raise NotFound(f"This service answers for {served.about.id!r}, not for {endpoint_id!r}.")

    @app.get("/health")
    def health() -> dict[str, str]:
        """Say that calls are answered: the model is loaded before the first request is taken."""
        return {"status": "ok"}

    @app.get("/api/v1/public/endpoints/{endpoint_id}")
    def about(endpoint_id: str) -> About:
        """Tell what is served."""
        require_mine(endpoint_id)
        return served.about

    @app.get("/api/v1/about")
    def about_this() -> About:
        """Tell what is served, without knowing its id."""
        return served.about

    @app.post("/api/v1/calls", response_model=Answered, response_model_exclude_unset=True)
    def call(asked: Asked, request: Request) -> Any:
        """Predict the rows of one call."""
        address = request.client.host if request.client else ""
        if seconds := allowed.take(address):
            detail = "These are more calls in a minute than one visitor may make."
            content = {"error": "too_many_requests", "detail": detail, "hint": f"Wait {seconds} s.", "fields": []}
            return JSONResponse(content, 429, headers={"Retry-After": str(seconds)})
        return served.answer(asked.inputs, explain=asked.explain)

    @app.post(
        "/api/v1/public/endpoints/{endpoint_id}/calls", response_model=Answered, response_model_exclude_unset=True
    )
    def call_by_id(endpoint_id: str, asked: Asked, request: Request) -> Any:
        """Predict the rows of one call, at the address that the yard has for it too."""
        require_mine(endpoint_id)
        return call(asked, request)


def _add_page(app: FastAPI, page: Path) -> None:
    held = {path: ((page / name).read_bytes(), media) for path, (name, media) in _PAGE.items()}

    @app.get("/", include_in_schema=False)
    @app.get("/page.css", include_in_schema=False)
    @app.get("/page.js", include_in_schema=False)
    def file(request: Request) -> Response:
        content, media = held[request.url.path]
        return Response(content, media_type=media, headers=_HEADERS)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ModelyardError)
    fields = [{"path": list(one.path), "message": one.message} for one in error.fields]
    content = {"error": error.code, "detail": error.message, "hint": error.hint, "fields": fields}
    return JSONResponse(content, error.status, headers=error.headers)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [{"path": [*one["loc"][1:]], "message": one["msg"]} for one in error.errors()]
    detail = "The call is not in the shape that is expected."
    return JSONResponse({"error": "invalid", "detail": detail, "hint": "See /openapi.json.", "fields": fields}, 422)
