"""Files through one endpoint in the words of OpenAPI 3.1: sent, waited for, fetched."""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.endpoints.snippets.fill import example_row

_REFUSED = {
    "401": "The key is unknown, revoked or expired.",
    "404": "There is no such batch, or another key made it.",
}
_LIMITED = {
    "409": "The batch is not in a state for it.",
    "422": "No row can be predicted, or there are more than the key may have predicted in a day.",
    "429": "The key has fewer rows left today; `Retry-After` says in how many seconds to come back.",
}
_PAGE = {"offset": "Rows to leave out.", "limit": "Most rows, up to 500."}
_STATES = ["reading", "ready", "queued", "running", "succeeded", "failed", "cancelled"]
_FORMATS = ["csv", "xlsx", "jsonl", "parquet"]
_TABLES = (
    "text/csv",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
_ANY = {"schema": {"type": "string", "format": "binary"}}
BATCH = {
    "type": "object",
    "required": ["id", "state", "n_rows", "n_done", "n_failed", "error"],
    "properties": {
        "id": {"type": "string"},
        "state": {
            "enum": _STATES,
            "description": "`ready` although `start` was given: `error`, `check` and `mapping` say why.",
        },
        "n_rows": {"type": ["integer", "null"]},
        "n_done": {"type": "integer"},
        "n_failed": {"type": "integer"},
        "seconds_left": {"type": ["number", "null"]},
        "is_reopened": {"type": "boolean", "description": "These bytes were sent before; this is that batch."},
        "error": {
            "type": ["object", "null"],
            "properties": {"message": {"type": "string"}, "hint": {"type": ["string", "null"]}},
        },
    },
}
"""What of a batch's answer a program needs."""


def batch_paths(endpoint_id: str, signature: Mapping[str, Any], refused: Mapping[str, str]) -> dict[str, Any]:
    """Return the paths that a key of the endpoint opens beside calls; `refused`: why a request may be, by status."""
    one = "/batches/{batch_id}"
    items = {"type": "array", "items": {"type": "object"}}
    found = {
        "type": "object",
        "required": ["total", "items"],
        "properties": {"total": {"type": "integer"}, "items": items},
    }
    rows = {"application/json": {"schema": found}}
    kinds = [_query("format", {"enum": _FORMATS, "default": "csv"}, "Of the file.")]
    page = [_query(name, {"type": "integer", "minimum": 0}, told) for name, told in _PAGE.items()]
    return {
        f"/endpoints/{endpoint_id}/batches": {"post": _sending(signature, refused)},
        one: {"get": _asking("batch", "How far a batch is", _json())},
        f"{one}/start": {"post": _asking("start", "Predict a batch that is ready", _json(), refused=_LIMITED)},
        f"{one}/resume": {"post": _asking("resume", "Go on with one that stopped", _json(), refused=_LIMITED)},
        f"{one}/rows": {"get": _asking("rows", "A page of what was predicted", rows, page)},
        f"{one}/export": {
            "get": _asking("export", "All that was predicted, as a file", dict.fromkeys(_TABLES, _ANY), kinds)
        },
        f"{one}/errors.csv": {"get": _asking("errors", "The rows that could not be", {"text/csv": _ANY})},
    }


def _sending(signature: Mapping[str, Any], refused: Mapping[str, str]) -> dict[str, Any]:
    rows = {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Row"}}
    as_json = {"type": "object", "required": ["rows"], "properties": {"rows": rows}}
    parameters = [
        _query("filename", {"type": "string", "maxLength": 255}, "Its ending says what kind of file the body is."),
        _query("start", {"type": "boolean", "default": False}, "Predict the rows as soon as they are checked."),
        _query("again", {"type": "boolean", "default": False}, "Predict them although these bytes were sent before."),
        {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 255}},
    ]
    return {
        "operationId": "send",
        "summary": "Send a file: CSV, XLSX, JSONL or Parquet, of one row or millions",
        "description": "One call. Its rows count against the key's rows per day when the prediction is queued.",
        "parameters": parameters,
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": _ANY,
                "application/json": {"schema": as_json, "example": {"rows": [example_row(signature)]}},
            },
        },
        "responses": {"202": _answered(_json()), **_refusals(refused)},
    }


def _asking(
    name: str,
    summary: str,
    content: Mapping[str, Any],
    parameters: Sequence[dict[str, Any]] = (),
    *,
    refused: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a request about one batch; those that may be `refused` for more reasons are taken on, not answered."""
    which = {"name": "batch_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [which, *parameters],
        "responses": {"202" if refused else "200": _answered(content), **_refusals({**_REFUSED, **(refused or {})})},
    }


def _query(name: str, schema: Mapping[str, Any], told: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": dict(schema), "description": told}


def _json() -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}}


def _answered(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": "The answer", "content": dict(content)}


def _refusals(told: Mapping[str, str]) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {status: {"description": why, "content": error} for status, why in told.items()}
