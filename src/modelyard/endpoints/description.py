"""One endpoint in the words of OpenAPI 3.1: its columns, an example of a call and of an answer, and files."""

from collections.abc import Mapping
from typing import Any

from modelyard.endpoints.description_answers import ANSWER, CITATION, QUESTION, answer_paths
from modelyard.endpoints.description_batches import BATCH, batch_paths
from modelyard.endpoints.servable import MAX_ASKED_INPUTS
from modelyard.endpoints.snippets.fill import example_row, is_said
from modelyard.endpoints.verbs import MAX_INPUTS

_TYPES = {"integer": "number", "float": "number", "boolean": "boolean"}
"""What JSON calls a column's type; text and dates are strings. A column of whole numbers may meet 3.5."""
_FORMATS = {"date": "date"}
_MAX_EXAMPLES = 20
_ERROR = {
    "type": "object",
    "required": ["error", "detail"],
    "properties": {
        "error": {"type": "string", "description": "A stable name."},
        "detail": {"type": "string", "description": "What went wrong."},
        "hint": {"type": ["string", "null"], "description": "What to do."},
        "fields": {"type": "array", "items": {"type": "object"}, "description": "What is wrong where."},
        "request_id": {"type": ["string", "null"]},
    },
}
_REFUSED = {
    "401": "The key is unknown, revoked or expired.",
    "403": "The key is for another endpoint.",
    "409": "The first request with this Idempotency-Key is being answered; `Retry-After` says when to come back.",
    "413": "The body is too large.",
    "422": "A column is missing, unknown or of the wrong type; `fields` says where.",
    "429": "A limit of the key is reached; `Retry-After` says in how many seconds to come back.",
}


def description_of(
    endpoint_id: str, name: str, signature: Mapping[str, Any], *, api: str, version: str, streams: bool = False
) -> dict[str, Any]:
    """Return the document of this one endpoint; `api` is the address of the API, `version` that of the yard.

    `streams`: it answers questions.
    """
    described = _of_answers(endpoint_id, signature) if streams else _of_rows(endpoint_id, signature)
    told, paths, schemas = described
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": version, "description": told},
        "servers": [{"url": api}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key of the endpoint."}},
            "schemas": {**schemas, "Error": _ERROR},
        },
    }


def _of_rows(endpoint_id: str, signature: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    call = {f"/endpoints/{endpoint_id}/calls": {"post": _call(signature)}}
    if is_said(signature):
        return _told(signature), call, {"Row": _row(signature), "Output": _output(signature)}
    paths = {**call, **batch_paths(endpoint_id, signature, _REFUSED)}
    return _told(signature), paths, {"Row": _row(signature), "Output": _output(signature), "Batch": BATCH}


def _of_answers(endpoint_id: str, signature: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    refused = {code: _refused(why) for code, why in _REFUSED.items()}
    paths = answer_paths(endpoint_id, str(example_row(signature).get("question")), refused)
    told = "Answers questions from documents, with the exact words that the answer rests on, or says that it cannot."
    return told, paths, {"Question": QUESTION, "Answer": ANSWER, "Citation": CITATION}


def example_output(signature: Mapping[str, Any]) -> dict[str, Any]:
    """Return how an answer looks: the first class with its share of all, a text, or the number nought."""
    output = signature.get("output", {})
    classes = output.get("classes")
    if is_said(signature):
        return {"prediction": classes[0] if classes else "…", "probabilities": None}
    if not classes:
        return {"prediction": 0.0, "probabilities": None}
    return {"prediction": classes[0], "probabilities": {each: round(1 / len(classes), 4) for each in classes}}


def _told(signature: Mapping[str, Any]) -> str:
    target = signature.get("output", {}).get("name") or "the answer"
    if is_said(signature):
        return "Asks an LLM, in the way that won an experiment, and says its answer to each row, in the order given."
    return f"Predicts {target!r} from {len(signature.get('inputs', ()))} columns, row by row, in the order given."


def _call(signature: Mapping[str, Any]) -> dict[str, Any]:
    most = MAX_ASKED_INPUTS if is_said(signature) else MAX_INPUTS
    inputs = {"type": "array", "minItems": 1, "maxItems": most, "items": {"$ref": "#/components/schemas/Row"}}
    body = {"type": "object", "required": ["inputs"], "properties": {"inputs": inputs}}
    return {
        "operationId": "call",
        "summary": "Call the endpoint: one answer per row",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "description": "New for each request: the same request sent again gets the same answer.",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body, "example": {"inputs": [example_row(signature)]}}},
        },
        "responses": {"200": _answered(signature), **{code: _refused(why) for code, why in _REFUSED.items()}},
    }


def _row(signature: Mapping[str, Any]) -> dict[str, Any]:
    columns = {item["name"]: _column(item) for item in signature.get("inputs", ())}
    needed = [item["name"] for item in signature.get("inputs", ()) if item.get("required") or not is_said(signature)]
    return {"type": "object", "required": needed, "properties": columns}


def _column(item: Mapping[str, Any]) -> dict[str, Any]:
    kind = _TYPES.get(item["dtype"], "string")
    found: dict[str, Any] = {"type": kind if item.get("required") else [kind, "null"]}
    if item["dtype"] in _FORMATS:
        found["format"] = _FORMATS[item["dtype"]]
    if kind == "string" and item.get("categories"):
        found["examples"] = list(item["categories"])[:_MAX_EXAMPLES]
    if item.get("minimum") is not None:
        found["description"] = f"Between {item['minimum']:g} and {item['maximum']:g} in training."
    return found


def _output(signature: Mapping[str, Any]) -> dict[str, Any]:
    output = signature.get("output", {})
    classes = output.get("classes")
    if is_said(signature):
        prediction: dict[str, Any] = {"type": "string"}
        probabilities: dict[str, Any] = {"type": "null"}
    elif not classes:
        prediction, probabilities = {"type": "number"}, {"type": "null"}
    else:
        prediction = {"type": "string", "enum": list(classes)}
        share = {"type": "number", "minimum": 0, "maximum": 1}
        probabilities = {"type": "object", "properties": dict.fromkeys(classes, share)}
    return {
        "type": "object",
        "required": ["prediction"],
        "properties": {"prediction": prediction, "probabilities": probabilities},
    }


def _answered(signature: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "call_id": {"type": "string"},
        "version": {"type": ["integer", "null"]},
        "outputs": {"type": "array", "items": {"$ref": "#/components/schemas/Output"}},
        "latency_seconds": {"type": "number"},
        "warnings": {"type": "array", "items": {"type": "string"}},
    }
    example = {
        "call_id": "cl_01kqf5w3z80q4x2m6v9b",
        "version": 1,
        "outputs": [example_output(signature)],
        "latency_seconds": 0.002,
        "warnings": [],
    }
    schema = {"type": "object", "required": ["call_id", "outputs"], "properties": properties}
    headers = {
        name: {"schema": {"type": "string"}, "description": told}
        for name, told in (
            ("RateLimit", "What is left of the key's limits, and for how long."),
            ("RateLimit-Policy", "The key's limits."),
            ("Idempotent-Replayed", "`true`: this answer was given before."),
        )
    }
    content = {"application/json": {"schema": schema, "example": example}}
    return {"description": "The answers, in the order of the rows", "headers": headers, "content": content}


def _refused(why: str) -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
