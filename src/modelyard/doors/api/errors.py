"""Errors over HTTP: one shape for all of them."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from anyio import BrokenResourceError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modelyard.doors.api.text import JSON_TYPE
from modelyard.kernel.errors import FieldError, ModelyardError

log = structlog.get_logger()

_NAMES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
"""Our names for errors that the framework raises, by status."""
_FEWER = "Send fewer rows at once, or upload them as a file: datasets and batches take files of any size."


class FieldErrorOut(BaseModel):
    """What is wrong with one field."""

    path: list[str | int]
    message: str


class ErrorOut(BaseModel):
    """What went wrong, what to do, and where."""

    error: str
    detail: str
    hint: str | None = None
    fields: list[FieldErrorOut] = []
    request_id: str | None = None


def add_error_handlers(app: FastAPI, copies: Path) -> None:
    """Answer every error in the same shape; `copies` is the folder of local copies of artifacts."""
    app.add_exception_handler(ModelyardError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(FileNotFoundError, partial(_deleted_meanwhile, copies))


class Faults:
    """Answers what nobody foresaw with 500 and logs it once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; once an answer has begun, a fault can only cut it off."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if has_begun and _is_of_a_reader_who_went(error):
                return
            if has_begun:
                raise
            await _fault(Request(scope), error)(scope, receive, send)


def _is_of_a_reader_who_went(error: Exception) -> bool:
    """Say whether an error is FastAPI's own of events whose reader went in the midst of one: nothing is wrong then.

    Its task that keeps the line alive finds the other end closed (fastapi/fastapi, discussion 15725).
    """
    return isinstance(error, ExceptionGroup) and error.split(BrokenResourceError)[1] is None


class PlainRefusals:
    """Puts the framework's refusal of a large body, which is plain text, in the shape of all errors."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self._app, self._max_body_bytes = app, max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        is_replaced = False

        async def reshape(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and _is_plain_refusal(message):
                is_replaced = True
                answer = _too_large(Request(scope), self._max_body_bytes)
                await answer(scope, receive, send)
            elif not is_replaced:
                await send(message)

        await self._app(scope, receive, reshape)


def _is_plain_refusal(message: Message) -> bool:
    return message["status"] == 413 and Headers(raw=message["headers"])["content-type"].startswith("text/plain")


async def no_such_page(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 404 in the shape of all errors, whether the address exists with another spelling or not at all."""
    if scope["type"] == "http":
        answer = _answer(Request(scope), 404, "not_found", f"There is nothing at {scope['path'][:200]!r}.")
        await answer(scope, receive, send)


def _answer(
    request: Request,
    status: int,
    error: str,
    detail: str,
    *,
    hint: str | None = None,
    fields: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    stated = [FieldErrorOut(path=list(field.path), message=field.message) for field in fields]
    request_id = request.scope.get("request_id")
    body = ErrorOut(error=error, detail=detail, hint=hint, fields=stated, request_id=request_id)
    return JSONResponse(body.model_dump(), status_code=status, headers=headers)


def _too_large(request: Request, max_body_bytes: int) -> JSONResponse:
    detail = f"The body of a request may have {max_body_bytes / 1024**2:,.4g} MB."
    return _answer(request, 413, _NAMES[413], detail, hint=_FEWER)


async def _domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ModelyardError)
    if error.status >= 500:
        log.error("error", error=error.code, detail=error.message, path=request.url.path)
    return _answer(
        request, error.status, error.code, error.message, hint=error.hint, fields=error.fields, headers=error.headers
    )


async def _deleted_meanwhile(copies: Path, request: Request, error: Exception) -> JSONResponse:
    """A copy that goes between its being found and its being read was deleted by somebody: that is no fault."""
    if str(copies) not in str(error):
        raise error
    return _answer(request, 404, _NAMES[404], "It was deleted while it was being read.")


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    if _is_of_another_kind(request, error):
        given = request.headers.get("Content-Type", "nothing")[:100]
        detail = f"The body must be JSON; the header Content-Type says {given!r}."
        return _answer(request, 415, _NAMES[415], detail, hint="Send it with `Content-Type: application/json`.")
    fields = [_field_error(item) for item in error.errors()]
    detail = (
        f"{'.'.join(map(str, fields[0].path)) or 'body'}: {fields[0].message}"
        if fields
        else "The request is not valid."
    )
    return _answer(request, 422, "invalid", detail, fields=fields)


def _is_of_another_kind(request: Request, error: RequestValidationError) -> bool:
    """Say whether a body was not read as JSON because it was not sent as JSON."""
    is_read = JSON_TYPE.match(request.headers.get("Content-Type", "")) is not None
    return not is_read and any(item["loc"] == ("body",) and item["type"] != "missing" for item in error.errors())


def _field_error(item: dict[str, Any]) -> FieldError:
    path = item["loc"][1:] if item["loc"] and item["loc"][0] in ("body", "query", "path", "header") else item["loc"]
    return FieldError(tuple(path), str(item["msg"]).removeprefix("Value error, "))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return _too_large(request, request.app.max_body_size)
    headers = dict(error.headers) if error.headers else None
    name = _NAMES.get(error.status_code, "http_error")
    return _answer(request, error.status_code, name, str(error.detail), headers=headers)


def _fault(request: Request, error: Exception) -> JSONResponse:
    log.error("fault", path=request.url.path, request_id=request.scope.get("request_id"), exc_info=error)
    hint = "The server's log has the details under this request id. Nothing was changed."
    return _answer(request, 500, "fault", "Something went wrong on the server.", hint=hint)
