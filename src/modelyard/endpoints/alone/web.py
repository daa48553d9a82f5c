"""What services of their own are over HTTP whatever they serve: errors, whose pages may call them, the page, health."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from modelyard.endpoints.alone.page import PAGE
from modelyard.endpoints.alone.visitors import PerMinute
from modelyard.kernel.errors import ModelyardError, NotFound, TooManyRequests

MAX_BODY_BYTES = 1024**2
_MEDIA = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_service(title: str, version: str, page: Path, *, origins: Sequence[str] = ()) -> FastAPI:
    """Return a service with a page and health; `page` is the folder of its page, `origins` whose pages may call it."""
    # The framework's own pages of documentation load their scripts from another host; the description is enough.
    app = FastAPI(title=title, version=version, max_body_size=MAX_BODY_BYTES, docs_url=None, redoc_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=list(origins), allow_methods=["GET", "POST"], allow_headers=["*"])
    app.add_exception_handler(ModelyardError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _failed)
    held = {name: (page / name).read_bytes() for name in PAGE}
    _add_page(app, {"/": (PAGE[0], held[PAGE[0]]), **{f"/{name}": (name, held[name]) for name in PAGE}})

    @app.get("/health")
    def health() -> dict[str, str]:
        """Say that calls are answered: what is served is loaded before the first request is taken."""
        return {"status": "ok"}

    return app


def require_mine(endpoint_id: str, mine: str) -> None:
    """Raise NotFound for the id of another endpoint than the one that is served."""
    if endpoint_id != mine:
        raise NotFound(f"This service answers for {mine!r}, not for {endpoint_id!r}.")


def counting(calls_per_minute: int) -> Callable[[Request], None]:
    """Return what a route of calls depends on: it counts them by visitor and raises TooManyRequests."""
    allowed = PerMinute(calls_per_minute)

    def count(request: Request) -> None:
        seconds = allowed.take(request.client.host if request.client else "")
        if seconds:
            error = TooManyRequests(
                "These are more calls in a minute than one visitor may make.", hint=f"Wait {seconds} s."
            )
            error.retry_after_seconds = seconds
            raise error

    return count


def _add_page(app: FastAPI, held: Mapping[str, tuple[str, bytes]]) -> None:
    def file(request: Request) -> Response:
        name, content = held[request.url.path]
        return Response(content, media_type=_MEDIA[Path(name).suffix], headers=_HEADERS)

    for path in held:
        app.add_api_route(path, file, methods=["GET"], include_in_schema=False)


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


async def _failed(request: Request, error: Exception) -> JSONResponse:
    """Tell it as everything else is told; the framework raises it again for the log."""
    detail = "Something went wrong in the service."
    hint = "Try again; whoever runs it finds what happened in its log."
    return JSONResponse({"error": "fault", "detail": detail, "hint": hint, "fields": []}, 500)
