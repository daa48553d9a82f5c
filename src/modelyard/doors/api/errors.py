"""Errors over HTTP: one shape for all of them."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from modelyard.kernel.errors import FieldError, ModelyardError, TooManyRequests

log = structlog.get_logger()


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


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error in the same shape."""
    app.add_exception_handler(ModelyardError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _fault)


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


async def _domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ModelyardError)
    if error.status >= 500:
        log.error("error", error=error.code, detail=error.message, path=request.url.path)
    headers = (
        {"Retry-After": str(getattr(error, "retry_after_seconds", 60))} if isinstance(error, TooManyRequests) else None
    )
    return _answer(
        request, error.status, error.code, error.message, hint=error.hint, fields=error.fields, headers=headers
    )


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [_field_error(item) for item in error.errors()]
    detail = (
        f"{'.'.join(map(str, fields[0].path)) or 'body'}: {fields[0].message}"
        if fields
        else "The request is not valid."
    )
    return _answer(request, 422, "invalid", detail, fields=fields)


def _field_error(item: dict[str, Any]) -> FieldError:
    path = item["loc"][1:] if item["loc"] and item["loc"][0] in ("body", "query", "path", "header") else item["loc"]
    return FieldError(tuple(path), str(item["msg"]).removeprefix("Value error, "))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    name = {401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    headers = dict(error.headers) if error.headers else None
    return _answer(
        request, error.status_code, name.get(error.status_code, "http_error"), str(error.detail), headers=headers
    )


async def _fault(request: Request, error: Exception) -> JSONResponse:
    log.error("fault", path=request.url.path, request_id=request.scope.get("request_id"), exc_info=error)
    hint = "The server's log has the details under this request id. Nothing was changed."
    return _answer(request, 500, "fault", "Something went wrong on the server.", hint=hint)
